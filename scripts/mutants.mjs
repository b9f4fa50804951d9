// Runs the mutants of the core, each of which the simulation must detect.
// Usage: mutants.mjs [--seeds N] [--jobs N] [--source FOLDER] [--without FAULT]... [--record] [PART-OF-A-NAME]...
// --record: writes down which seed kills each, where the next search begins.
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { runMutants } from './support/mutants.mjs';
import { main } from './support/run.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string' },
      jobs: { type: 'string' },
      source: { type: 'string' },
      without: { type: 'string', multiple: true },
      record: { type: 'boolean', default: false },
    },
  });
  await prepare(['native']);
  const { failed } = await runMutants({ ...values, records: values.record, wanted: positionals });
  return failed === 0 ? 0 : 1;
});

// Runs the mutants of the core, each of which the simulation must detect.
// Usage: mutants.mjs [--seeds N] [--jobs N] [--source FOLDER] [--without FAULT]... [PART-OF-A-NAME]...
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
    },
  });
  await prepare(['native']);
  const { failed } = await runMutants({ ...values, wanted: positionals });
  return failed === 0 ? 0 : 1;
});

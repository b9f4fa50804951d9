// Runs fuzz targets. Usage: fuzz.mjs [--seconds N] [TARGET…]; default: all targets, 600 s each. Failing
// inputs are written to build/fuzz/findings/; to reproduce one, pass its file to
// build/asan/tests/rws_fuzz_TARGET.
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { fuzzTargets, runFuzzing } from './support/fuzzing.mjs';
import { CommandFailed, main } from './support/run.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { seconds: { type: 'string', default: '600' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !fuzzTargets.includes(name));
  const seconds = Number(values.seconds);
  if (unknown.length > 0) throw new CommandFailed(`Unknown target: ${unknown}; possible: ${fuzzTargets}`);
  if (!Number.isInteger(seconds) || seconds < 1) throw new CommandFailed('--seconds must be an integer >= 1');
  await prepare(['native']);
  const { passed, failed } = await runFuzzing(positionals.length > 0 ? positionals : fuzzTargets, seconds);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

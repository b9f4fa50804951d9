// Owns a fuzzing run as long as one likes. Usage: fuzz.mjs [--seconds N] [TARGET…]; by default all, 600 s each.
// What is found lies in build/fuzz/findings/; give such a file to build/asan/tests/rws_fuzz_TARGET to see it again.
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
  if (unknown.length > 0) throw new CommandFailed(`No such target: ${unknown}; there are: ${fuzzTargets}`);
  if (!Number.isInteger(seconds) || seconds < 1) throw new CommandFailed('--seconds must be an integer >= 1');
  await prepare(['native']);
  const { passed, failed } = await runFuzzing(positionals.length > 0 ? positionals : fuzzTargets, seconds);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

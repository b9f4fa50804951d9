// Runs the tests: installs what is missing, runs the stages, and ends with one line of counts.
// Usage: test.mjs                          everything
//        test.mjs --only asan,web          some stages
//        test.mjs --testPathPattern=REGEX  only files of tests/web whose paths match
// Environment: with CI=true the fault tests run in Chromium, Firefox and WebKit instead of Chromium only;
// RWS_ENGINES=chromium,webkit chooses other engines.
import { parseArgs } from 'node:util';
import { prepare } from './prepare.mjs';
import { captureAtLowPriority, CommandFailed, main } from './support/run.mjs';
import { filesBelow } from './support/sources.mjs';
import { stages, vitest } from './support/stages.mjs';

function readArguments() {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, testPathPattern: { type: 'string' } },
    allowPositionals: false,
  });
  return values;
}

/** A stage that runs only the tests of the facade with matching paths. */
function stageForPattern(pattern) {
  const files = filesBelow('tests/web', ['.test.ts', '.test.tsx']).filter((path) =>
    new RegExp(pattern).test(path),
  );
  if (files.length === 0)
    throw new CommandFailed(`No file of tests/web matches ${pattern}\n0 passed, 1 failed`);
  return { title: files.join(' '), needs: ['build'], run: () => vitest(['web', 'react'], { files }) };
}

function selectStages({ only, testPathPattern }) {
  if (testPathPattern !== undefined) return [stageForPattern(testPathPattern)];
  const names = only?.split(',') ?? Object.keys(stages);
  const unknown = names.filter((name) => !(name in stages));
  if (unknown.length > 0)
    throw new CommandFailed(`Unknown stage: ${unknown}; possible: ${Object.keys(stages)}`);
  return names.map((name) => ({ name, ...stages[name] }));
}

/** Runs a stage. A stage that throws, for example because a build fails, counts as one failure. */
async function runStage({ title, run }) {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const result = await run().catch((error) => {
    console.error(error instanceof CommandFailed ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`== ${title}: ${result.passed} passed, ${result.failed} failed in ${seconds} s`);
  if (result.failed > 0 && !result.failures?.length) return { ...result, failures: [title] };
  return result;
}

/**
 * Runs stages in a separate process that gets only the processor time that the tests and browsers leave, so that their
 * output can be printed later; resolves to {output, passed, failed, failures}.
 */
async function runInBackground(selected) {
  const only = selected.map(({ name }) => name).join(',');
  const { output } = await captureAtLowPriority(process.execPath, ['scripts/test.mjs', '--only', only]);
  const counts = /(\d+) passed, (\d+) failed\s*$/.exec(output);
  const failures = [...output.matchAll(/^failed: (.*)$/gm)].map(([, name]) => name);
  return { output, passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 1), failures };
}

/**
 * Runs the stages in order, except that stages with `usesOnlyCpu` run in parallel to the first stage with
 * `waits`.
 */
async function runAll(selected) {
  const total = { passed: 0, failed: 0, failures: [] };
  const count = ({ passed, failed, failures = [] }) => {
    total.passed += passed;
    total.failed += failed;
    total.failures.push(...failures);
  };
  const background = selected.some(({ waits }) => waits)
    ? selected.filter(({ usesOnlyCpu }) => usesOnlyCpu)
    : [];
  let backgroundRun;
  for (const stage of selected.filter((candidate) => !background.includes(candidate))) {
    if (stage.waits && background.length > 0) backgroundRun ??= runInBackground(background);
    count(await runStage(stage));
  }
  if (backgroundRun !== undefined) {
    const { output, ...counts } = await backgroundRun;
    console.log(`\n== in the background\n${output}`);
    count(counts);
  }
  return total;
}

await main(async () => {
  const selected = selectStages(readArguments());
  await prepare([...new Set(selected.flatMap(({ needs }) => needs))]);
  const { passed, failed, failures } = await runAll(selected);
  console.log('');
  for (const name of failures) console.log(`failed: ${name.replaceAll('\n', ' ')}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
});

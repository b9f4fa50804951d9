// Owns what each stage of the test run does; every stage resolves to {passed, failed}.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage } from '../build.mjs';
import { lint } from '../lint.mjs';
import { buildDemo } from './demo_bundle.mjs';
import { enginesToTest, needsOf } from './engines.mjs';
import { fuzzTargets, runFuzzing } from './fuzzing.mjs';
import { buildPreset } from './native.mjs';
import { gtestCounts, vitestCounts } from './reports.mjs';
import { exitCodeOf, root } from './run.mjs';
import { runMutants } from './mutants.mjs';
import { compareLogs, runSeeds, walkWorlds } from './simulation.mjs';
import { heldAgainstBudgets, sizes } from './sizes.mjs';

const simulatedSeeds = 20_000;
/** Every sequence of so many inputs; `npm run simulate -- worlds` walks longer ones. */
const walkedLength = 5;
/** Their logs are some 50 KB a seed. */
const comparedSeeds = 300;

/** Long enough to walk the seeds and look around; `npm run fuzz` takes its time. */
const fuzzSeconds = 8;

/** A report's absolute path, with any report of an earlier run out of the way. */
function freshReport(name) {
  const folder = join(root, 'build/reports');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  rmSync(path, { force: true });
  return path;
}

async function gtest(preset) {
  await buildPreset(preset, 'rws_tests');
  const report = freshReport(preset);
  const code = await exitCodeOf(
    `build/${preset}/tests/rws_tests`,
    ['--gtest_brief=1', `--gtest_output=json:${report}`],
    {
      env: { UBSAN_OPTIONS: 'print_stacktrace=1', ASAN_OPTIONS: 'detect_stack_use_after_return=1' },
    },
  );
  return gtestCounts(report, code);
}

/** Runs vitest projects, or only the given files of them. */
export async function vitest(projects, { files = [], env } = {}) {
  await buildPackage();
  const report = freshReport(projects.join('_'));
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const chosen = projects.flatMap((project) => ['--project', project]);
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters, ...files];
  return vitestCounts(report, await exitCodeOf(process.execPath, args, { env }));
}

const enginesChosen = enginesToTest();

/** The browser opens the demo's page, so that is built as well. */
async function browser() {
  await buildDemo();
  return vitest(['browser'], { env: { RWS_ENGINES: enginesChosen.join(',') } });
}

/** Pages of the consumers connect to the demo's server. */
async function packed() {
  await buildDemo();
  return vitest(['package']);
}

async function simulation() {
  const lives = await runSeeds(simulatedSeeds);
  const worlds = await walkWorlds(walkedLength);
  const logs = await compareLogs(comparedSeeds);
  const results = [lives, worlds, logs];
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
  };
}

async function size() {
  await buildPackage();
  const verdicts = heldAgainstBudgets(await sizes());
  for (const { text } of verdicts) console.log(text);
  const passed = verdicts.filter(({ isKept }) => isKept).length;
  return { passed, failed: verdicts.length - passed };
}

async function lintAll() {
  const { passed, failed } = await lint();
  return { passed: passed.length, failed: failed.length };
}

/**
 * In the order in which they run: what is quick and tells most comes first. Stages that wait for real time say `waits`;
 * those that need nothing but the processor, after the builds of the others, say `fills`.
 */
export const stages = {
  asan: {
    title: 'core, with AddressSanitizer and UndefinedBehaviorSanitizer',
    needs: ['native'],
    run: () => gtest('asan'),
  },
  web: {
    title: 'facade and React over the built module',
    needs: ['build'],
    run: () => vitest(['web', 'react']),
  },
  size: { title: 'downloads within their budgets', needs: ['build'], run: size },
  browser: {
    title: `real browser, real server, real faults: ${enginesChosen.join(', ')}`,
    // The demo's page is opened in Chromium, whatever engines the faults are put to.
    needs: ['build', 'browser', 'proxies', ...needsOf(enginesChosen)],
    waits: true,
    run: browser,
  },
  package: {
    title: 'the packed package in projects of its users',
    needs: ['build', 'browser'],
    waits: true,
    run: packed,
  },
  simulation: {
    title: `simulation: ${simulatedSeeds} seeds, sequences of ${walkedLength} inputs, native against WebAssembly`,
    needs: ['build', 'native'],
    fills: true,
    run: simulation,
  },
  mutants: {
    title: 'mutants of the core, which the simulation must find',
    needs: ['native'],
    fills: true,
    run: () => runMutants(),
  },
  fuzz: {
    title: `fuzzing, ${fuzzSeconds} s a target`,
    needs: ['native'],
    fills: true,
    run: () => runFuzzing(fuzzTargets, fuzzSeconds),
  },
  lint: { title: 'format, types, lint', needs: ['build', 'native', 'lint'], fills: true, run: lintAll },
};

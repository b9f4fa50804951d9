// The stages of the test run; each resolves to {passed, failed, failures?}, where `failures` names the failed tests.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage } from '../build.mjs';
import { lint } from '../lint.mjs';
import { runEndurance } from '../sessions.mjs';
import { buildDemo } from './demo_bundle.mjs';
import { enginesToTest, engineNeeds } from './engines.mjs';
import { fuzzTargets, runFuzzing } from './fuzzing.mjs';
import { buildPreset } from './native.mjs';
import { gtestResults, vitestResults } from './reports.mjs';
import { capture, exitCodeOf, root } from './run.mjs';
import { runMutants } from './mutants.mjs';
import { compareLogs, runSeeds, walkWorlds } from './simulation.mjs';
import { checkBudgets, sizes } from './sizes.mjs';

const simulatedSeeds = 20_000;
/** Length of the input sequences; `npm run simulate -- worlds` runs longer ones. */
const sequenceLength = 5;
/** Their logs have about 50 KB per seed. */
const comparedSeeds = 300;

const enduranceSeconds = 20;

/** Enough for the seeds and some new inputs; `npm run fuzz` runs longer. */
const fuzzSeconds = 8;

/** The absolute path of a report; a report of an earlier run is deleted. */
function newReportPath(name) {
  const folder = join(root, 'build/reports');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.json`);
  rmSync(path, { force: true });
  return path;
}

async function gtest(preset) {
  await buildPreset(preset, 'rws_tests');
  const report = newReportPath(preset);
  const code = await exitCodeOf(
    `build/${preset}/tests/rws_tests`,
    ['--gtest_brief=1', `--gtest_output=json:${report}`],
    {
      env: { UBSAN_OPTIONS: 'print_stacktrace=1', ASAN_OPTIONS: 'detect_stack_use_after_return=1' },
    },
  );
  return gtestResults(report, code);
}

/** Runs vitest projects, or only these files of them. `name` is that of the report. */
export async function vitest(projects, { files = [], env, name = projects.join('_') } = {}) {
  await buildPackage();
  const report = newReportPath(name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const chosen = projects.flatMap((project) => ['--project', project]);
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...chosen, ...reporters, ...files];
  return vitestResults(report, await exitCodeOf(process.execPath, args, { env }));
}

/**
 * The tests that run with the core as JavaScript: beginnings of their paths. All hooks make their clients by the same code,
 * so that some tests of them are enough. `RWS_NO_WASM=1 npx vitest run --project react` runs all.
 */
const noWasmFiles = [
  'tests/web/bindings/',
  ...['tests/web/ResilientWebSocket', 'tests/web/WebSocket', 'tests/scenarios/'],
  ...['useResilientWebSocket.s', 'useSubscription', 'useChatWebSocket.sessions'].map(
    (name) => `tests/web/react/${name}`,
  ),
];

/** Runs these tests with the core as JavaScript, on a platform without WebAssembly. */
export function withoutWasm(env) {
  const options = { files: noWasmFiles, env: { ...env, RWS_NO_WASM: '1' }, name: 'no_wasm' };
  return vitest(['web', 'react'], options);
}

const chosenEngines = enginesToTest();

/** Builds the demo too, because the tests open its page. */
async function browser() {
  await buildDemo();
  return vitest(['browser'], { env: { RWS_ENGINES: chosenEngines.join(',') } });
}

/** Builds the demo too, because the pages of the consumers connect to its server. */
async function packageTests() {
  await buildDemo();
  return vitest(['package']);
}

async function simulation() {
  const seeds = await runSeeds(simulatedSeeds);
  const worlds = await walkWorlds(sequenceLength);
  const logs = await compareLogs(comparedSeeds);
  return sumOf([seeds, worlds, logs]);
}

/** Sums up the results of several runs. */
function sumOf(results) {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    failures: results.flatMap(({ failures = [] }) => failures),
  };
}

/** The tests of the Python server; a line of their output is JSON with the result. Skipped tests count as failed. */
async function pythonServer() {
  const { code, output } = await capture('/usr/bin/python3', ['tests/server/python/run.py']);
  console.log(output);
  const line = output.split('\n').find((each) => each.startsWith('{"passed"'));
  if (line === undefined) return { passed: 0, failed: 1 };
  const { passed, failed, skipped, failures } = JSON.parse(line);
  return { passed, failed: Math.max(failed + skipped, code === 0 ? 0 : 1), failures };
}

async function endurance() {
  const code = await runEndurance(['--seconds', String(enduranceSeconds), '--clients', '8']);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, failures: ['endurance run'] };
}

/** Builds the package first: the endurance run uses it. */
async function sessions() {
  const tests = await vitest(['sessions']);
  return sumOf([tests, await pythonServer(), await endurance()]);
}

async function size() {
  await buildPackage();
  const results = checkBudgets(await sizes());
  for (const { text } of results) console.log(text);
  const passed = results.filter(({ isWithinBudget }) => isWithinBudget).length;
  return { passed, failed: results.length - passed };
}

async function lintAll() {
  const { passed, failed } = await lint();
  return { passed: passed.length, failed: failed.length };
}

/**
 * In the order in which they run: quick stages that find most errors come first. `waits`: the stage waits for
 * real time. `usesOnlyCpu`: the stage needs only the processor, after the builds of the others, and can run
 * during such a wait.
 */
export const stages = {
  asan: {
    title: 'core, with AddressSanitizer and UndefinedBehaviorSanitizer',
    needs: ['native'],
    run: () => gtest('asan'),
  },
  web: {
    title: 'facade and React with the built module',
    needs: ['build'],
    run: () => vitest(['web', 'react']),
  },
  noWasm: {
    title: 'facade, scenarios and hooks with the core as JavaScript, without WebAssembly',
    needs: ['build'],
    run: () => withoutWasm(),
  },
  server: {
    title: 'session server for Node, with redis-server',
    needs: ['build', 'sessions'],
    run: () => vitest(['server']),
  },
  size: { title: 'download sizes within their budgets', needs: ['build'], run: size },
  browser: {
    title: `real browsers, servers and faults: ${chosenEngines.join(', ')}`,
    // The demo's page is always opened in Chromium, whatever the engines for the faults.
    needs: ['build', 'browser', 'proxies', ...engineNeeds(chosenEngines)],
    waits: true,
    run: browser,
  },
  package: {
    title: 'the packed package in consumer projects',
    needs: ['build', 'browser'],
    waits: true,
    run: packageTests,
  },
  ecosystem: {
    title: 'libraries that take a WebSocket, with their servers',
    needs: ['build', 'browser'],
    waits: true,
    run: () => vitest(['ecosystem']),
  },
  sessions: {
    title: `sessions: the conformance kit, the Python server, and ${enduranceSeconds} s of the endurance run`,
    needs: ['build', 'browser', 'sessions'],
    waits: true,
    run: sessions,
  },
  simulation: {
    title: `simulation: ${simulatedSeeds} seeds, sequences of ${sequenceLength} inputs, native against WebAssembly`,
    needs: ['build', 'native'],
    usesOnlyCpu: true,
    run: simulation,
  },
  mutants: {
    title: 'mutants of the core, which the simulation must detect',
    needs: ['native'],
    usesOnlyCpu: true,
    run: () => runMutants(),
  },
  fuzz: {
    title: `fuzzing, ${fuzzSeconds} s per target`,
    needs: ['native'],
    usesOnlyCpu: true,
    run: () => runFuzzing(fuzzTargets, fuzzSeconds),
  },
  lint: { title: 'format, types, lint', needs: ['build', 'native', 'lint'], usesOnlyCpu: true, run: lintAll },
};

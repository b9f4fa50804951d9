// Runs the fuzz targets, each with its committed seeds and the corpus of earlier runs.
import { existsSync, mkdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { buildPreset } from './native.mjs';
import { capture } from './run.mjs';

/** The targets, each with the folders of its seeds. */
const targets = {
  close_reason: ['tests/fuzz/corpus/close_reason'],
  control_frame: ['tests/fuzz/corpus/control_frame'],
  driver: ['tests/fuzz/corpus/driver'],
  options: ['tests/fuzz/corpus/options'],
  scenario: ['tests/scenarios'],
  session: ['tests/fuzz/corpus/session'],
  session_frame: ['tests/fuzz/corpus/session_frame'],
};

export const fuzzTargets = Object.keys(targets);

/** Runs one target and prints what it found; resolves to whether no input failed. */
async function fuzz(target, seconds) {
  const corpus = `build/fuzz/corpus/${target}`;
  const findings = `build/fuzz/findings/${target}-`;
  for (const folder of [corpus, 'build/fuzz/findings']) mkdirSync(folder, { recursive: true });
  const { code, output } = await capture(`build/asan/tests/rws_fuzz_${target}`, [
    `-max_total_time=${seconds}`,
    '-print_final_stats=1',
    '-timeout=10',
    `-artifact_prefix=${findings}`,
    corpus,
    ...targets[target].filter((folder) => existsSync(folder)),
  ]);
  const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '0';
  console.log(`${target}: ${runs} inputs${code === 0 ? '' : ', FAILED:'}`);
  if (code !== 0) console.log(output.split('\n').slice(-60).join('\n'));
  return code === 0 && Number(runs) > 0;
}

/** Builds and runs targets, one per processor core at a time; resolves to {passed, failed}. */
export async function runFuzzing(names, seconds) {
  await buildPreset('asan', 'rws_fuzz');
  const queue = [...names];
  const result = { passed: 0, failed: 0 };
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      result[(await fuzz(name, seconds)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(cpus().map(worker));
  return result;
}

// Runs of the simulation: many seeds natively, and some of them once more in WebAssembly.
import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { buildPreset } from './native.mjs';
import { CommandFailed, exitCodeOf, root } from './run.mjs';
import { emscriptenEnvironment } from './wasm.mjs';

/** Runs rws_sim with these arguments, its output on the terminal; resolves to its exit code. */
export async function simulate(args) {
  await buildPreset('native', 'rws_sim');
  return exitCodeOf('build/native/tests/simulation/rws_sim', args);
}

/** Runs the seeds from 0; resolves to {passed, failed}. */
export async function runSeeds(count) {
  const code = await simulate(['--seeds', `0..${count}`, '--jobs', String(cpus().length)]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Walks every sequence of that many inputs from a new connection, for both ends of every option. */
export async function walkWorlds(length) {
  const code = await simulate(['worlds', '--length', String(length), '--jobs', String(cpus().length)]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** What a program prints. Into a file: Emscripten's exit would cut a pipe short. */
function log(name, command, args) {
  const path = join(root, `build/native/tests/simulation/${name}.log`);
  const file = openSync(path, 'w');
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', file, 'inherit'] });
  closeSync(file);
  if (status !== 0) throw new CommandFailed(`${command} ended with code ${status}`);
  return readFileSync(path);
}

/** Compares, byte for byte, the effects of the core natively and in WebAssembly; resolves to {passed, failed}. */
export async function compareLogs(count) {
  await buildPreset('native', 'rws_sim_log');
  await buildPreset('wasm', 'rws_sim_log', { env: await emscriptenEnvironment() });
  const range = ['0', String(count)];
  const native = log('native', 'build/native/tests/simulation/rws_sim_log', range);
  // Emscripten writes CommonJS, and this package is of type "module".
  const script = join(root, 'build/wasm/tests/simulation/rws_sim_log.cjs');
  copyFileSync(join(root, 'build/wasm/tests/simulation/rws_sim_log.js'), script);
  // Emscripten 3.1 would fetch the module by a path, which Node's fetch refuses.
  const wasm = log('wasm', process.execPath, ['--no-experimental-fetch', script, ...range]);
  const isSame = native.equals(wasm) && native.length > 0;
  console.log(
    `${count} seeds, ${native.length} bytes of log: native and WebAssembly ${isSame ? 'agree' : 'DIFFER'}`,
  );
  return isSame ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

// Owns the runs of the simulation: many seeds natively, and some of them once more in WebAssembly.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { buildPreset } from './native.mjs';
import { capture, CommandFailed, exitCodeOf, root } from './run.mjs';
import { emscriptenEnvironment } from './wasm.mjs';

/** Runs rws_sim with these arguments, its output on the terminal; resolves to its exit code. */
export async function simulate(args) {
  await buildPreset('native', 'rws_sim');
  return exitCodeOf('build/native/tests/simulation/rws_sim', args);
}

/** Lives the seeds from 0; resolves to {passed, failed}. */
export async function runSeeds(count) {
  const code = await simulate(['--seeds', `0..${count}`, '--jobs', String(cpus().length)]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function log(command, args) {
  const { code, output } = await capture(command, args);
  if (code !== 0) throw new CommandFailed(`${command} ended with code ${code}:\n${output.slice(-2000)}`);
  return output;
}

/** Compares, byte for byte, what the core does natively and in WebAssembly; resolves to {passed, failed}. */
export async function compareLogs(count) {
  await buildPreset('native', 'rws_sim_log');
  await buildPreset('wasm', 'rws_sim_log', { env: await emscriptenEnvironment() });
  const range = ['0', String(count)];
  const native = await log('build/native/tests/simulation/rws_sim_log', range);
  // Emscripten 3.1 would fetch the module by a path, which Node's fetch refuses.
  const script = join(root, 'build/wasm/tests/simulation/rws_sim_log.js');
  const wasm = await log(process.execPath, ['--no-experimental-fetch', script, ...range]);
  const isSame = native === wasm && native.length > 0;
  console.log(
    `${count} seeds, ${native.length} bytes of log: native and WebAssembly ${isSame ? 'agree' : 'DIFFER'}`,
  );
  return isSame ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

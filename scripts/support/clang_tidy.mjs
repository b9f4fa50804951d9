// Runs clang-tidy over the C++ sources, with the flags that they are compiled with.
import { cpus } from 'node:os';
import { buildPreset } from './native.mjs';
import { capture } from './run.mjs';
import { filesBelow } from './sources.mjs';
import { buildWasm, emscriptenEnvironment } from './wasm.mjs';

/** Runs one clang-tidy process per processor core; resolves to the outputs of those with findings. */
async function tidyAll(jobs) {
  const queue = [...jobs];
  const findings = [];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) {
      const { code, output } = await capture('clang-tidy-14', ['--quiet', ...job]);
      if (code !== 0) findings.push(output.replace(/^\d+ warnings? generated\.\n/gm, ''));
    }
  };
  await Promise.all(cpus().map(worker));
  return findings;
}

/** The flags with which plain clang parses a file as em++ does. */
async function emscriptenFlags() {
  const { output } = await capture('em++', ['--cflags'], { env: await emscriptenEnvironment() });
  return output
    .trim()
    .split(/\s+/)
    .map((flag) => `--extra-arg-before=${flag}`);
}

/**
 * Checks src/ and wasm_bindings/; resolves to an exit code. Tests are left out, because gtest's macros break
 * the naming rules.
 */
export async function clangTidy() {
  await buildPreset('native', 'rws_core');
  await buildWasm();
  const flags = await emscriptenFlags();
  const findings = await tidyAll([
    ...filesBelow('src', ['.cpp']).map((path) => ['-p', 'build/native', path]),
    ...filesBelow('wasm_bindings', ['.cpp']).map((path) => ['-p', 'build/wasm', ...flags, path]),
  ]);
  for (const output of findings) console.error(output);
  return findings.length === 0 ? 0 : 1;
}

// Configures and builds C++ targets with the CMake presets.
import { isFresh } from './freshness.mjs';
import { run } from './run.mjs';

/** Configures a preset if the presets changed since the last time, then builds one of its targets. */
export async function buildPreset(preset, target, { env } = {}) {
  if (!isFresh([`build/${preset}/build.ninja`], ['CMakePresets.json'])) {
    await run('cmake', ['--preset', preset, '--fresh'], { env });
  }
  await run('cmake', ['--build', '--preset', preset, '--target', target], { env });
}

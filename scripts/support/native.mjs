// Owns configuring and building the C++ targets through the CMake presets.
import { isFresh } from './freshness.mjs';
import { run } from './run.mjs';

/** Configures a preset if that was not done since the presets changed, then builds one of its targets. */
export async function buildPreset(preset, target, { env } = {}) {
  if (!isFresh([`build/${preset}/build.ninja`], ['CMakePresets.json'])) {
    await run('cmake', ['--preset', preset, '--fresh'], { env });
  }
  await run('cmake', ['--build', '--preset', preset, '--target', target], { env });
}

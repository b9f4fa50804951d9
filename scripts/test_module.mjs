// Runs the tests of the facade with a module that was built by another version of Emscripten.
// Usage: test_module.mjs CORE.JS CORE.WASM VERSION
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, root } from './support/run.mjs';
import { vitest } from './support/stages.mjs';
import { writeModule } from './support/wasm.mjs';

await main(async () => {
  const [gluePath, wasmPath, version] = process.argv.slice(2);
  await prepare(['build']);
  const folder = join(root, 'build/other_core');
  mkdirSync(folder, { recursive: true });
  const modulePath = join(folder, 'core.mjs');
  await writeModule(gluePath, wasmPath, modulePath);
  writeFileSync(join(folder, 'version.txt'), version);
  const { passed, failed } = await vitest(['web'], { env: { RWS_CORE_MODULE: modulePath } });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

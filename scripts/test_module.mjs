// Runs the tests of the facade with a module that was built by the newest version of Emscripten, and again with its
// translation to JavaScript. Checks the size of dist/index.js with the module.
// Usage: test_module.mjs CORE.JS CORE.WASM VERSION
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { main, root } from './support/run.mjs';
import { sizeWithCore } from './support/sizes.mjs';
import { vitest, withoutWasm } from './support/stages.mjs';
import { writeModule, writeTranslation } from './support/wasm.mjs';

/** Most bytes of dist/index.js after brotli. */
const budget = 53_000;

await main(async () => {
  const [gluePath, wasmPath, version] = process.argv.slice(2);
  await prepare(['build']);
  const folder = join(root, 'build/other_core');
  mkdirSync(folder, { recursive: true });
  const modulePath = join(folder, 'core.mjs');
  await writeModule(gluePath, wasmPath, modulePath);
  await writeTranslation(wasmPath, join(folder, 'translated_core.mjs'));
  writeFileSync(join(folder, 'version.txt'), version);
  const { brotli } = await sizeWithCore(modulePath);
  console.log(`dist/index.js: ${brotli} bytes after brotli of ${budget}`);
  const env = { RWS_CORE_MODULE: modulePath };
  const results = [await vitest(['web'], { env }), await withoutWasm(env)];
  for (const { passed, failed } of results) console.log(`${passed} passed, ${failed} failed`);
  return results.every(({ failed }) => failed === 0) && brotli <= budget ? 0 : 1;
});

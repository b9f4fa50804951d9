// Builds the package: WebAssembly, bundles, declarations. Steps whose outputs are newer than their inputs are
// skipped.
// Usage: build.mjs [--only wasm]
import { pathToFileURL } from 'node:url';
import { prepare } from './prepare.mjs';
import { buildBundles } from './support/bundles.mjs';
import { buildDeclarations } from './support/declarations.mjs';
import { main } from './support/run.mjs';
import { buildStyleText } from './support/styles.mjs';
import { buildWasm } from './support/wasm.mjs';

/** Builds the whole package into dist/. Call `prepare(['build'])` first. */
export async function buildPackage() {
  await buildWasm();
  await buildStyleText();
  await buildBundles();
  await buildDeclarations();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await prepare(['build']);
    if (process.argv.includes('wasm')) await Promise.all([buildWasm(), buildStyleText()]);
    else await buildPackage();
  });
}

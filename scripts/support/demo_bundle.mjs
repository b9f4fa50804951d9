// Builds the demo's files: build/demo/page for the browser, server.mjs and backend.mjs for Node.
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { shared } from './bundles.mjs';
import { root } from './run.mjs';
import { filesBelow } from './sources.mjs';
import { buildWasm } from './wasm.mjs';

/** Bundles the demo with the client from web/. Call `prepare(['build'])` first. */
export async function buildDemo() {
  await buildWasm();
  const { build } = await import('esbuild');
  mkdirSync(join(root, 'build/demo/page'), { recursive: true });
  for (const path of filesBelow('demo/page', ['.html', '.svg'])) {
    copyFileSync(join(root, path), join(root, 'build/demo/page', basename(path)));
  }
  await build({
    ...shared,
    platform: 'browser',
    format: 'esm',
    entryPoints: ['demo/page/main.tsx'],
    outdir: 'build/demo/page',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  await build({
    ...shared,
    minify: false,
    platform: 'node',
    format: 'esm',
    external: ['ws'],
    entryPoints: { server: 'demo/server/main.ts', backend: 'demo/server/backend.ts' },
    outdir: 'build/demo',
    outExtension: { '.js': '.mjs' },
  });
}

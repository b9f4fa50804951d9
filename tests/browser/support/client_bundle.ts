// Bundles a small script together with the client, for pages and workers other than the demo's. Returns the
// text.
import { build } from 'esbuild';

/** A classic script from `source`, a module that may import the package by its name. */
export async function bundleScript(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    alias: { '@advakod/resilient-websocket': './web/index.ts' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

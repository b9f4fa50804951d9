// Owns the JavaScript files of the package: what is bundled, in which format, and what stays outside.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isFresh } from './freshness.mjs';
import { CommandFailed, root } from './run.mjs';

const packageName = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;

/** What every bundle has in common. */
export const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'neutral',
  // Names of package.json fields for dependencies' entry points; `neutral` knows none.
  mainFields: ['module', 'main'],
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  jsx: 'automatic',
};

/** Lets the demo import the client from the package's own main file instead of holding a second copy of it. */
const clientBesideDemo = {
  name: 'client-beside-demo',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path }) =>
      path === packageName ? { path: '../index.js', external: true } : undefined,
    );
  },
};

const bundles = [
  { entryPoints: ['web/index.ts'], outfile: 'dist/index.js', format: 'esm' },
  { entryPoints: ['web/index.ts'], outfile: 'dist/index.cjs', format: 'cjs' },
  {
    entryPoints: ['demo/websocket-demo.ts'],
    outfile: 'dist/demo/websocket-demo.js',
    format: 'esm',
    plugins: [clientBesideDemo],
  },
];

const external = ['react', 'react/*', 'react-dom', 'react-dom/*'];

/** Builds the package's JavaScript if any of it is older than its sources. */
export async function buildBundles() {
  const outputs = bundles.map(({ outfile }) => outfile);
  const inputs = [
    'web',
    'demo/websocket-demo.ts',
    'build/wasm/core.mjs',
    'package.json',
    'scripts/support/bundles.mjs',
  ];
  if (isFresh(outputs, inputs)) return;
  const { build } = await import('esbuild');
  for (const bundle of bundles) {
    const { metafile } = await build({ ...shared, external, metafile: true, ...bundle });
    for (const { imports } of Object.values(metafile.outputs)) {
      const unknown = imports.filter(
        ({ path }) => path !== '../index.js' && !/^react(-dom)?(\/|$)/.test(path),
      );
      if (unknown.length > 0) {
        throw new CommandFailed(`${bundle.outfile} imports ${unknown.map(({ path }) => path).join(', ')}`);
      }
    }
  }
}

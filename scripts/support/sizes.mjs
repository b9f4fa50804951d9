// The download sizes of the package, uncompressed and compressed, and their budgets.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { shared } from './bundles.mjs';
import { entries, styles } from './entries.mjs';
import { root } from './run.mjs';

const read = (path) => readFileSync(join(root, path));

/** Largest brotli sizes in bytes; the keys are names of rows of `sizes`. */
export const budgets = JSON.parse(readFileSync(join(root, 'scripts/support/size_budgets.json'), 'utf8'));

/** The exports of `./react` that an application may use alone. */
const reactExports = [
  'useResilientWebSocket',
  'useChatWebSocket',
  'useSubscription',
  'useLastMessage',
  'WebSocketStatus',
];

/** What an application that uses the entry `./no-wasm` downloads: that file and the main entry's as one bundle. */
async function bundleNoWasm() {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents: `export * from './dist/no-wasm.js';`, resolveDir: root },
    format: 'esm',
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

/**
 * What an application downloads in addition to the core when it uses these exports of `./react`, bundled as Vite does it.
 * (esbuild keeps the names that a bundle imports from `react` and does not use.)
 */
async function bundleReactOnly(names) {
  const { build } = await import('rolldown');
  const source = `export ${names} from '${join(root, 'dist/react.js')}';`;
  const { output } = await build({
    input: 'application',
    plugins: [
      {
        name: 'application',
        resolveId: (id) => (id === 'application' ? id : undefined),
        load: (id) => (id === 'application' ? source : undefined),
      },
    ],
    external: [/^react/, './index.js'],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    output: { format: 'esm', minify: true },
    logLevel: 'silent',
    write: false,
  });
  return Buffer.from(output[0].code);
}

export function toRow(name, bytes) {
  return {
    name,
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  };
}

/** The row of dist/index.js as it would be with this core. */
export async function sizeWithCore(modulePath) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ['web/index.ts'],
    format: 'esm',
    alias: { '#core': modulePath },
    write: false,
  });
  return toRow('dist/index.js', Buffer.from(outputFiles[0].contents));
}

/** Rows of {name, bytes, gzip, brotli} for all published files. */
export async function sizes() {
  const files = [...entries.map(({ name }) => `dist/${name}.js`), 'dist/index.cjs', styles.output];
  const rows = files.map((path) => toRow(path, read(path)));
  rows.push(toRow('./no-wasm with the main entry', await bundleNoWasm()));
  rows.push(toRow('./react without core', await bundleReactOnly('*')));
  for (const name of reactExports) {
    rows.push(toRow(`${name} alone without core`, await bundleReactOnly(`{ ${name} }`)));
  }
  return rows;
}

/** The results {text, isWithinBudget}, one for each budget. */
export function checkBudgets(rows) {
  return Object.entries(budgets).map(([name, budget]) => {
    const brotli = rows.find((row) => row.name === name)?.brotli ?? NaN;
    const isWithinBudget = brotli <= budget;
    const difference = isWithinBudget ? `${budget - brotli} to spare` : `${brotli - budget} too many`;
    return { text: `${name}: ${brotli} bytes after brotli of ${budget}, ${difference}`, isWithinBudget };
  });
}

// Owns what the package costs to download: the sizes of the built files, as they are and compressed, and their budgets.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { shared } from './bundles.mjs';
import { entries, styles } from './entries.mjs';
import { root } from './run.mjs';

const read = (path) => readFileSync(join(root, path));

/** Most bytes after brotli; `name` is a row of `sizes`. */
const budgets = JSON.parse(readFileSync(join(root, 'scripts/support/size_budgets.json'), 'utf8'));

/** What an application downloads beyond the core when it uses these exports of `./react`. */
async function reactBeyondCore(names) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents: `export ${names} from './dist/react.js';`, resolveDir: root },
    format: 'esm',
    external: ['react', 'react/*', './dist/index.js'],
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

function sizeOf(name, bytes) {
  return {
    name,
    bytes: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  };
}

/** Rows of {name, bytes, gzip, brotli} for all that is published. */
export async function sizes() {
  const files = [...entries.map(({ name }) => `dist/${name}.js`), 'dist/index.cjs', styles.output];
  const rows = files.map((path) => sizeOf(path, read(path)));
  rows.push(sizeOf('./react without core', await reactBeyondCore('*')));
  for (const name of ['useResilientWebSocket', 'useChatWebSocket', 'WebSocketStatus']) {
    rows.push(sizeOf(`${name} alone without core`, await reactBeyondCore(`{ ${name} }`)));
  }
  return rows;
}

/** One sentence for each budget, {text, isKept}. */
export function heldAgainstBudgets(rows) {
  return Object.entries(budgets).map(([name, budget]) => {
    const brotli = rows.find((row) => row.name === name)?.brotli ?? NaN;
    const isKept = brotli <= budget;
    const difference = isKept ? `${budget - brotli} to spare` : `${brotli - budget} too many`;
    return { text: `${name}: ${brotli} bytes after brotli of ${budget}, ${difference}`, isKept };
  });
}

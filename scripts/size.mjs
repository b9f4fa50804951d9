// Owns the answer to what the package costs to download: the sizes of the built files, as they are and compressed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { shared } from './support/bundles.mjs';
import { entries, styles } from './support/entries.mjs';
import { main, root } from './support/run.mjs';

const read = (path) => readFileSync(join(root, path));

/** What an application downloads beyond the core when it uses everything of `./react`. */
async function reactBeyondCore() {
  const { outputFiles } = await build({
    ...shared,
    entryPoints: ['dist/react.js'],
    format: 'esm',
    external: ['react', 'react/*', './dist/index.js'],
    write: false,
  });
  return Buffer.from(outputFiles[0].contents);
}

await main(async () => {
  const files = [...entries.map(({ name }) => `dist/${name}.js`), 'dist/index.cjs', styles.output];
  const rows = [
    ...files.map((path) => [path, read(path)]),
    ['./react without core', await reactBeyondCore()],
  ];
  const width = Math.max(...rows.map(([title]) => title.length)) + 3;
  console.log('file'.padEnd(width) + 'bytes     gzip -9   brotli 11');
  for (const [title, bytes] of rows) {
    const gzip = gzipSync(bytes, { level: 9 }).length;
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    const columns = [bytes.length, gzip, brotli].map((size) => String(size).padEnd(10));
    console.log(title.padEnd(width) + columns.join(''));
  }
});

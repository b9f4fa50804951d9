// Owns the answer to what the package costs to download: the sizes of the built entries, as they are and compressed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { main, root } from './support/run.mjs';

const entries = ['dist/index.js', 'dist/index.cjs'];

await main(() => {
  console.log('entry            bytes     gzip -9   brotli 11');
  for (const entry of entries) {
    const bytes = readFileSync(join(root, entry));
    const gzip = gzipSync(bytes, { level: 9 }).length;
    const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
    const columns = [bytes.length, gzip, brotli].map((size) => String(size).padEnd(10));
    console.log(entry.padEnd(17) + columns.join(''));
  }
});

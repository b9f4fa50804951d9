// Owns what each contender costs to download.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Section } from '../report/table.js';
import { packageScript, reactScript } from '../support/contender_bundles.js';
import { type Bench } from './measurement.js';

function sizesOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return [bytes, gzipSync(bytes, { level: 9 }), brotli].map(({ length }) => String(length));
}

export async function download(bench: Bench): Promise<Section> {
  const rows: string[][] = [];
  for (const entrant of bench.entrants) {
    if (entrant.package === undefined) continue;
    if (entrant.module?.endsWith('.js') !== true) {
      rows.push([entrant.name, ...sizesOf(await packageScript(entrant))]);
      continue;
    }
    // Minified already, as it is published.
    rows.push([`${entrant.name}: core, glue and facade`, ...sizesOf(readFileSync(entrant.module, 'utf8'))]);
    rows.push([`${entrant.name}: React entry, beyond that`, ...sizesOf(await reactScript(entrant))]);
  }
  return {
    title: 'Download',
    explanation: 'Bundled and minified by esbuild; React itself is not counted.',
    tables: [{ title: 'Bytes', head: ['what', 'minified', 'gzip -9', 'brotli 11'], rows }],
  };
}

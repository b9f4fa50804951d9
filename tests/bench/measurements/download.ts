// The download size of each contender.
import { readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Section } from '../report/table.js';
import { packageScript, reactScript } from '../support/contender_bundles.js';
import { type Bench } from './measurement.js';

function compressedSizes(text: string): string[] {
  const bytes = Buffer.from(text);
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  return [bytes, gzipSync(bytes, { level: 9 }), brotli].map(({ length }) => String(length));
}

export async function download(bench: Bench): Promise<Section> {
  const rows: string[][] = [];
  for (const contender of bench.contenders) {
    if (contender.package === undefined) continue;
    if (contender.module?.endsWith('.js') !== true) {
      rows.push([contender.name, ...compressedSizes(await packageScript(contender))]);
      continue;
    }
    // Minified already, in the published form.
    rows.push([
      `${contender.name}: core, glue and facade`,
      ...compressedSizes(readFileSync(contender.module, 'utf8')),
    ]);
    rows.push([
      `${contender.name}: React entry, in addition`,
      ...compressedSizes(await reactScript(contender)),
    ]);
  }
  return {
    title: 'Download',
    explanation: 'Bundled and minified by esbuild; React itself is not counted.',
    tables: [{ title: 'Bytes', head: ['what', 'minified', 'gzip -9', 'brotli 11'], rows }],
  };
}

// Joins the parts of the style sheet into the one published file, and makes the module with its text that the status
// component adopts.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { styles } from './entries.mjs';
import { isFresh } from './freshness.mjs';
import { root } from './run.mjs';

/** The sheet with each @import replaced by the imported part; `source` contains only comments and imports. */
export function joinedStyles(source) {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const parts = read(source).replace(/^@import '(.+)';$/gm, (_, path) => read(join(dirname(source), path)));
  return `${parts.trimEnd()}\n`;
}

/** Writes the module `#styles`: the sheet without comments and spaces. */
export async function buildStyleText() {
  const output = 'build/styles.mjs';
  if (isFresh([output], ['web/react', 'scripts/support/styles.mjs'])) return;
  const { transform } = await import('esbuild');
  const { code } = await transform(joinedStyles(styles.source), { loader: 'css', minify: true });
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, output), `export default ${JSON.stringify(code.trimEnd())};\n`);
}

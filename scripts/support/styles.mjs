// Owns how the style sheet's parts become the one file that is published: each takes the place of its @import.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** The sheet as a browser reads it; `source` has nothing but comments and imports, in the order that counts. */
export function joinedStyles(source) {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const parts = read(source).replace(/^@import '(.+)';$/gm, (_, path) => read(join(dirname(source), path)));
  return `${parts.trimEnd()}\n`;
}

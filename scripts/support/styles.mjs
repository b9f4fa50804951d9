// Joins the parts of the style sheet into the one published file.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** The sheet with each @import replaced by the imported part; `source` contains only comments and imports. */
export function joinedStyles(source) {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const parts = read(source).replace(/^@import '(.+)';$/gm, (_, path) => read(join(dirname(source), path)));
  return `${parts.trimEnd()}\n`;
}

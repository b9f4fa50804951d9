// Owns the question whether outputs are newer than everything they were made from.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

function* times(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  yield info ? info.mtimeMs : undefined;
  if (info?.isDirectory()) {
    for (const name of readdirSync(path)) yield* times(join(path, name));
  }
}

/** Whether each output exists and is newer than all inputs (folders count with all that is in them). */
export function isFresh(outputs, inputs) {
  const made = outputs.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs);
  const oldestOutput = Math.min(...made.map((time) => time ?? -Infinity));
  const newestInput = Math.max(
    ...inputs.flatMap((path) => [...times(join(root, path))]).map((time) => time ?? Infinity),
  );
  return oldestOutput > newestInput;
}

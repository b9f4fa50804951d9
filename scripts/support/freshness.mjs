// Checks whether outputs are newer than everything they were made from.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

function* modificationTimes(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  yield info ? info.mtimeMs : undefined;
  if (info?.isDirectory()) {
    for (const name of readdirSync(path)) yield* modificationTimes(join(path, name));
  }
}

/** Whether each output exists and is newer than all inputs; a folder includes everything below it. */
export function isFresh(outputs, inputs) {
  const outputTimes = outputs.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs);
  const oldestOutput = Math.min(...outputTimes.map((time) => time ?? -Infinity));
  const newestInput = Math.max(
    ...inputs.flatMap((path) => [...modificationTimes(join(root, path))]).map((time) => time ?? Infinity),
  );
  return oldestOutput > newestInput;
}

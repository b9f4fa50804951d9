// Owns the files in which a run says what it measured in an engine; docs/reliability.md is made of them.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Engine } from './engines/engine.js';
import { isLong } from './length.js';
import type { Outcome } from './trial.js';

const folder = 'build/reports/faults';

/** `part` names the test file: each has a report of its own for each engine. */
export function reportOutcomes(part: string, engine: Engine, outcomes: readonly Outcome[]): void {
  const report = { engine: engine.name, version: engine.version, isLong, outcomes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${engine.name}.${part}.json`, JSON.stringify(report, null, 1));
}

// Writes what a run measured in one engine to build/reports/faults; docs/reliability.md is made from these
// files.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { Engine } from './engines/engine.js';
import type { Outcome } from './experiment.js';
import { isLongRun } from './run_length.js';

const folder = 'build/reports/faults';

/** `part` is the name of the test file: each has one report for each engine. */
export function reportOutcomes(part: string, engine: Engine, outcomes: readonly Outcome[]): void {
  const report = { engine: engine.name, version: engine.version, isLong: isLongRun, outcomes };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${engine.name}.${part}.json`, JSON.stringify(report, null, 1));
}

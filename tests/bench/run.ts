// A run of the benchmarks: takes the requested measurements one after the other, prints them, and writes the
// document.
import { loadavg } from 'node:os';
import { core } from './measurements/core.js';
import { cost } from './measurements/cost.js';
import { download } from './measurements/download.js';
import { echo } from './measurements/echo.js';
import { type Bench, type Measurement } from './measurements/measurement.js';
import { recovery } from './measurements/recovery.js';
import { sessions } from './measurements/sessions.js';
import { start } from './measurements/start.js';
import { stream } from './measurements/stream.js';
import { writeDocument } from './report/document.js';
import { sectionToText, type Section } from './report/table.js';
import { readArguments, usage } from './support/arguments.js';
import { selectContenders } from './support/contender_bundles.js';
import { startPageServer } from './support/page_server.js';

/** In the order of the report. */
const measurements: Readonly<Record<string, Measurement>> = {
  echo,
  sessions,
  cost,
  stream,
  start,
  download,
  recovery,
  core,
};

const parameters = readArguments(process.argv.slice(2));
const names = parameters.only.length > 0 ? parameters.only : Object.keys(measurements);
const unknown = names.filter((name) => !(name in measurements));
if (unknown.length > 0) throw new RangeError(`Unknown measurement ${unknown.join(', ')}\n${usage}`);

const loadBefore = loadavg()[0] ?? 0;
const server = await startPageServer();
const bench: Bench = { arguments: parameters, contenders: selectContenders(parameters), server };
const sections: Section[] = [];
for (const name of names) {
  const started = Date.now();
  const section = await measurements[name]?.(bench);
  if (!section) continue;
  sections.push(section);
  console.log(`\n${sectionToText(section)}\n\n(${Math.round((Date.now() - started) / 1000)} s)`);
}
await server.close();

// The document must come from a complete run.
const isComplete =
  parameters.only.length === 0 &&
  parameters.contenders.length === 0 &&
  !parameters.quick &&
  !parameters.hasOwnBuilds;
const path = parameters.write ?? (isComplete ? 'docs/benchmarks.md' : '');
if (path !== '') await writeDocument(path, sections, loadBefore);
console.log(
  path === '' ? 'docs/benchmarks.md was not written, because the run was not complete' : `Written: ${path}`,
);

// Owns a run: takes the measurements asked for, one after the other, prints them, and writes the document of a whole run.
import { loadavg } from 'node:os';
import { core } from './measurements/core.js';
import { cost } from './measurements/cost.js';
import { download } from './measurements/download.js';
import { echo } from './measurements/echo.js';
import { type Bench, type Measurement } from './measurements/measurement.js';
import { recovery } from './measurements/recovery.js';
import { start } from './measurements/start.js';
import { stream } from './measurements/stream.js';
import { writeDocument } from './report/document.js';
import { sectionText, type Section } from './report/table.js';
import { readArguments, usage } from './support/arguments.js';
import { entrantsOf } from './support/contender_bundles.js';
import { startPageServer } from './support/page_server.js';

/** In the order of the report. */
const measurements: Readonly<Record<string, Measurement>> = {
  echo,
  cost,
  stream,
  start,
  download,
  recovery,
  core,
};

const given = readArguments(process.argv.slice(2));
const names = given.only.length > 0 ? given.only : Object.keys(measurements);
const unknown = names.filter((name) => !(name in measurements));
if (unknown.length > 0) throw new RangeError(`There is no measurement ${unknown.join(', ')}\n${usage}`);

const loadBefore = loadavg()[0] ?? 0;
const server = await startPageServer();
const bench: Bench = { arguments: given, entrants: entrantsOf(given), server };
const sections: Section[] = [];
for (const name of names) {
  const started = Date.now();
  const section = await measurements[name]?.(bench);
  if (!section) continue;
  sections.push(section);
  console.log(`\n${sectionText(section)}\n\n(${Math.round((Date.now() - started) / 1000)} s)`);
}
await server.close();

// A part of a run, or a hurried one, is not what the document promises.
const isWhole =
  given.only.length === 0 && given.contenders.length === 0 && !given.quick && !given.hasOwnBuilds;
const path = given.write ?? (isWhole ? 'docs/benchmarks.md' : '');
if (path !== '') await writeDocument(path, sections, loadBefore);
console.log(path === '' ? 'docs/benchmarks.md is left as it is: this was part of a run' : `Written: ${path}`);

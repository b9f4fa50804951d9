// The mutants of the core: deliberate faults, put into copies of the core one at a time, which show that the
// simulation's checkers find what they are for. The copies are in build/mutants; src/ itself is not changed.
import { cpus } from 'node:os';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { CommandFailed, capture, root } from './run.mjs';

const compiler = 'clang++-14';
const folder = join(root, 'build/mutants');
const simulation = join(root, 'tests/simulation');
// Without assertions: a mutant has to be found by what it does.
const flags = ['-std=c++20', '-DNDEBUG', '-w'];
// What the core includes of the standard library, compiled once for all mutants.
const standardHeaders = [
  ...['algorithm', 'array', 'cassert', 'chrono', 'cmath', 'cstdint', 'limits', 'optional', 'span', 'string'],
  ...['string_view', 'utility', 'variant', 'vector'],
];
const precompiled = join(folder, 'standard.h.pch');
// A run that takes so many times longer than it does without a fault counts as one that never ends.
const patience = 10;

const sourcesIn = (path, ending) => readdirSync(path).filter((name) => name.endsWith(ending));

/** The sources of rws_sim as its CMakeLists.txt lists them, without those of the other program. */
function simulationSources() {
  const text = readFileSync(join(simulation, 'CMakeLists.txt'), 'utf8');
  const names = [...text.matchAll(/[\w./-]+\.cpp/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => name !== 'log_main.cpp').map((name) => join(simulation, name));
}

const includedIn = (path) =>
  [...readFileSync(path, 'utf8').matchAll(/#include "([^"]+)"/g)].map(([, name]) => name);

/** The sources of the core that have to be compiled when this file of it changes. */
function dependents(source, file) {
  const includes = new Map(readdirSync(source).map((name) => [name, includedIn(join(source, name))]));
  const reached = new Set([file]);
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const [name, included] of includes) {
      if (included.some((header) => reached.has(header))) reached.add(name);
    }
  }
  return [...reached].filter((name) => name.endsWith('.cpp'));
}

/** Whether an object is newer than all it was made of, by the list that the compiler has written beside it. */
function isFresh(object) {
  if (!existsSync(object) || !existsSync(`${object}.d`)) return false;
  const [, list] = readFileSync(`${object}.d`, 'utf8').split(/:\s/);
  const paths = list.split(/[\s\\]+/).filter((path) => path !== '');
  const made = statSync(object).mtimeMs;
  return paths.every((path) => existsSync(path) && statSync(path).mtimeMs < made);
}

async function compile(source, object, optimisation, includes, further = []) {
  const args = [
    ...flags,
    ...further,
    optimisation,
    ...includes.map((path) => `-I${path}`),
    '-c',
    source,
    '-o',
    object,
  ];
  const { code, output } = await capture(compiler, args);
  if (code !== 0) throw new CommandFailed(`${basename(source)} does not compile:\n${output}`);
}

async function precompile() {
  mkdirSync(folder, { recursive: true });
  const header = join(folder, 'standard.h');
  writeFileSync(header, standardHeaders.map((name) => `#include <${name}>\n`).join(''));
  const args = [...flags, '-O1', '-x', 'c++-header', header, '-o', precompiled];
  const { code, output } = await capture(compiler, args);
  if (code !== 0) throw new CommandFailed(`the standard library's headers do not compile:\n${output}`);
}

/** Objects of the core and of the simulation, compiled once; resolves to {core: name → object, others}. */
async function compileBase(source, jobs) {
  const objects = join(folder, 'base');
  mkdirSync(objects, { recursive: true });
  const core = sourcesIn(source, '.cpp').map((name) => join(source, name));
  const build = async (path, optimisation) => {
    const object = join(objects, `${relative(root, path).replaceAll(/[^\w.]/g, '_')}.o`);
    if (!isFresh(object)) {
      await compile(path, object, optimisation, [source, simulation], ['-MMD', '-MF', `${object}.d`]);
    }
    return object;
  };
  const result = { core: new Map(), others: [] };
  const queue = [...core.map((path) => [path, '-O1']), ...simulationSources().map((path) => [path, '-O2'])];
  const worker = async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const [path, optimisation] = job;
      const object = await build(path, optimisation);
      if (core.includes(path)) result.core.set(basename(path), object);
      else result.others.push(object);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return result;
}

async function link(objects, program) {
  const { code, output } = await capture(compiler, [...objects, '-o', program]);
  if (code !== 0) throw new CommandFailed(`${basename(program)} does not link:\n${output}`);
}

/** Builds a core with one fault; resolves to the program. */
async function buildMutant(mutant, source, base, place) {
  const copy = join(place, 'source');
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const name of readdirSync(source)) copyFileSync(join(source, name), join(copy, name));
  const text = readFileSync(join(source, mutant.file), 'utf8');
  if (text.split(mutant.from).length !== 2) {
    throw new CommandFailed(`'${mutant.name}' does not apply: its text is not once in ${mutant.file}`);
  }
  writeFileSync(
    join(copy, mutant.file),
    text.replace(mutant.from, () => mutant.to),
  );
  // The changed objects come first: of an inline function the linker takes the first copy.
  const objects = new Map();
  for (const name of dependents(source, mutant.file)) {
    const object = join(place, `mutant_${basename(name, '.cpp')}.o`);
    await compile(join(copy, name), object, '-O1', [copy], ['-include-pch', precompiled]);
    objects.set(name, object);
  }
  for (const [name, object] of base.core) if (!objects.has(name)) objects.set(name, object);
  const program = join(place, 'mutant');
  await link([...objects.values(), ...base.others], program);
  return program;
}

/** Runs seeds, [first, last), until something is found; resolves to what was, or undefined. */
async function hunt(program, [first, last], { jobs, seconds }, without) {
  const args = ['--seeds', `${first}..${last}`, '--jobs', jobs, '--until-violation', '--quiet'];
  for (const fault of without) args.push('--without', fault);
  const { code, output } = await capture('timeout', [String(seconds), program, ...args]);
  if (code === 0) return undefined;
  const found = /violation: seed (\d+) at \d+ ms: (\w+): (.*) \(after \d+ seeds\)/.exec(output);
  if (found !== null) return { id: found[2], text: found[3], seed: Number(found[1]) };
  // The exit code of timeout itself.
  const text = code === 124 ? 'it does not end' : (output.trim().split('\n')[0] ?? '');
  const aborted = /aborted: seed (\d+)/.exec(output);
  return {
    id: code === 124 ? 'time' : 'crash',
    text,
    seed: aborted === null ? undefined : Number(aborted[1]),
  };
}

/**
 * Judges one mutant; resolves to the finding that kills it, or undefined when it survives. The seed on record is
 * only where the search begins: it saves time as long as the worlds are drawn as they were.
 */
async function judge(mutant, base, place, { source, seeds, seconds, without }) {
  const program = await buildMutant(mutant, source, base, place);
  const faults = without.filter((fault) => fault !== mutant.needs);
  const settings = { jobs: '1', seconds };
  if (mutant.seed !== undefined) {
    const found = await hunt(program, [mutant.seed, mutant.seed + 1], settings, faults);
    if (found !== undefined) return found;
  }
  return hunt(program, [0, seeds], settings, faults);
}

/** Runs the core without any fault; resolves to the seconds that all seeds of a mutant may take. */
async function measure(base, { seeds, jobs, without }) {
  const sound = join(folder, 'sound');
  await link([...base.core.values(), ...base.others], sound);
  const start = Date.now();
  const measured = Math.min(seeds, 1000);
  const found = await hunt(sound, [0, measured], { jobs: String(jobs), seconds: 0 }, without);
  if (found !== undefined) throw new CommandFailed(`without any fault: ${found.id}: ${found.text}`);
  const taken = (jobs * (Date.now() - start)) / 1000;
  return Math.ceil(10 + patience * taken * (seeds / measured));
}

/**
 * Runs the mutants whose names contain one of `wanted`, or all of them; resolves to {passed, failed}. `records`:
 * the seed that killed each is written into the list.
 */
export async function runMutants({
  wanted = [],
  seeds = 6000,
  jobs = cpus().length,
  source = join(root, 'src'),
  without = [],
  records = false,
} = {}) {
  const settings = { source, seeds: Number(seeds), jobs: Number(jobs), without };
  const list = join(simulation, 'mutants/mutants.json');
  const all = JSON.parse(readFileSync(list, 'utf8'));
  const mutants = all.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  await precompile();
  const base = await compileBase(source, settings.jobs);
  settings.seconds = await measure(base, settings);
  const result = { passed: 0, failed: 0 };
  const queue = [...mutants];
  const worker = async (_, index) => {
    const place = join(folder, `worker${index}`);
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const killer = await judge(mutant, base, place, settings).catch((error) => {
        if (!(error instanceof CommandFailed)) throw error;
        console.log(`BROKEN    ${error.message}`);
      });
      result[killer === undefined ? 'failed' : 'passed'] += 1;
      if (killer === undefined) console.log(`SURVIVES  ${mutant.name}`);
      else console.log(`${mutant.name}: killed by ${killer.id}, seed ${killer.seed ?? '?'}: ${killer.text}`);
      if (killer?.seed !== undefined) mutant.seed = killer.seed;
    }
  };
  await Promise.all(Array.from({ length: settings.jobs }, worker));
  console.log(`${result.passed} of ${mutants.length} mutants killed`);
  if (records) writeFileSync(list, `${JSON.stringify(all, null, 2)}\n`);
  return result;
}

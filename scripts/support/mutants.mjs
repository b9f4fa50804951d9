// Owns the proof that the simulation's checkers see: deliberate faults are put into copies of the core, one at a
// time, and the simulation must find each. Refuses to touch src/: a mutant lives in build/mutants.
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
import { basename, join } from 'node:path';
import { CommandFailed, capture, root } from './run.mjs';

const compiler = 'clang++-14';
const folder = join(root, 'build/mutants');
const world = join(root, 'tests/simulation');
const host = join(root, 'tests/host');
const scenarioSources = ['event_text', 'scenario', 'scenario_run', 'status_text', 'virtual_host'];
// Without assertions: a mutant has to be found by what it does.
const flags = ['-std=c++20', '-DNDEBUG', '-w'];
// What the core includes of the standard library, compiled once for all mutants.
const standardHeaders = [
  ...['algorithm', 'array', 'cassert', 'chrono', 'cmath', 'cstdint', 'limits', 'optional', 'span', 'string'],
  ...['string_view', 'utility', 'variant', 'vector'],
];
const precompiled = join(folder, 'standard.h.pch');

const sourcesIn = (path, ending) => readdirSync(path).filter((name) => name.endsWith(ending));

function newest(paths) {
  return Math.max(...paths.map((path) => statSync(path).mtimeMs));
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
  const simulation = [
    // Of the two programs only rws_sim.
    ...sourcesIn(world, '.cpp')
      .filter((name) => name !== 'log_main.cpp')
      .map((name) => join(world, name)),
    ...sourcesIn(join(world, 'checkers'), '.cpp').map((name) => join(world, 'checkers', name)),
    ...['storm', 'worlds'].flatMap((part) =>
      sourcesIn(join(world, part), '.cpp').map((name) => join(world, part, name)),
    ),
    join(host, 'json_reader.cpp'),
    ...scenarioSources.map((name) => join(root, 'tests/scenarios', `${name}.cpp`)),
  ];
  const headers = [
    source,
    world,
    join(world, 'checkers'),
    join(world, 'storm'),
    join(world, 'worlds'),
    host,
    join(root, 'tests/scenarios'),
  ].flatMap((path) => sourcesIn(path, '.h').map((name) => join(path, name)));
  const changed = newest(headers);
  const build = async (path, optimisation) => {
    const object = join(objects, `${basename(path, '.cpp')}.o`);
    const isFresh =
      existsSync(object) && statSync(object).mtimeMs > Math.max(changed, statSync(path).mtimeMs);
    if (!isFresh)
      await compile(path, object, optimisation, [source, world, host, join(root, 'tests/scenarios')]);
    return object;
  };
  const result = { core: new Map(), others: [] };
  const queue = [...core.map((path) => [path, '-O1']), ...simulation.map((path) => [path, '-O2'])];
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
  const objects = new Map(base.core);
  for (const name of mutant.compile ?? [mutant.file]) {
    const object = join(place, `mutant_${basename(name, '.cpp')}.o`);
    await compile(join(copy, name), object, '-O1', [copy], ['-include-pch', precompiled]);
    objects.set(name, object);
  }
  const program = join(place, 'mutant');
  await link([...objects.values(), ...base.others], program);
  return program;
}

/** Runs seeds until something is found; resolves to what was, or undefined. */
async function hunt(program, options, without) {
  const args = ['--seeds', `0..${options.seeds}`, '--jobs', options.jobs, '--until-violation', '--quiet'];
  for (const fault of without) args.push('--without', fault);
  const { code, output } = await capture(program, args);
  if (code === 0) return undefined;
  const found = /violation: seed (\d+) at \d+ ms: (\w+): (.*) \(after (\d+) seeds\)/.exec(output);
  return found === null
    ? { id: 'crash', text: output.trim().split('\n')[0] ?? '', seeds: '?' }
    : { id: found[2], text: found[3], seeds: found[4] };
}

/** Judges one mutant: who killed it and how fast, or undefined when it survives. */
async function judge(mutant, base, place, { source, seeds, without }) {
  const program = await buildMutant(mutant, source, base, place);
  const killer = await hunt(
    program,
    { seeds, jobs: '1' },
    without.filter((fault) => fault !== mutant.needs),
  );
  return killer && `killed by ${killer.id} after ${killer.seeds} seeds: ${killer.text}`;
}

/** Runs the mutants whose names contain one of `wanted`, all without, `jobs` at a time; resolves to {passed, failed}. */
export async function runMutants({
  wanted = [],
  seeds = 6000,
  jobs = cpus().length,
  source = join(root, 'src'),
  without = [],
} = {}) {
  const settings = { source, seeds: String(seeds), jobs: String(jobs), without };
  const all = JSON.parse(readFileSync(join(world, 'mutants/mutants.json'), 'utf8'));
  const mutants = all.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  await precompile();
  const base = await compileBase(source, Number(jobs));
  const sound = join(folder, 'sound');
  await link([...base.core.values(), ...base.others], sound);
  const found = await hunt(sound, settings, without);
  if (found !== undefined) throw new CommandFailed(`without any fault: ${found.id}: ${found.text}`);
  const result = { passed: 0, failed: 0 };
  const queue = [...mutants];
  const worker = async (_, index) => {
    const place = join(folder, `worker${index}`);
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const verdict = await judge(mutant, base, place, settings).catch((error) => {
        if (!(error instanceof CommandFailed)) throw error;
        console.log(`BROKEN    ${error.message}`);
      });
      result[verdict === undefined ? 'failed' : 'passed'] += 1;
      console.log(verdict === undefined ? `SURVIVES  ${mutant.name}` : `${mutant.name}: ${verdict}`);
    }
  };
  await Promise.all(Array.from({ length: Number(jobs) }, worker));
  console.log(`${result.passed} of ${mutants.length} mutants killed`);
  return result;
}

// Owns the cost of one message on its thread, with a socket that does nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type CostCase } from '../page/cost.js';
import { digits, Samples, spread, summaryOf } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { type ChromiumRunner, startChromium } from '../support/chromium_runner.js';
import { startNode } from '../support/node_runner.js';
import { type Runner } from '../support/runner.js';
import { type Bench, interleave, progress, roundsOf } from './measurement.js';

const cases: readonly (readonly [title: string, kind: CostCase])[] = [
  ['out, text, one task', { direction: 'out', format: 'text' }],
  ['out, text, 10 a task', { direction: 'out', format: 'text', burst: 10 }],
  ['out, Cyrillic text, one task', { direction: 'out', format: 'text', alphabet: 'cyrillic' }],
  ['out, JSON of a value, one task', { direction: 'out', format: 'json' }],
  ['in, text, one task', { direction: 'in', format: 'text' }],
  ['in, text, 10 a task', { direction: 'in', format: 'text', burst: 10 }],
  ['in, JSON parsed, one task', { direction: 'in', format: 'json' }],
  ['out and in by turns, text, one task', { direction: 'both', format: 'text' }],
];

const tightCount = 25_000;
const burstCount = 5_000;
const allocationCount = 2_000;
const warmUps = 3;

async function timesOf(bench: Bench, runner: Runner, kind: CostCase): Promise<Samples> {
  const count = kind.burst === undefined ? tightCount : burstCount;
  const samples = new Samples();
  await interleave(bench.entrants, warmUps, async ({ name }) => {
    await runner.call(name, 'cost', { kind, count });
  });
  await interleave(bench.entrants, roundsOf(bench, 15), async ({ name }) => {
    samples.add(name, await runner.call(name, 'cost', { kind, count }));
  });
  return samples;
}

function timeRow(title: string, samples: Samples): string[][] {
  const bare = summaryOf(samples.of('raw'));
  return samples.contenders.map((name) => {
    const own = summaryOf(samples.of(name));
    const over = samples.against('raw', name, (value, raw) => value - raw);
    return [
      title,
      name,
      digits(own.median),
      name === 'raw' ? '' : spread(over),
      name === 'raw' ? '' : digits(own.least - bare.least),
    ];
  });
}

async function timeTable(bench: Bench, runner: Runner, engine: string): Promise<Table> {
  const rows: string[][] = [];
  for (const [title, kind] of cases) {
    progress(`${engine}: ${title}`);
    rows.push(...timeRow(title, await timesOf(bench, runner, kind)));
  }
  return {
    title: `${engine}: nanoseconds for a message of 100 characters`,
    head: ['case', 'contender', 'in all', 'over raw, median [quartiles]', 'over raw, least'],
    rows,
  };
}

async function allocationTable(bench: Bench, runner: Runner): Promise<Table> {
  const rows: string[][] = [];
  for (const [title, kind] of cases.filter(([, { burst }]) => burst === undefined)) {
    const samples = new Samples();
    await interleave(bench.entrants, roundsOf(bench, 9), async ({ name }) => {
      samples.add(name, await runner.call(name, 'allocation', { kind, count: allocationCount }));
    });
    const bare = summaryOf(samples.of('raw')).median;
    for (const name of samples.contenders) {
      const { median } = summaryOf(samples.of(name));
      rows.push([title, name, digits(median), name === 'raw' ? '' : digits(median - bare)]);
    }
  }
  return {
    title: 'Node: bytes of JavaScript heap allocated for a message of 100 characters',
    head: ['case', 'contender', 'in all', 'over raw'],
    rows,
  };
}

/** Writes a profile of each case of each build of this package, for the profiler of a browser's tools. */
async function profile(bench: Bench, runner: ChromiumRunner): Promise<void> {
  mkdirSync('build/benchmarks/profiles', { recursive: true });
  for (const { name } of bench.entrants.filter(({ module }) => module !== undefined)) {
    const page = runner.pages.get(name);
    if (!page) continue;
    const session = await page.createCDPSession();
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 100 });
    for (const [title, kind] of cases) {
      await session.send('Profiler.start');
      const count = kind.burst === undefined ? 80 * tightCount : 20 * burstCount;
      await runner.call(name, 'cost', { kind, count });
      const { profile: recorded } = await session.send('Profiler.stop');
      const path = `build/benchmarks/profiles/${name}-${title.replaceAll(/[^A-Za-z0-9]+/g, '_')}.cpuprofile`;
      writeFileSync(path, JSON.stringify(recorded));
      console.log(path);
    }
    await session.detach();
  }
}

export async function cost(bench: Bench): Promise<Section> {
  const tables: Table[] = [];
  const { engines, profile: wantsProfile } = bench.arguments;
  if (engines.includes('chromium')) {
    const runner = await startChromium(bench.entrants, bench.server, { minify: !wantsProfile });
    try {
      tables.push(await timeTable(bench, runner, 'Chromium'));
      if (wantsProfile) await profile(bench, runner);
    } finally {
      await runner.close();
    }
  }
  if (engines.includes('node')) {
    const runner = await startNode(bench.entrants);
    try {
      tables.push(await timeTable(bench, runner, 'Node'));
      tables.push(await allocationTable(bench, runner));
    } finally {
      await runner.close();
    }
  }
  return {
    title: 'What one message costs the main thread',
    explanation:
      'A stub takes the place of WebSocket: `send` counts, messages are events made beforehand that are handed to the ' +
      'listeners. What is over the bare stub is the price of the wrapper. “One task” is a loop over all messages; “10 a ' +
      'task” lets the event loop turn after every ten. JSON: the listener gets a value, the sender has one; where the ' +
      'client does not convert, JSON.parse and JSON.stringify stand beside it.',
    tables,
  };
}

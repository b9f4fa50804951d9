// The cost of one message on its thread, with a socket that does nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { type CostCase } from '../page/cost.js';
import { formatNumber, Samples, formatSpread, summarize } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { type ChromiumRunner, startChromium } from '../support/chromium_runner.js';
import { withWebSocketClass } from '../support/contender_bundles.js';
import { startNode } from '../support/node_runner.js';
import { type Runner } from '../support/runner.js';
import { type Bench, interleave, logProgress, countRounds } from './measurement.js';

const cases: readonly (readonly [title: string, kind: CostCase])[] = [
  ['send, text, one task', { direction: 'out', format: 'text' }],
  ['send, text, 10 per task', { direction: 'out', format: 'text', burst: 10 }],
  ['send, Cyrillic text, one task', { direction: 'out', format: 'text', alphabet: 'cyrillic' }],
  ['send, value to JSON, one task', { direction: 'out', format: 'json' }],
  ['receive, text, one task', { direction: 'in', format: 'text' }],
  ['receive, text, 10 per task', { direction: 'in', format: 'text', burst: 10 }],
  ['receive, parsed JSON, one task', { direction: 'in', format: 'json' }],
  ['send and receive alternately, text, one task', { direction: 'both', format: 'text' }],
];

const tightCount = 25_000;
const burstCount = 5_000;
const allocationCount = 2_000;
const warmUps = 3;

async function measureTimes(bench: Bench, runner: Runner, kind: CostCase): Promise<Samples> {
  const count = kind.burst === undefined ? tightCount : burstCount;
  const samples = new Samples();
  await interleave(bench.contenders, warmUps, async ({ name }) => {
    await runner.call(name, 'cost', { kind, count });
  });
  await interleave(bench.contenders, countRounds(bench, 15), async ({ name }) => {
    samples.add(name, await runner.call(name, 'cost', { kind, count }));
  });
  return samples;
}

function timeRow(title: string, samples: Samples): string[][] {
  const raw = summarize(samples.of('raw'));
  return samples.contenders.map((name) => {
    const own = summarize(samples.of(name));
    const over = samples.compare('raw', name, (value, raw) => value - raw);
    return [
      title,
      name,
      formatNumber(own.median),
      name === 'raw' ? '' : formatSpread(over),
      name === 'raw' ? '' : formatNumber(own.minimum - raw.minimum),
    ];
  });
}

async function timeTable(bench: Bench, runner: Runner, engine: string): Promise<Table> {
  const rows: string[][] = [];
  for (const [title, kind] of cases) {
    logProgress(`${engine}: ${title}`);
    rows.push(...timeRow(title, await measureTimes(bench, runner, kind)));
  }
  return {
    title: `${engine}: nanoseconds for a message of 100 characters`,
    head: ['case', 'contender', 'total', 'over raw, median [quartiles]', 'over raw, minimum'],
    rows,
  };
}

async function allocationTable(bench: Bench, runner: Runner): Promise<Table> {
  const rows: string[][] = [];
  for (const [title, kind] of cases.filter(([, { burst }]) => burst === undefined)) {
    const samples = new Samples();
    await interleave(bench.contenders, countRounds(bench, 9), async ({ name }) => {
      samples.add(name, await runner.call(name, 'allocation', { kind, count: allocationCount }));
    });
    const raw = summarize(samples.of('raw')).median;
    for (const name of samples.contenders) {
      const { median } = summarize(samples.of(name));
      rows.push([title, name, formatNumber(median), name === 'raw' ? '' : formatNumber(median - raw)]);
    }
  }
  return {
    title: 'Node: bytes of JavaScript heap allocated for a message of 100 characters',
    head: ['case', 'contender', 'total', 'over raw'],
    rows,
  };
}

/** Writes a CPU profile for each case and each build of this package. */
async function profile(bench: Bench, runner: ChromiumRunner): Promise<void> {
  mkdirSync('build/benchmarks/profiles', { recursive: true });
  for (const { name } of bench.contenders.filter(({ module }) => module !== undefined)) {
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

export async function cost(given: Bench): Promise<Section> {
  const bench = { ...given, contenders: withWebSocketClass(given.contenders) };
  const tables: Table[] = [];
  const { engines, profile: wantsProfile } = bench.arguments;
  if (engines.includes('chromium')) {
    const runner = await startChromium(bench.contenders, bench.server, { minify: !wantsProfile });
    try {
      tables.push(await timeTable(bench, runner, 'Chromium'));
      if (wantsProfile) await profile(bench, runner);
    } finally {
      await runner.close();
    }
  }
  if (engines.includes('node')) {
    const runner = await startNode(bench.contenders);
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
      'WebSocket is replaced by a stub: `send` counts, and received messages are prepared events that are passed to the ' +
      'listeners. The time over the bare stub is the cost of the wrapper. “One task” is a loop over all messages; “10 per ' +
      'task” returns to the event loop after every ten. JSON: the listener gets a value, and the sender has one; if the ' +
      'client does not convert, JSON.parse and JSON.stringify are called beside it.',
    tables,
  };
}

// How soon clients are connected again: after the server was down, and after a link has gone silent.
import { setTimeout as sleep } from 'node:timers/promises';
import { Samples, summarize } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startFaultyLink, type FaultyLink } from '../support/faulty_link.js';
import { type Runner } from '../support/runner.js';
import { RecordingServer } from '../support/recording_server.js';
import { type Bench, logProgress, countRounds } from './measurement.js';

const settings = [
  { setting: 'defaults', firstDelay: undefined },
  { setting: 'first delay 100 ms', firstDelay: 100 },
] as const;

// Unlike the usual delays, so that no retry schedule matches them by chance.
const downTimes = [1300, 2600, 4300, 6700];
const queued = ['queued 1', 'queued 2', 'queued 3'];
/** Longest wait for clients after the server has returned, ms. */
const timeout = 12_000;
/** Longest wait for clients on silent links, ms; with --quick the first one. */
const quickTimeout = 20_000;
const silenceTimeout = 60_000;

interface Link {
  readonly contender: string;
  readonly setting: string;
  readonly firstDelay: number | undefined;
  readonly name: string;
  readonly proxy: FaultyLink;
}

async function connectAll(
  bench: Bench,
  runner: Runner,
  recorder: RecordingServer,
  tag: string,
): Promise<Link[]> {
  const links: Link[] = [];
  const since = performance.now();
  for (const { name: contender } of bench.contenders.filter(({ file }) => file !== 'raw')) {
    for (const { setting, firstDelay } of settings) {
      const proxy = await startFaultyLink(await recorder.port());
      const name = `${contender} ${setting} ${tag}`;
      const url = `ws://127.0.0.1:${proxy.port}/${encodeURIComponent(name)}`;
      await runner.call(contender, 'connect', { name, url, firstDelay });
      links.push({ contender, setting, firstDelay, name, proxy });
    }
  }
  for (const { name } of links) await recorder.timeUntil(name, null, since, timeout);
  return links;
}

async function disconnectAll(runner: Runner, links: readonly Link[]): Promise<void> {
  for (const { contender, name, proxy } of links) {
    await runner.call(contender, 'disconnect', { name });
    await proxy.close();
  }
}

const toKey = ({ contender, setting }: Link): string => `${contender}\n${setting}`;

const seconds = (values: readonly number[], limit: number): string => {
  const text = (value: number): string =>
    Number.isFinite(value) ? (value / 1000).toFixed(2) : `> ${limit / 1000}`;
  const { median } = summarize(values);
  return values.length === 1
    ? text(median)
    : `${text(median)} [${text(Math.min(...values))}–${text(Math.max(...values))}]`;
};

async function measureServerReturn(bench: Bench, runner: Runner, recorder: RecordingServer): Promise<Table> {
  const [connected, delivered] = [new Samples(), new Samples()];
  for (const [round, downTime] of downTimes.slice(0, countRounds(bench, downTimes.length)).entries()) {
    logProgress(`server down for ${downTime} ms`);
    const links = await connectAll(bench, runner, recorder, `return ${round}`);
    await Promise.all(links.map(({ proxy }) => proxy.down()));
    await sleep(downTime / 2);
    for (const { contender, name } of links) await runner.call(contender, 'send', { name, texts: queued });
    await sleep(downTime / 2);
    await Promise.all(links.map(({ proxy }) => proxy.up()));
    const since = performance.now();
    const last = queued.at(-1) ?? '';
    const waitForAll = (text: string | null): Promise<number[]> =>
      Promise.all(links.map(({ name }) => recorder.timeUntil(name, text, since, timeout)));
    const [connections, deliveries] = await Promise.all([waitForAll(null), waitForAll(last)]);
    for (const [index, link] of links.entries()) {
      connected.add(toKey(link), connections[index] ?? NaN);
      delivered.add(toKey(link), deliveries[index] ?? NaN);
    }
    await disconnectAll(runner, links);
  }
  return {
    title: 'Seconds from the server listening again: median [minimum–maximum]',
    head: ['contender', 'settings', 'connected', 'three queued messages received'],
    rows: connected.contenders.map((key) => [
      ...key.split('\n'),
      seconds(connected.of(key), timeout),
      seconds(delivered.of(key), timeout),
    ]),
    notes: [
      `The server was down for ${downTimes.join(', ')} ms. This package's delays are random by default (jitter).`,
    ],
  };
}

async function measureSilence(bench: Bench, runner: Runner, recorder: RecordingServer): Promise<Table> {
  const limit = bench.arguments.quick ? quickTimeout : silenceTimeout;
  logProgress(`half-open links, at most ${limit / 1000} s`);
  const idle = await connectAll(bench, runner, recorder, 'idle');
  const active = await connectAll(bench, runner, recorder, 'active');
  for (const { proxy } of [...idle, ...active]) proxy.freeze();
  const since = performance.now();
  await sleep(1000);
  for (const { contender, name } of active) await runner.call(contender, 'send', { name, texts: ['test'] });
  const times = (links: readonly Link[]): Promise<number[]> =>
    Promise.all(
      links.map(({ name }) => recorder.timeUntil(name, null, since, since + limit - performance.now())),
    );
  const [idleTimes, activeTimes] = await Promise.all([times(idle), times(active)]);
  await disconnectAll(runner, [...idle, ...active]);
  return {
    title: 'Seconds from the link going silent, without a close, to a new connection',
    head: ['contender', 'settings', 'idle', 'one message sent after 1 s'],
    rows: idle.map(({ contender, setting }, index) => [
      contender,
      setting,
      seconds([idleTimes[index] ?? NaN], limit),
      seconds([activeTimes[index] ?? NaN], limit),
    ]),
  };
}

export async function recovery(bench: Bench): Promise<Section> {
  const recorder = new RecordingServer();
  const runner = await startChromium(bench.contenders, bench.server);
  try {
    return {
      title: 'Recovery',
      explanation:
        'Chromium; all contenders at once, each behind its own TCP proxy. With default options, and with a first delay of ' +
        '100 ms that doubles, without jitter; times are taken at the server. The bare WebSocket never reconnects.',
      tables: [
        await measureServerReturn(bench, runner, recorder),
        await measureSilence(bench, runner, recorder),
      ],
    };
  } finally {
    await runner.close();
    recorder.close();
  }
}

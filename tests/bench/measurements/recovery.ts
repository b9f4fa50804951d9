// Owns how soon clients are there again: after a server's return, and after a link that went silent.
import { setTimeout as sleep } from 'node:timers/promises';
import { Samples, summaryOf } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startFaultyLink, type FaultyLink } from '../support/faulty_link.js';
import { type Runner } from '../support/runner.js';
import { Witness } from '../support/witness.js';
import { type Bench, progress, roundsOf } from './measurement.js';

const settings = [
  { setting: 'defaults', firstWait: undefined },
  { setting: 'first wait 100 ms', firstWait: 100 },
] as const;

// Unlike the usual waits, so that no schedule meets them by chance.
const absences = [1300, 2600, 4300, 6700];
const queued = ['queued 1', 'queued 2', 'queued 3'];
const patience = 12_000;
const patienceInHurry = 20_000;
const patienceWithSilence = 60_000;

interface Link {
  readonly entrant: string;
  readonly setting: string;
  readonly firstWait: number | undefined;
  readonly name: string;
  readonly proxy: FaultyLink;
}

async function connectAll(bench: Bench, runner: Runner, witness: Witness, tag: string): Promise<Link[]> {
  const links: Link[] = [];
  const since = performance.now();
  for (const { name: entrant } of bench.entrants.filter(({ file }) => file !== 'raw')) {
    for (const { setting, firstWait } of settings) {
      const proxy = await startFaultyLink(await witness.port());
      const name = `${entrant} ${setting} ${tag}`;
      const url = `ws://127.0.0.1:${proxy.port}/${encodeURIComponent(name)}`;
      await runner.call(entrant, 'link', { name, url, firstWait });
      links.push({ entrant, setting, firstWait, name, proxy });
    }
  }
  for (const { name } of links) await witness.timeOf(name, null, since, patience);
  return links;
}

async function disconnectAll(runner: Runner, links: readonly Link[]): Promise<void> {
  for (const { entrant, name, proxy } of links) {
    await runner.call(entrant, 'unlink', { name });
    await proxy.close();
  }
}

const keyOf = ({ entrant, setting }: Link): string => `${entrant}\n${setting}`;

const seconds = (values: readonly number[], bound: number): string => {
  const text = (value: number): string =>
    Number.isFinite(value) ? (value / 1000).toFixed(2) : `> ${bound / 1000}`;
  const { median } = summaryOf(values);
  return values.length === 1
    ? text(median)
    : `${text(median)} [${text(Math.min(...values))}–${text(Math.max(...values))}]`;
};

async function serverReturns(bench: Bench, runner: Runner, witness: Witness): Promise<Table> {
  const [connected, delivered] = [new Samples(), new Samples()];
  for (const [round, absence] of absences.slice(0, roundsOf(bench, absences.length)).entries()) {
    progress(`the server is away for ${absence} ms`);
    const links = await connectAll(bench, runner, witness, `return ${round}`);
    await Promise.all(links.map(({ proxy }) => proxy.down()));
    await sleep(absence / 2);
    for (const { entrant, name } of links) await runner.call(entrant, 'say', { name, texts: queued });
    await sleep(absence / 2);
    await Promise.all(links.map(({ proxy }) => proxy.up()));
    const since = performance.now();
    const last = queued.at(-1) ?? '';
    const timesOf = (text: string | null): Promise<number[]> =>
      Promise.all(links.map(({ name }) => witness.timeOf(name, text, since, patience)));
    const [connections, deliveries] = await Promise.all([timesOf(null), timesOf(last)]);
    for (const [index, link] of links.entries()) {
      connected.add(keyOf(link), connections[index] ?? NaN);
      delivered.add(keyOf(link), deliveries[index] ?? NaN);
    }
    await disconnectAll(runner, links);
  }
  return {
    title: 'Seconds from the server listening again: median [least–most]',
    head: ['contender', 'settings', 'connected', 'three queued messages there'],
    rows: connected.contenders.map((key) => [
      ...key.split('\n'),
      seconds(connected.of(key), patience),
      seconds(delivered.of(key), patience),
    ]),
    notes: [
      `It was away for ${absences.join(', ')} ms; ours spreads its waits by default (jitter), as a herd must.`,
    ],
  };
}

async function silence(bench: Bench, runner: Runner, witness: Witness): Promise<Table> {
  const bound = bench.arguments.quick ? patienceInHurry : patienceWithSilence;
  progress(`half-open links, at most ${bound / 1000} s`);
  const idle = await connectAll(bench, runner, witness, 'idle');
  const talking = await connectAll(bench, runner, witness, 'talking');
  for (const { proxy } of [...idle, ...talking]) proxy.freeze();
  const since = performance.now();
  await sleep(1000);
  for (const { entrant, name } of talking)
    await runner.call(entrant, 'say', { name, texts: ['is anybody there'] });
  const times = (links: readonly Link[]): Promise<number[]> =>
    Promise.all(
      links.map(({ name }) => witness.timeOf(name, null, since, since + bound - performance.now())),
    );
  const [idleTimes, talkingTimes] = await Promise.all([times(idle), times(talking)]);
  await disconnectAll(runner, [...idle, ...talking]);
  return {
    title: 'Seconds from the link going silent, without an end, to a new connection',
    head: ['contender', 'settings', 'idle', 'one message sent after 1 s'],
    rows: idle.map(({ entrant, setting }, index) => [
      entrant,
      setting,
      seconds([idleTimes[index] ?? NaN], bound),
      seconds([talkingTimes[index] ?? NaN], bound),
    ]),
  };
}

export async function recovery(bench: Bench): Promise<Section> {
  const witness = new Witness();
  const runner = await startChromium(bench.entrants, bench.server);
  try {
    return {
      title: 'Recovery',
      explanation:
        'Chromium; all contenders at once, each behind a TCP proxy of its own. With defaults, and with a first wait of ' +
        '100 ms that doubles, without jitter; times are taken at the server. The bare WebSocket never comes back.',
      tables: [await serverReturns(bench, runner, witness), await silence(bench, runner, witness)],
    };
  } finally {
    await runner.close();
    witness.close();
  }
}

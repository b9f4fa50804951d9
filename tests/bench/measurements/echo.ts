// The throughput of messages over loopback to a server that sends them back.
import { type EchoCase } from '../page/echo.js';
import { formatNumber, Samples, formatSpread, summarize } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { type ContenderSpec } from '../support/contender_bundles.js';
import { startEchoServer } from '../support/echo_server.js';
import { type Bench, interleave, logProgress, countRounds } from './measurement.js';

export interface Row {
  readonly title: string;
  readonly kind: EchoCase;
  readonly milliseconds: number;
}

const sizes = [
  { size: '100 B', bytes: 100, window: 64, milliseconds: 120 },
  { size: '2 kB', bytes: 2000, window: 64, milliseconds: 120 },
  { size: '100 kB', bytes: 100_000, window: 8, milliseconds: 150 },
  { size: '1 MB', bytes: 1_000_000, window: 4, milliseconds: 250 },
] as const;

function rowsOf(kind: EchoCase['kind']): Row[] {
  return sizes.map(({ size, bytes, window, milliseconds }) => ({
    title: `${kind} ${size}, ${window} in flight`,
    kind: { kind, bytes, window },
    milliseconds,
  }));
}

export const textRows: readonly Row[] = [
  { title: 'text 100 B, one at a time', kind: { kind: 'text', bytes: 100, window: 1 }, milliseconds: 120 },
  ...rowsOf('text'),
];
const rows: readonly Row[] = [...textRows, ...rowsOf('binary')];

export const browserCount = 4;
/** Turns of each client before the measured ones, for each row and browser. In them the browser compiles the client's code. */
const warmUps = 10;

const burstKind: EchoCase = { kind: 'text', bytes: 100, window: 1 };
const burstCount = 10_000;

/** All contenders, and the bare WebSocket a second time: its difference from the first is noise. */
function withControl(contenders: readonly ContenderSpec[]): ContenderSpec[] {
  return contenders.flatMap((contender) =>
    contender.name === 'raw' ? [contender, { ...contender, name: 'raw again' }] : [contender],
  );
}

/** A client whose rate is measured: in which page, and with which server. */
export interface RateClient {
  readonly name: string;
  readonly page: string;
  readonly url: string;
}

/**
 * Measures the clients for each row. Two pages of a browser may differ by a tenth for as long as it runs. So all clients share
 * one page, in several browsers one after the other.
 */
export async function measureRates(
  bench: Bench,
  pages: readonly ContenderSpec[],
  clients: readonly RateClient[],
  rows: readonly Row[],
): Promise<readonly Samples[]> {
  const samples = rows.map(() => new Samples());
  const rounds = Math.ceil(countRounds(bench, 24) / browserCount);
  for (let browser = 1; browser <= browserCount; browser += 1) {
    const runner = await startChromium(pages, bench.server, { isShared: true });
    try {
      for (const [index, { title, kind, milliseconds }] of rows.entries()) {
        logProgress(`browser ${browser} of ${browserCount}: ${title}`);
        const measure = ({ page, url }: RateClient): Promise<number> =>
          runner.call(page, 'echo', { url, kind, milliseconds });
        await interleave(clients, warmUps, async (client) => {
          await measure(client);
        });
        await interleave(clients, rounds, async (client) => {
          samples[index]?.add(client.name, await measure(client));
        });
        for (const { name } of pages) await runner.call(name, 'echoEnd', undefined);
      }
    } finally {
      await runner.close();
    }
  }
  return samples;
}

async function burstTable(bench: Bench, url: string): Promise<Table> {
  const [sending, all] = [new Samples(), new Samples()];
  const request = { url, kind: burstKind, count: burstCount };
  const runner = await startChromium(bench.contenders, bench.server, { isShared: true });
  try {
    await interleave(bench.contenders, warmUps, async ({ name }) => {
      await runner.call(name, 'echoBurst', request);
    });
    await interleave(bench.contenders, countRounds(bench, 15), async ({ name }) => {
      const times = await runner.call(name, 'echoBurst', request);
      sending.add(name, times.sending);
      all.add(name, times.all);
    });
  } finally {
    await runner.close();
  }
  return {
    title: `A burst: ${burstCount} texts of 100 B sent in one task, microseconds per message`,
    head: ['contender', 'sending', 'until all are received'],
    rows: sending.contenders.map((name) => [
      name,
      formatSpread(sending.of(name)),
      formatSpread(all.of(name)),
    ]),
  };
}

/** The rows of the table: the rate of the first client, and the ratios of the others to it. */
export function toLines(
  rows: readonly Row[],
  clients: readonly RateClient[],
  samples: readonly Samples[],
): string[][] {
  const [first, ...others] = clients.map(({ name }) => name);
  return rows.map(({ title }, index) => {
    const own = samples[index] ?? new Samples();
    const ratiosOf = (name: string): number[] =>
      own.compare(first ?? '', name, (value, base) => value / base);
    return [
      title,
      formatNumber(summarize(own.of(first ?? '')).median),
      ...others.map((name) => formatSpread(ratiosOf(name), (share) => share.toFixed(2))),
    ];
  });
}

export async function echo(allBench: Bench): Promise<Section> {
  const bench = { ...allBench, contenders: withControl(allBench.contenders) };
  const server = await startEchoServer();
  try {
    const clients = bench.contenders.map(({ name }) => ({ name, page: name, url: server.echoUrl }));
    const lines = toLines(rows, clients, await measureRates(bench, bench.contenders, clients, rows));
    const burst = await burstTable(bench, server.echoUrl);
    const [, ...others] = bench.contenders.map(({ name }) => name);
    return {
      title: 'Echo over loopback',
      explanation:
        'Chromium, with a `ws` server in its own process that sends everything back. All contenders are in one page, because two ' +
        'pages differ by more than two contenders. They take turns of a fraction of a second, each on its own connection, with a ' +
        `fixed number of messages in flight, in ${browserCount} browsers one after the other. The first ${warmUps} turns of ` +
        'each contender do not count: in them the browser compiles its code. The bare WebSocket is shown in messages per second, ' +
        'the others as ratios to it: median and quartiles over the rounds. The bare WebSocket takes part twice: the difference ' +
        'of the second from 1 is the noise of the machine.',
      tables: [{ title: 'Throughput', head: ['messages', 'raw, 1/s', ...others], rows: lines }, burst],
    };
  } finally {
    server.close();
  }
}

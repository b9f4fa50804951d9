// The throughput of messages over loopback to a server that sends them back.
import { type EchoCase } from '../page/echo.js';
import { formatNumber, Samples, formatSpread, summarize } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { type ContenderSpec } from '../support/contender_bundles.js';
import { startEchoServer } from '../support/echo_server.js';
import { type Runner } from '../support/runner.js';
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

const warmUps = 2;

const burstKind: EchoCase = { kind: 'text', bytes: 100, window: 1 };
const burstCount = 10_000;

/** All contenders, and the bare WebSocket a second time: its difference from the first is noise. */
function withControl(contenders: readonly ContenderSpec[]): ContenderSpec[] {
  return contenders.flatMap((contender) =>
    contender.name === 'raw' ? [contender, { ...contender, name: 'raw again' }] : [contender],
  );
}

/** Measures all contenders. `urlOf`: the server of a contender, by its name. */
export async function measureRates(
  bench: Bench,
  runner: Runner,
  urlOf: (name: string) => string,
  { kind, milliseconds }: Row,
): Promise<Samples> {
  const samples = new Samples();
  const measure = (name: string): Promise<number> =>
    runner.call(name, 'echo', { url: urlOf(name), kind, milliseconds });
  await interleave(bench.contenders, warmUps, async ({ name }) => {
    await measure(name);
  });
  await interleave(bench.contenders, countRounds(bench, 21), async ({ name }) => {
    samples.add(name, await measure(name));
  });
  for (const { name } of bench.contenders) await runner.call(name, 'echoEnd', undefined);
  return samples;
}

async function burstTable(bench: Bench, runner: Runner, url: string): Promise<Table> {
  const [sending, all] = [new Samples(), new Samples()];
  const request = { url, kind: burstKind, count: burstCount };
  await interleave(bench.contenders, warmUps, async ({ name }) => {
    await runner.call(name, 'echoBurst', request);
  });
  await interleave(bench.contenders, countRounds(bench, 15), async ({ name }) => {
    const times = await runner.call(name, 'echoBurst', request);
    sending.add(name, times.sending);
    all.add(name, times.all);
  });
  for (const { name } of bench.contenders) await runner.call(name, 'echoEnd', undefined);
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

/** A row of the table: the rate of the first contender, and the ratios of the others to it. */
export function toLine(title: string, samples: Samples): string[] {
  const [raw = '', ...others] = samples.contenders;
  return [
    title,
    formatNumber(summarize(samples.of(raw)).median),
    ...others.map((name) =>
      formatSpread(
        samples.compare(raw, name, (value, bare) => value / bare),
        (share) => share.toFixed(2),
      ),
    ),
  ];
}

export async function echo(allBench: Bench): Promise<Section> {
  const bench = { ...allBench, contenders: withControl(allBench.contenders) };
  const server = await startEchoServer();
  const runner = await startChromium(bench.contenders, bench.server);
  try {
    const lines: string[][] = [];
    for (const row of rows) {
      logProgress(row.title);
      lines.push(toLine(row.title, await measureRates(bench, runner, () => server.echoUrl, row)));
    }
    const [, ...others] = bench.contenders.map(({ name }) => name);
    return {
      title: 'Echo over loopback',
      explanation:
        'Chromium, with a `ws` server in its own process that sends everything back. The contenders take turns of a fraction ' +
        'of a second, each on its own connection, with a fixed number of messages in flight. The bare WebSocket is shown in ' +
        'messages per second, the others as ratios to it: median and quartiles over the rounds. The bare WebSocket takes part ' +
        'twice: the difference of the second from 1 is the noise of the machine.',
      tables: [
        { title: 'Throughput', head: ['messages', 'raw, 1/s', ...others], rows: lines },
        await burstTable(bench, runner, server.echoUrl),
      ],
    };
  } finally {
    await runner.close();
    server.close();
  }
}

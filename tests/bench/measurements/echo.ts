// Owns the throughput of messages over loopback to a server that sends them back.
import { type EchoCase } from '../page/echo.js';
import { digits, Samples, spread, summaryOf } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { type Entrant } from '../support/contender_bundles.js';
import { startEchoServer } from '../support/echo_server.js';
import { type Runner } from '../support/runner.js';
import { type Bench, interleave, progress, roundsOf } from './measurement.js';

interface Row {
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

const rows: readonly Row[] = [
  { title: 'text 100 B, one at a time', kind: { kind: 'text', bytes: 100, window: 1 }, milliseconds: 120 },
  ...(['text', 'binary'] as const).flatMap((kind) =>
    sizes.map(({ size, bytes, window, milliseconds }) => ({
      title: `${kind} ${size}, ${window} under way`,
      kind: { kind, bytes, window },
      milliseconds,
    })),
  ),
];

const warmUps = 2;

const burstKind: EchoCase = { kind: 'text', bytes: 100, window: 1 };
const burstCount = 10_000;

/** All that take part, and the bare WebSocket once more: what differs there is the machine's doing. */
function withControl(entrants: readonly Entrant[]): Entrant[] {
  return entrants.flatMap((entrant) =>
    entrant.name === 'raw' ? [entrant, { ...entrant, name: 'raw again' }] : [entrant],
  );
}

async function ratesOf(
  bench: Bench,
  runner: Runner,
  url: string,
  { kind, milliseconds }: Row,
): Promise<Samples> {
  const samples = new Samples();
  const turn = (name: string): Promise<number> => runner.call(name, 'echo', { url, kind, milliseconds });
  await interleave(bench.entrants, warmUps, async ({ name }) => {
    await turn(name);
  });
  await interleave(bench.entrants, roundsOf(bench, 21), async ({ name }) => {
    samples.add(name, await turn(name));
  });
  for (const { name } of bench.entrants) await runner.call(name, 'echoEnd', undefined);
  return samples;
}

async function burstTable(bench: Bench, runner: Runner, url: string): Promise<Table> {
  const [sending, all] = [new Samples(), new Samples()];
  const request = { url, kind: burstKind, count: burstCount };
  await interleave(bench.entrants, warmUps, async ({ name }) => {
    await runner.call(name, 'echoBurst', request);
  });
  await interleave(bench.entrants, roundsOf(bench, 15), async ({ name }) => {
    const times = await runner.call(name, 'echoBurst', request);
    sending.add(name, times.sending);
    all.add(name, times.all);
  });
  for (const { name } of bench.entrants) await runner.call(name, 'echoEnd', undefined);
  return {
    title: `A burst: ${burstCount} texts of 100 B sent in one task, microseconds each`,
    head: ['contender', 'the sending', 'until all are back'],
    rows: sending.contenders.map((name) => [name, spread(sending.of(name)), spread(all.of(name))]),
  };
}

function lineOf(title: string, samples: Samples): string[] {
  const [raw = '', ...others] = samples.contenders;
  return [
    title,
    digits(summaryOf(samples.of(raw)).median),
    ...others.map((name) =>
      spread(
        samples.against(raw, name, (value, bare) => value / bare),
        (share) => share.toFixed(2),
      ),
    ),
  ];
}

export async function echo(given: Bench): Promise<Section> {
  const bench = { ...given, entrants: withControl(given.entrants) };
  const server = await startEchoServer();
  const runner = await startChromium(bench.entrants, bench.server);
  try {
    const lines: string[][] = [];
    for (const row of rows) {
      progress(row.title);
      lines.push(lineOf(row.title, await ratesOf(bench, runner, server.echoUrl, row)));
    }
    const [, ...others] = bench.entrants.map(({ name }) => name);
    return {
      title: 'Echo over loopback',
      explanation:
        'Chromium, a `ws` server in a process of its own that sends everything back. The contenders take turns of a ' +
        'fraction of a second, each on its own connection; so many messages are under way at a time. The bare WebSocket in messages a second, the others as ' +
        'ratios to it: median and quartiles of the rounds. The bare WebSocket takes part twice: how far the second is from 1 ' +
        'is what the machine alone does.',
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

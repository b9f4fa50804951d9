// The results of rws_bench, which measures the core as native code.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatNumber, summarize } from '../report/samples.js';
import { type Section } from '../report/table.js';
import { type Bench, logProgress, countRounds } from './measurement.js';

interface Run {
  readonly name: string;
  readonly run_type: string;
  readonly cpu_time: number;
  readonly time_unit: string;
  readonly allocations: number;
  readonly ticks?: number;
}

const nanoseconds: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

function formatTime(value: number): string {
  return value >= 1e6 ? `${formatNumber(value / 1e6)} ms` : `${formatNumber(value)} ns`;
}

export async function core(bench: Bench): Promise<Section> {
  logProgress('rws_bench');
  const { stdout } = await promisify(execFile)('build/bench/tests/bench/rws_bench', [
    '--benchmark_format=json',
    '--benchmark_min_time=0.05',
    `--benchmark_repetitions=${countRounds(bench, 9)}`,
    '--benchmark_enable_random_interleaving=true',
  ]);
  // Google Benchmark prints NaN for the spread of zeros, which is not valid JSON.
  const { benchmarks } = JSON.parse(stdout.replaceAll(/: -?nan/gi, ': null')) as { benchmarks: Run[] };
  const runs = benchmarks.filter(({ run_type }) => run_type === 'iteration');
  const names = [...new Set(runs.map(({ name }) => name))];
  return {
    title: 'The core',
    explanation:
      'Native code, clang 14 -O2, Google Benchmark; processor time. The year is one year of a connection that works, with ' +
      'default options: every ping and its pong. Stale events are those of an attempt that has ended.',
    tables: [
      {
        title: 'One call',
        head: ['case', 'median', 'minimum', 'allocations'],
        rows: names.map((name) => {
          const repetitions = runs.filter((run) => run.name === name);
          const times = repetitions.map(
            ({ cpu_time, time_unit }) => cpu_time * (nanoseconds[time_unit] ?? NaN),
          );
          const { median, minimum } = summarize(times);
          const ticks = repetitions[0]?.ticks;
          const title = ticks === undefined ? name : `${name}, ${Math.round(ticks)} ticks`;
          const maximum = Math.max(...repetitions.map(({ allocations }) => allocations));
          return [title, formatTime(median), formatTime(minimum), formatNumber(maximum)];
        }),
      },
    ],
  };
}

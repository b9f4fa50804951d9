// Owns the figures of rws_bench, the core by itself as native code.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { digits, summaryOf } from '../report/samples.js';
import { type Section } from '../report/table.js';
import { type Bench, progress, roundsOf } from './measurement.js';

interface Run {
  readonly name: string;
  readonly run_type: string;
  readonly cpu_time: number;
  readonly time_unit: string;
  readonly allocations: number;
  readonly ticks?: number;
}

const nanoseconds: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

function timeOf(value: number): string {
  return value >= 1e6 ? `${digits(value / 1e6)} ms` : `${digits(value)} ns`;
}

export async function core(bench: Bench): Promise<Section> {
  progress('rws_bench');
  const { stdout } = await promisify(execFile)('build/bench/tests/bench/rws_bench', [
    '--benchmark_format=json',
    '--benchmark_min_time=0.05',
    `--benchmark_repetitions=${roundsOf(bench, 9)}`,
    '--benchmark_enable_random_interleaving=true',
  ]);
  // What it says of the spread of zeros is no JSON.
  const { benchmarks } = JSON.parse(stdout.replaceAll(/: -?nan/gi, ': null')) as { benchmarks: Run[] };
  const runs = benchmarks.filter(({ run_type }) => run_type === 'iteration');
  const names = [...new Set(runs.map(({ name }) => name))];
  return {
    title: 'The core by itself',
    explanation:
      'Native code, clang 14 -O2, Google Benchmark; processor time. The year is one on a link that holds, at defaults: ' +
      'every ping and its answer. Inputs named stale are those of an attempt that is over.',
    tables: [
      {
        title: 'One call',
        head: ['what', 'median', 'least', 'allocations'],
        rows: names.map((name) => {
          const repetitions = runs.filter((run) => run.name === name);
          const times = repetitions.map(
            ({ cpu_time, time_unit }) => cpu_time * (nanoseconds[time_unit] ?? NaN),
          );
          const { median, least } = summaryOf(times);
          const ticks = repetitions[0]?.ticks;
          const title = ticks === undefined ? name : `${name}, ${Math.round(ticks)} ticks`;
          const most = Math.max(...repetitions.map(({ allocations }) => allocations));
          return [title, timeOf(median), timeOf(least), digits(most)];
        }),
      },
    ],
  };
}

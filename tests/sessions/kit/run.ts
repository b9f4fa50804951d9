// A run of the kit: probes the target, runs cases side by side, and prints a line for each.
import { type ConformanceCase, hasKitApplication, type Outcome, runCase } from './cases.js';
import { type Target } from './kit.js';

export interface RunOptions {
  readonly cases: readonly ConformanceCase[];
  /** Cases that run at the same time. */
  readonly parallel: number;
  /** Whether a server without the kit application is a failure. */
  readonly requiresApplication: boolean;
  print(line: string): void;
}

const indent = (text: string): string => text.replaceAll(/^/gm, '    ');

function lineOf({ id, title }: ConformanceCase, outcome: Outcome): string {
  switch (outcome.kind) {
    case 'passed':
      return `ok ${id} ${title}`;
    case 'skipped':
      return `skipped ${id} ${title} (${outcome.reason})`;
    case 'failed':
      return `FAILED ${id} ${title}\n${indent(`${outcome.reason}\n${outcome.exchange}`)}`;
  }
}

/** The cases that `--only` chooses: rules as `5`, cases as `5.3`, separated by commas. */
export function choose(
  all: readonly ConformanceCase[],
  only: string | undefined,
): readonly ConformanceCase[] {
  if (only === undefined) return all;
  const wanted = only.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !all.some(({ id, rule }) => name === id || name === String(rule)));
  if (unknown.length > 0) throw new RangeError(`--only: there is no rule or case ${unknown.join(', ')}`);
  return all.filter(({ id, rule }) => wanted.includes(id) || wanted.includes(String(rule)));
}

/** Runs the cases and resolves to the exit code: 0 if none failed, 1 otherwise. */
export async function run(target: Target, options: RunOptions): Promise<number> {
  const { cases, print } = options;
  const hasApplication = await hasKitApplication(target);
  if (!hasApplication) {
    print('The kit application does not run there: the cases that need it are skipped (see README.md)');
    if (options.requiresApplication) return 1;
  }
  const counts = { passed: 0, skipped: 0, failed: 0 };
  const left = [...cases];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) {
      const outcome = await runCase(next, target, hasApplication);
      counts[outcome.kind] += 1;
      print(lineOf(next, outcome));
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  print(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return counts.failed === 0 ? 0 : 1;
}

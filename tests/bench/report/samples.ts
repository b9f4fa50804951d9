// The samples of one table row: one number per contender and round, and their statistics. The numbers of one
// round were measured directly after each other, so contenders are compared round by round.

export class Samples {
  readonly #values = new Map<string, number[]>();

  add(contender: string, value: number): void {
    const values = this.#values.get(contender);
    if (values) values.push(value);
    else this.#values.set(contender, [value]);
  }

  get contenders(): string[] {
    return [...this.#values.keys()];
  }

  of(contender: string): readonly number[] {
    return this.#values.get(contender) ?? [];
  }

  /** The contender's numbers combined with those of `base` from the same rounds. */
  compare(base: string, contender: string, combine: (value: number, base: number) => number): number[] {
    const others = this.of(base);
    return this.of(contender).map((value, round) => combine(value, others[round] ?? NaN));
  }
}

export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly minimum: number;
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  // The difference of two infinities is NaN.
  if (below === above) return below;
  return below + (above - below) * (position - Math.floor(position));
}

/** Median, quartiles and minimum. */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    minimum: sorted[0] ?? NaN,
  };
}

/** Three significant digits, without an exponent. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size < 0.0005) return '0';
  if (size >= 100) return String(Math.round(value));
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : value.toFixed(3);
}

/** `1.02 [0.99–1.04]` */
export function formatSpread(values: readonly number[], format = formatNumber): string {
  const { median, low, high } = summarize(values);
  return `${format(median)} [${format(low)}–${format(high)}]`;
}

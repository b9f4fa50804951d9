// Reads the replies of the scripts of a RedisStore: texts come as bytes.
import type { Refused, StoredNumber } from './store.js';

export function toText(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString() : String(value);
}

export function toNumber(value: unknown): number {
  return Number(toText(value));
}

export function toRefused(status: string): Refused {
  if (status === 'stale' || status === 'gone' || status === 'lost') return { status };
  throw new Error('Redis gave a reply that is not of this store');
}

/** The entries of a stream: `[id, [field, value, …]]` each. */
export function toNumbers(entries: unknown): readonly StoredNumber[] {
  return (entries as readonly (readonly [unknown, readonly [unknown, Buffer, unknown?, unknown?]])[]).map(
    ([id, [kind, data, , expiry]]) => ({
      seq: Number.parseInt(toText(id), 10),
      data: toText(kind) === 't' ? data.toString() : data,
      expiresAt: expiry === undefined ? undefined : toNumber(expiry),
    }),
  );
}

export function toRanges(skips: unknown): readonly (readonly [number, number])[] {
  return [...toText(skips).matchAll(/(\d+)-(\d+)/g)].map(([, first, last]) => [Number(first), Number(last)]);
}

/** The numbers above `after` up to `last`, skipped ones between those of the stream; undefined if one is missing. */
export function withSkips(
  entries: readonly StoredNumber[],
  ranges: readonly (readonly [number, number])[],
  after: number,
  last: number,
): readonly StoredNumber[] | undefined {
  const found = new Map(entries.map((number) => [number.seq, number]));
  const numbers: StoredNumber[] = [];
  for (let seq = after + 1; seq <= last; seq += 1) {
    const isSkipped = ranges.some(([first, end]) => seq >= first && seq <= end);
    const number = found.get(seq) ?? (isSkipped ? { seq, data: undefined, expiresAt: undefined } : undefined);
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  return numbers;
}

// Owns the verdict on one trial: what became of each message, compared from both ends of the line.
// Refuses to believe the client: it knows what was given to it, what native sockets took and what the server got.
import type { Arrival } from './network/counting_server.js';
import type { Ledger } from './rig/ledger.js';

export interface Verdict {
  readonly accepted: number;
  readonly arrived: number;
  readonly queued: number;
  readonly reported: number;
  /** Handed to a native socket, gone from its buffer, swallowed by the line, and never reported. */
  readonly lostOnTheWay: number;
  /** Lost in any other way, without a word. */
  readonly lostSilently: readonly number[];
  readonly doubled: readonly number[];
  readonly disordered: readonly number[];
  readonly complaints: readonly string[];
}

function doubledOf(numbers: readonly number[]): number[] {
  const seen = new Set<number>();
  return numbers.filter((n) => seen.size === seen.add(n).size);
}

function disorderedOf(numbers: readonly number[]): number[] {
  let newest = 0;
  return numbers.filter((n) => {
    const isLate = n < newest;
    newest = Math.max(newest, n);
    return isLate;
  });
}

/** The numbers that wait: the newest ones, for nothing overtakes. */
function waitingOf(ledger: Ledger, queued: number, gone: ReadonlySet<number>): number[] {
  const given = Array.from({ length: ledger.next - 1 }, (_, index) => index + 1);
  return queued === 0 ? [] : given.filter((n) => !gone.has(n)).slice(-queued);
}

export function judge(ledger: Ledger, arrivals: readonly Arrival[], queued: number): Verdict {
  const numbers = arrivals.map(({ n }) => n);
  const refused = new Set(ledger.refused);
  const reported = new Set(ledger.dropped.map(({ n }) => n));
  const accountedFor = new Set([...numbers, ...refused, ...reported]);
  for (const n of waitingOf(ledger, queued, accountedFor)) accountedFor.add(n);
  const unsent = new Set(ledger.unsent.map(({ n, socket }) => `${n} ${socket}`));
  const leftTheBrowser = new Set(
    ledger.transmitted.filter(({ n, socket }) => !unsent.has(`${n} ${socket}`)).map(({ n }) => n),
  );
  const missing = Array.from({ length: ledger.next - 1 }, (_, index) => index + 1).filter(
    (n) => !accountedFor.has(n),
  );
  return {
    accepted: ledger.next - 1 - refused.size,
    arrived: new Set(numbers).size,
    queued,
    reported: reported.size,
    lostOnTheWay: missing.filter((n) => leftTheBrowser.has(n)).length,
    lostSilently: missing.filter((n) => !leftTheBrowser.has(n)),
    doubled: doubledOf(numbers),
    disordered: disorderedOf(numbers),
    complaints: ledger.complaints,
  };
}

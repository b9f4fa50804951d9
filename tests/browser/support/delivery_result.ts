// What became of each message of one experiment, computed independently of the client's statements about
// delivery: from the messages it was given, what native sockets sent, what it reported as dropped, and what
// the server received.
import type { Arrival } from './network/recording_server.js';
import type { ClientRecord } from './test_page/client_record.js';

export interface DeliveryResult {
  /** Messages given to the client and not rejected. */
  readonly accepted: number;
  readonly arrived: number;
  readonly queued: number;
  /** Reported by the client as dropped. */
  readonly reported: number;
  /** Number of messages that a native socket sent, that did not arrive and were not reported. */
  readonly lostInTransit: number;
  /** All other messages that did not arrive and were not reported. */
  readonly lostInClient: readonly number[];
  /** Messages that arrived again. */
  readonly duplicates: readonly number[];
  /** Messages that arrived after a later one. */
  readonly outOfOrder: readonly number[];
  readonly errors: readonly string[];
}

function findDuplicates(numbers: readonly number[]): number[] {
  const seen = new Set<number>();
  return numbers.filter((n) => seen.size === seen.add(n).size);
}

function findOutOfOrder(numbers: readonly number[]): number[] {
  let newest = 0;
  return numbers.filter((n) => {
    const isLate = n < newest;
    newest = Math.max(newest, n);
    return isLate;
  });
}

/** The numbers of the queued messages: the newest ones, because messages are sent in order. */
function queuedNumbers(record: ClientRecord, queued: number, known: ReadonlySet<number>): number[] {
  const given = Array.from({ length: record.next - 1 }, (_, index) => index + 1);
  return queued === 0 ? [] : given.filter((n) => !known.has(n)).slice(-queued);
}

export function evaluateDelivery(
  record: ClientRecord,
  arrivals: readonly Arrival[],
  queued: number,
): DeliveryResult {
  const numbers = arrivals.map(({ n }) => n);
  const rejected = new Set(record.rejected);
  const reported = new Set(record.dropped.map(({ n }) => n));
  const accountedFor = new Set([...numbers, ...rejected, ...reported]);
  for (const n of queuedNumbers(record, queued, accountedFor)) accountedFor.add(n);
  const unsent = new Set(record.unsent.map(({ n, socket }) => `${n} ${socket}`));
  const leftTheBrowser = new Set(
    record.sent.filter(({ n, socket }) => !unsent.has(`${n} ${socket}`)).map(({ n }) => n),
  );
  const missing = Array.from({ length: record.next - 1 }, (_, index) => index + 1).filter(
    (n) => !accountedFor.has(n),
  );
  return {
    accepted: record.next - 1 - rejected.size,
    arrived: new Set(numbers).size,
    queued,
    reported: reported.size,
    lostInTransit: missing.filter((n) => leftTheBrowser.has(n)).length,
    lostInClient: missing.filter((n) => !leftTheBrowser.has(n)),
    duplicates: findDuplicates(numbers),
    outOfOrder: findOutOfOrder(numbers),
    errors: record.errors,
  };
}

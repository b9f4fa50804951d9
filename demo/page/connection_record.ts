// The record of the page's connections that is shown: states, attempts, round-trip times, events. Each
// function returns the record with one change.
import type { ConnectionState } from '@advakod/resilient-websocket';

export interface StateSpan {
  readonly state: ConnectionState;
  readonly from: number;
}

export interface Attempt {
  readonly at: number;
  readonly outcome: 'pending' | 'opened' | 'failed';
}

export interface LatencySample {
  readonly at: number;
  readonly roundTripTime: number;
  /** Number of the connection: the plot has one line for each. */
  readonly connection: number;
}

export type LogTone = 'quiet' | 'plain' | 'good' | 'warning' | 'bad';

export interface LogEntry {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly detail: string;
  readonly tone: LogTone;
  /** Number of equal events in a row. */
  readonly count: number;
}

export interface ConnectionRecord {
  readonly spans: readonly StateSpan[];
  readonly attempts: readonly Attempt[];
  readonly latencies: readonly LatencySample[];
  readonly log: readonly LogEntry[];
  readonly connections: number;
  /** The ends of messages, since `withoutDeliveries`. */
  readonly deliveries: { readonly confirmed: number; readonly unconfirmed: number };
}

const noDeliveries = { confirmed: 0, unconfirmed: 0 };

export const emptyRecord: ConnectionRecord = {
  spans: [],
  attempts: [],
  latencies: [],
  log: [],
  connections: 0,
  deliveries: noDeliveries,
};

const maxEntries = 300;

export function withState(record: ConnectionRecord, state: ConnectionState, at: number): ConnectionRecord {
  return { ...record, spans: appended(record.spans, { state, from: at }) };
}

export function withAttempt(record: ConnectionRecord, at: number): ConnectionRecord {
  return { ...record, attempts: appended(record.attempts, { at, outcome: 'pending' }) };
}

/** Sets the outcome of the pending attempt; an opened one starts a new connection. */
export function withOutcome(record: ConnectionRecord, outcome: 'opened' | 'failed'): ConnectionRecord {
  const pending = record.attempts.at(-1);
  const connections = record.connections + (outcome === 'opened' ? 1 : 0);
  if (pending?.outcome !== 'pending') return { ...record, connections };
  return { ...record, connections, attempts: [...record.attempts.slice(0, -1), { ...pending, outcome }] };
}

export function withLatency(record: ConnectionRecord, roundTripTime: number, at: number): ConnectionRecord {
  const sample = { at, roundTripTime, connection: record.connections };
  return { ...record, latencies: appended(record.latencies, sample) };
}

export function withDelivery(
  record: ConnectionRecord,
  end: keyof ConnectionRecord['deliveries'],
): ConnectionRecord {
  const { deliveries } = record;
  return { ...record, deliveries: { ...deliveries, [end]: deliveries[end] + 1 } };
}

export function withoutDeliveries(record: ConnectionRecord): ConnectionRecord {
  return { ...record, deliveries: noDeliveries };
}

/** Adds an event; if it has the same name and detail as the latest one, only the count is increased. */
export function withEvent(
  record: ConnectionRecord,
  event: Pick<LogEntry, 'name' | 'detail' | 'tone'>,
  at: number,
): ConnectionRecord {
  const last = record.log.at(-1);
  if (last?.name === event.name && last.detail === event.detail) {
    return { ...record, log: [...record.log.slice(0, -1), { ...last, at, count: last.count + 1 }] };
  }
  const entry = { ...event, id: (last?.id ?? 0) + 1, at, count: 1 };
  return { ...record, log: appended(record.log, entry) };
}

function appended<T>(list: readonly T[], item: T): readonly T[] {
  return [...list.slice(Math.max(0, list.length + 1 - maxEntries)), item];
}

// Owns which events of the client become which lines of the record.
// Refuses to keep anything: each event is told as a change of the record.
import type ResilientWebSocket from '@advakod/resilient-websocket';
import type { EventMap } from '@advakod/resilient-websocket';
import {
  withEvent,
  withLatency,
  withOutcome,
  withState,
  type ConnectionRecord,
  type LogTone,
} from './connection_record.js';

export type RecordChange = (record: ConnectionRecord) => ConnectionRecord;

type Listeners = { readonly [Name in keyof EventMap]?: (...args: EventMap[Name]) => void };
type Note = (name: string, detail: string, tone: LogTone, also?: RecordChange) => void;

/** Starts telling; the function returned stops it. */
export function observe(websocket: ResilientWebSocket, change: (change: RecordChange) => void): () => void {
  const note: Note = (name, detail, tone, also = (record) => record) => {
    change((record) => withEvent(also(record), { name, detail, tone }, Date.now()));
  };
  const listeners: Listeners = {
    ...lifeListeners(note, change),
    ...trafficListeners(note, change),
    ...recoveryListeners(note),
  };
  const all = Object.entries(listeners) as [string, (...args: unknown[]) => void][];
  for (const [event, listener] of all) websocket.on(event, listener);
  return () => {
    for (const [event, listener] of all) websocket.off(event, listener);
  };
}

function lifeListeners(note: Note, change: (change: RecordChange) => void): Listeners {
  return {
    stateChange: (state) => {
      change((record) => withState(record, state, Date.now()));
      note('stateChange', state, state === 'connected' ? 'good' : state === 'failed' ? 'bad' : 'plain');
    },
    open: () => {
      note('open', '', 'good', (record) => withOutcome(record, 'opened'));
    },
    close: ({ code, reason, wasClean, shouldReconnect }) => {
      const words = [
        String(code),
        reason,
        wasClean ? 'clean' : 'unclean',
        shouldReconnect ? 'retry' : 'final',
      ];
      const tone = shouldReconnect ? 'warning' : code === 1000 ? 'plain' : 'bad';
      note('close', words.filter(Boolean).join(' · '), tone, (record) => withOutcome(record, 'failed'));
    },
    reconnectScheduled: ({ attempt, delay }) => {
      note('reconnectScheduled', `#${attempt} · ${Math.round(delay)} ms`, 'warning');
    },
    maxReconnectAttemptsReached: ({ attempts }) => {
      note('maxReconnectAttemptsReached', String(attempts), 'bad');
    },
  };
}

function trafficListeners(note: Note, change: (change: RecordChange) => void): Listeners {
  return {
    message: (data) => {
      note('message', typeOf(data), 'quiet');
    },
    messageSent: ({ size }) => {
      note('messageSent', `${size} B`, 'quiet');
    },
    messageDropped: ({ reason }) => {
      note('messageDropped', reason, 'bad');
    },
    latency: ({ roundTripTime }) => {
      change((record) => withLatency(record, roundTripTime, Date.now()));
    },
  };
}

function recoveryListeners(note: Note): Listeners {
  return {
    error: ({ type, message }) => {
      note('error', `${type}: ${message}`, 'bad');
    },
    authRecoveryNeeded: () => {
      note('authRecoveryNeeded', '', 'bad');
    },
    errorRecoveryAttempt: ({ errorType, attempt }) => {
      note('errorRecoveryAttempt', `${errorType} · #${attempt}`, 'plain');
    },
    maxRecoveryAttemptsReached: ({ errorType, attempts }) => {
      note('maxRecoveryAttemptsReached', `${errorType} · ${attempts}`, 'bad');
    },
    queueCleared: () => {
      note('queueCleared', '', 'warning');
    },
  };
}

function typeOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'type' in data ? String(data.type) : typeof data;
}

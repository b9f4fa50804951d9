// Turns the client's events into changes of the connection record.
import type ResilientWebSocket from '@advakod/resilient-websocket';
import type { EventMap } from '@advakod/resilient-websocket';
import {
  withDelivery,
  withEvent,
  withLatency,
  withOutcome,
  withState,
  type ConnectionRecord,
  type LogTone,
} from './connection_record.js';

export type RecordChange = (record: ConnectionRecord) => ConnectionRecord;

type Listeners = { readonly [Name in keyof EventMap]?: (...args: EventMap[Name]) => void };
type Log = (name: string, detail: string, tone: LogTone, also?: RecordChange) => void;

/** Starts observing; the returned function stops it. */
export function observe(websocket: ResilientWebSocket, change: (change: RecordChange) => void): () => void {
  const log: Log = (name, detail, tone, also = (record) => record) => {
    change((record) => withEvent(also(record), { name, detail, tone }, Date.now()));
  };
  const listeners: Listeners = {
    ...stateListeners(log, change),
    ...trafficListeners(log, change),
    ...recoveryListeners(log),
    ...sessionListeners(log),
  };
  const all = Object.entries(listeners) as [keyof EventMap, (...args: unknown[]) => void][];
  for (const [event, listener] of all) websocket.on(event, listener);
  return () => {
    for (const [event, listener] of all) websocket.off(event, listener);
  };
}

function stateListeners(log: Log, change: (change: RecordChange) => void): Listeners {
  return {
    stateChange: (state) => {
      change((record) => withState(record, state, Date.now()));
      log('stateChange', state, state === 'connected' ? 'good' : state === 'failed' ? 'bad' : 'plain');
    },
    open: () => {
      log('open', '', 'good', (record) => withOutcome(record, 'opened'));
    },
    close: ({ code, reason, wasClean, shouldReconnect }) => {
      const details = [
        String(code),
        reason,
        wasClean ? 'clean' : 'unclean',
        shouldReconnect ? 'retry' : 'final',
      ];
      const tone = shouldReconnect ? 'warning' : code === 1000 ? 'plain' : 'bad';
      log('close', details.filter(Boolean).join(' · '), tone, (record) => withOutcome(record, 'failed'));
    },
    reconnectScheduled: ({ attempt, delay }) => {
      log('reconnectScheduled', `#${attempt} · ${Math.round(delay)} ms`, 'warning');
    },
    maxReconnectAttemptsReached: ({ attempts }) => {
      log('maxReconnectAttemptsReached', String(attempts), 'bad');
    },
  };
}

function trafficListeners(log: Log, change: (change: RecordChange) => void): Listeners {
  return {
    message: (data) => {
      log('message', toTypeName(data), 'quiet');
    },
    messageSent: ({ size }) => {
      log('messageSent', `${size} B`, 'quiet');
    },
    messageDropped: ({ reason }) => {
      log('messageDropped', reason, 'bad');
    },
    messageDelivered: ({ id }) => {
      log('messageDelivered', `№ ${id}`, 'quiet', (record) => withDelivery(record, 'confirmed'));
    },
    messageUnconfirmed: ({ id }) => {
      log('messageUnconfirmed', `№ ${id}`, 'bad', (record) => withDelivery(record, 'unconfirmed'));
    },
    latency: ({ roundTripTime }) => {
      change((record) => withLatency(record, roundTripTime, Date.now()));
    },
  };
}

function recoveryListeners(log: Log): Listeners {
  return {
    error: ({ type, message }) => {
      log('error', `${type}: ${message}`, 'bad');
    },
    authRecoveryNeeded: () => {
      log('authRecoveryNeeded', '', 'bad');
    },
    errorRecoveryAttempt: ({ errorType, attempt }) => {
      log('errorRecoveryAttempt', `${errorType} · #${attempt}`, 'plain');
    },
    maxRecoveryAttemptsReached: ({ errorType, attempts }) => {
      log('maxRecoveryAttemptsReached', `${errorType} · ${attempts}`, 'bad');
    },
    queueCleared: () => {
      log('queueCleared', '', 'warning');
    },
  };
}

function sessionListeners(log: Log): Listeners {
  return {
    sessionResumed: ({ resent }) => {
      log('sessionResumed', `resent: ${resent}`, 'good');
    },
    sessionLost: ({ unconfirmed }) => {
      log('sessionLost', `unconfirmed: ${unconfirmed}`, 'bad');
    },
    sessionTaken: () => {
      log('sessionTaken', '', 'bad');
    },
  };
}

function toTypeName(data: unknown): string {
  return typeof data === 'object' && data !== null && 'type' in data ? String(data.type) : typeof data;
}

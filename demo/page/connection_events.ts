// Owns which events of the client become which lines of the record.
// Refuses to keep anything: each event is told as a change of the record.
import type ResilientWebSocket from '@advakod/resilient-websocket';
import {
  withEvent,
  withLatency,
  withOutcome,
  withState,
  type ConnectionRecord,
  type LogTone,
} from './connection_record.js';

export type RecordChange = (record: ConnectionRecord) => ConnectionRecord;

export function observe(websocket: ResilientWebSocket, change: (change: RecordChange) => void): void {
  const note = (
    name: string,
    detail: string,
    tone: LogTone,
    also: RecordChange = (record) => record,
  ): void => {
    change((record) => withEvent(also(record), { name, detail, tone }, Date.now()));
  };
  observeLife(websocket, note, change);
  observeTraffic(websocket, note, change);
  observeRecovery(websocket, note);
}

type Note = (name: string, detail: string, tone: LogTone, also?: RecordChange) => void;

function observeLife(
  websocket: ResilientWebSocket,
  note: Note,
  change: (change: RecordChange) => void,
): void {
  websocket.on('stateChange', (state) => {
    change((record) => withState(record, state, Date.now()));
    note('stateChange', state, state === 'connected' ? 'good' : state === 'failed' ? 'bad' : 'plain');
  });
  websocket.on('open', () => {
    note('open', '', 'good', (record) => withOutcome(record, 'opened'));
  });
  websocket.on('close', ({ code, reason, wasClean, shouldReconnect }) => {
    const words = [String(code), reason, wasClean ? 'clean' : 'unclean', shouldReconnect ? 'retry' : 'final'];
    const tone = shouldReconnect ? 'warning' : code === 1000 ? 'plain' : 'bad';
    note('close', words.filter(Boolean).join(' · '), tone, (record) => withOutcome(record, 'failed'));
  });
  websocket.on('reconnectScheduled', ({ attempt, delay, nextAttemptAt }) => {
    note('reconnectScheduled', `#${attempt} · ${Math.round(delay)} ms`, 'warning', (record) => ({
      ...record,
      wait: { from: nextAttemptAt - delay, until: nextAttemptAt },
    }));
  });
  websocket.on('maxReconnectAttemptsReached', ({ attempts }) => {
    note('maxReconnectAttemptsReached', String(attempts), 'bad');
  });
}

function observeTraffic(
  websocket: ResilientWebSocket,
  note: Note,
  change: (change: RecordChange) => void,
): void {
  websocket.on('message', (data) => {
    note('message', typeOf(data), 'quiet');
  });
  websocket.on('messageSent', ({ size }) => {
    note('messageSent', `${size} B`, 'quiet');
  });
  websocket.on('messageDropped', ({ reason }) => {
    note('messageDropped', reason, 'bad');
  });
  websocket.on('latency', ({ roundTripTime }) => {
    change((record) => withLatency(record, roundTripTime, Date.now()));
  });
}

function observeRecovery(websocket: ResilientWebSocket, note: Note): void {
  websocket.on('error', ({ type, message }) => {
    note('error', `${type}: ${message}`, 'bad');
  });
  websocket.on('authRecoveryNeeded', () => {
    note('authRecoveryNeeded', '', 'bad');
  });
  websocket.on('errorRecoveryAttempt', ({ errorType, attempt }) => {
    note('errorRecoveryAttempt', `${errorType} · #${attempt}`, 'plain');
  });
  websocket.on('maxRecoveryAttemptsReached', ({ errorType, attempts }) => {
    note('maxRecoveryAttemptsReached', `${errorType} · ${attempts}`, 'bad');
  });
  websocket.on('queueCleared', () => {
    note('queueCleared', '', 'warning');
  });
}

function typeOf(data: unknown): string {
  return typeof data === 'object' && data !== null && 'type' in data ? String(data.type) : typeof data;
}

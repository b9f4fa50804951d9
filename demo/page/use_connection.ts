// Owns the page's one connection: the client, what it has lived through, and the hook that shows it.
// Refuses to know the chat: frames are handed on as they come.
import { useSyncExternalStore } from 'react';
import ResilientWebSocket, {
  type ConnectionStatus,
  type Locale,
  type ResilientWebSocketOptions,
  type SendOptions,
} from '@advakod/resilient-websocket';
import { observe } from './connection_events.js';
import { emptyRecord, withAttempt, withState, type ConnectionRecord } from './connection_record.js';

export interface ConnectionSnapshot {
  readonly status: ConnectionStatus;
  readonly queue: readonly unknown[];
  readonly record: ConnectionRecord;
}

export interface Connection {
  readonly websocket: ResilientWebSocket;
  readonly send: (data: unknown, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly setLocale: (locale: Locale) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => ConnectionSnapshot;
}

/** A connection to the address `url` tells before each attempt. Does not connect by itself. */
export function createConnection(url: () => string, options: ResilientWebSocketOptions): Connection {
  const listeners = new Set<() => void>();
  let record = emptyRecord;
  const websocket = new ResilientWebSocket(() => {
    update(withAttempt(record, Date.now()));
    return url();
  }, options);
  record = withState(record, websocket.connectionState, Date.now());
  const takeSnapshot = (): ConnectionSnapshot => ({
    status: websocket.getStatus(),
    queue: websocket.messageQueue,
    record,
  });
  let snapshot = takeSnapshot();
  function update(next: ConnectionRecord): void {
    record = next;
    snapshot = takeSnapshot();
    for (const listener of listeners) listener();
  }
  observe(websocket, (change) => {
    update(change(record));
  });
  return {
    websocket,
    send: (data, sendOptions) => {
      const sent = websocket.send(data, sendOptions);
      update(record);
      return sent;
    },
    connect: () => {
      // A refusal is seen in the state; the promise has nothing to add.
      websocket.connect().catch(() => undefined);
      update(record);
    },
    setLocale: (locale) => {
      websocket.options.locale = locale;
      update(record);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
  };
}

export function useConnection(connection: Connection): ConnectionSnapshot {
  return useSyncExternalStore(connection.subscribe, connection.getSnapshot);
}

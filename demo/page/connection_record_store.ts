// Keeps the connection record across clients: each session has its own client, and the record continues.
import { useEffect, useSyncExternalStore } from 'react';
import type ResilientWebSocket from '@advakod/resilient-websocket';
import { observe, type RecordChange } from './connection_events.js';
import { emptyRecord, withState, type ConnectionRecord } from './connection_record.js';

export interface RecordStore {
  readonly get: () => ConnectionRecord;
  readonly change: (change: RecordChange) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

export function createRecordStore(): RecordStore {
  const listeners = new Set<() => void>();
  let record = emptyRecord;
  return {
    get: () => record,
    change: (change) => {
      record = change(record);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The record, continued with the events of this client. */
export function useConnectionRecord(
  store: RecordStore,
  websocket: ResilientWebSocket | null,
): ConnectionRecord {
  useEffect(() => {
    if (websocket === null) return;
    store.change((record) => withState(record, websocket.connectionState, Date.now()));
    return observe(websocket, store.change);
  }, [store, websocket]);
  return useSyncExternalStore(store.subscribe, store.get);
}

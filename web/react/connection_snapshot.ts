// The snapshot of a connection that a component renders: an object that stays the same until something
// changes.
import type { ResilientWebSocket } from '../index.js';
import { type ConnectionErrorEvent, type ConnectionState, type ConnectionStatus } from '../types.js';
import { createStore, type Store } from './store.js';

/** The state of a connection as a component sees it. */
export interface ConnectionSnapshot {
  /** The client; null before the first effect, on the server and while no connection is wanted. */
  readonly websocket: ResilientWebSocket | null;
  /** Whether the connection is open. */
  readonly isConnected: boolean;
  /** The state of the connection. */
  readonly connectionState: ConnectionState;
  /** Messages that are waiting for a connection. */
  readonly queuedMessages: number;
  /** Retries in the current outage. */
  readonly reconnectAttempts: number;
  /** Time of the scheduled attempt, epoch ms, or null. */
  readonly nextAttemptAt: number | null;
  /** The latest error since the connection was last opened, or null. */
  readonly lastError: ConnectionErrorEvent | null;
  /** The status at the time of this snapshot, statistics included; null without a client. */
  readonly status: ConnectionStatus | null;
}

function toSnapshot(
  websocket: ResilientWebSocket | null,
  status: ConnectionStatus | null,
  lastError: ConnectionErrorEvent | null,
): ConnectionSnapshot {
  const {
    connectionState = 'disconnected',
    queuedMessages = 0,
    reconnectAttempts = 0,
    nextAttemptAt = null,
  }: Partial<ConnectionStatus> = status ?? {};
  return {
    websocket,
    isConnected: connectionState === 'connected',
    connectionState,
    queuedMessages,
    reconnectAttempts,
    nextAttemptAt,
    lastError,
    status,
  };
}

/** `getCurrent` returns the current client and the latest error. */
export function createSnapshotStore(
  getCurrent: () => [ResilientWebSocket | null, ConnectionErrorEvent | null],
): Store<ConnectionSnapshot> {
  let snapshot = toSnapshot(null, null, null);
  return createStore(() => {
    const [websocket, lastError] = getCurrent();
    const status = websocket?.getStatus() ?? null;
    const isSame = snapshot.websocket === websocket && snapshot.lastError === lastError;
    if (!isSame || comparable(snapshot.status) !== comparable(status)) {
      snapshot = toSnapshot(websocket, status, lastError);
    }
    return snapshot;
  }, snapshot);
}

/** All of the status but the statistics, as a string. While it is the same, the old snapshot is kept. */
function comparable(status: ConnectionStatus | null): string {
  return JSON.stringify({ ...status, stats: null });
}

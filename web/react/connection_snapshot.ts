// Owns what a component sees of a connection: an object that stays the same until something changes.
// Refuses to hold the connection.
import type { ResilientWebSocket } from '../index.js';
import { type ConnectionErrorEvent, type ConnectionState, type ConnectionStatus } from '../types.js';
import { createStore, type Store } from './store.js';

/** What a component sees of a connection. */
export interface ConnectionSnapshot {
  /** The client; null before the first effect, on the server and while there is no connection to keep. */
  readonly websocket: ResilientWebSocket | null;
  readonly isConnected: boolean;
  readonly connectionState: ConnectionState;
  /** Messages that wait for a connection. */
  readonly queuedMessages: number;
  /** Retries in the present outage. */
  readonly reconnectAttempts: number;
  /** Time of the scheduled attempt, epoch ms, or null. */
  readonly nextAttemptAt: number | null;
  /** The latest error since the connection was last opened, or null. */
  readonly lastError: ConnectionErrorEvent | null;
  /** Status as of this snapshot, statistics included; null without a client. */
  readonly status: ConnectionStatus | null;
}

function snapshotOf(
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

/** `look` says which client and which error there are now. */
export function createSnapshots(
  look: () => [ResilientWebSocket | null, ConnectionErrorEvent | null],
): Store<ConnectionSnapshot> {
  let snapshot = snapshotOf(null, null, null);
  return createStore(() => {
    const [websocket, lastError] = look();
    const status = websocket?.getStatus() ?? null;
    const isSame = snapshot.websocket === websocket && snapshot.lastError === lastError;
    if (!isSame || shown(snapshot.status) !== shown(status)) {
      snapshot = snapshotOf(websocket, status, lastError);
    }
    return snapshot;
  }, snapshot);
}

/** A snapshot is as good as new as long as this is the same: all of the status but the statistics. */
function shown(status: ConnectionStatus | null): string {
  return JSON.stringify({ ...status, stats: null });
}

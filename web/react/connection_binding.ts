// Owns one hook's view of its connection: a snapshot that stays the same object until something changes, and
// functions that stay the same for the hook's life. Refuses to hold a connection before an effect asks for it.
import type { ResilientWebSocket } from '../index.js';
import {
  type ConnectionErrorEvent,
  type ConnectionState,
  type ConnectionStatus,
  type MessageDroppedEvent,
  type Sendable,
  type SendOptions,
} from '../types.js';
import { takeLease, type Lease, type Wishes } from './lease.js';
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

/** What a page does with a connection (see the hooks' results). */
export interface ConnectionCalls {
  /** As the client's `send`. Without a connection false, and unless volatile told as an error. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
}

interface LossCallbacks {
  readonly onMessageDropped?: ((event: MessageDroppedEvent) => unknown) | undefined;
  readonly onError?: ((error: ConnectionErrorEvent) => unknown) | undefined;
}

export interface ConnectionBinding extends Pick<Store<ConnectionSnapshot>, 'source'> {
  /** The same object always. */
  readonly calls: ConnectionCalls;
  /** The client there is now. */
  readonly client: () => ResilientWebSocket | undefined;
  /** Tells of an error that is none of the client's own. */
  readonly fail: (error: ConnectionErrorEvent) => void;
  /** Nothing is lost in silence: without a callback for it, a lost message is an error. */
  readonly tellDropped: (event: MessageDroppedEvent, callbacks: LossCallbacks) => void;
  /** A render was committed. A connection that it no longer means is left before anything more is heard of it. */
  readonly update: (wishes: Wishes) => void;
  /** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  readonly enter: () => void;
  readonly leave: () => void;
  /** Assigns options that changed. Throws the client's RangeError. */
  readonly apply: () => void;
}

export function createBinding(): ConnectionBinding {
  let wishes: Wishes | undefined;
  let lease: Lease | undefined;
  let isMounted = false;
  // connect() was called when there was nothing to connect to yet.
  let isCalledFor = false;
  let lastError: ConnectionErrorEvent | null = null;
  const idle = snapshotOf(null, null, null);
  let snapshot = idle;
  const { changed, source } = createStore(() => {
    const websocket = lease?.client ?? null;
    const status = websocket?.getStatus() ?? null;
    const isSame = snapshot.websocket === websocket && snapshot.lastError === lastError;
    if (!isSame || shown(snapshot.status) !== shown(status)) {
      snapshot = snapshotOf(websocket, status, lastError);
    }
    return snapshot;
  }, idle);

  /** The error that stands for a message which came to nothing. */
  function notSent(): ConnectionErrorEvent {
    const isEnglish = wishes?.options.locale === 'en';
    const message = isEnglish ? 'The message was not sent.' : 'Сообщение не отправлено.';
    return { type: 'send_error', message, recoverable: false };
  }

  function fail(error: ConnectionErrorEvent): void {
    lastError = error;
    changed();
    try {
      wishes?.handlers.error?.(error);
    } catch (thrown) {
      console.error('ResilientWebSocket: onError threw', thrown);
    }
  }

  function take(): void {
    if (lease || !isMounted || typeof wishes?.key !== 'string') return;
    lease = takeLease(wishes.key, wishes, (event, args) => {
      if (event === 'message') return;
      if (event === 'error') lastError = args[0] as ConnectionErrorEvent;
      if (event === 'open') lastError = null;
      changed();
    });
    // Not before the lease is known here: what it brings about may call back.
    try {
      lease.start();
    } catch (error) {
      drop();
      throw error;
    }
    changed();
  }

  function drop(): void {
    lease?.leave();
    lease = undefined;
  }

  function connect(): void {
    take();
    isCalledFor = !lease;
    void lease?.client.connect();
  }

  return {
    source,
    fail,
    calls: {
      connect,
      send: (data, options) => {
        if (!lease) {
          if (options?.volatile !== true) fail(notSent());
          return false;
        }
        const isSent = lease.client.send(data, options);
        // A message that is queued is no event.
        changed();
        return isSent;
      },
      disconnect: () => {
        isCalledFor = false;
        lease?.client.disconnect();
      },
      reconnect: () => {
        // One that begins now connects anyway.
        if (lease) lease.client.reconnect();
        else connect();
      },
    },
    client: () => lease?.client,
    tellDropped: (event, { onMessageDropped, onError }) => {
      if (onMessageDropped) onMessageDropped(event);
      else onError?.(notSent());
    },
    update: (next) => {
      const isElsewhere = wishes?.key !== next.key || wishes.scope !== next.scope;
      if (isElsewhere || (wishes?.isEnabled && !next.isEnabled)) drop();
      if (isElsewhere) lastError = null;
      wishes = next;
      if (lease) lease.wishes = next;
    },
    enter: () => {
      isMounted = true;
      if (wishes?.isEnabled || isCalledFor) take();
      if (lease) isCalledFor = false;
      changed();
    },
    leave: () => {
      isMounted = false;
      isCalledFor = false;
      drop();
    },
    apply: () => lease?.apply(),
  };
}

/** A snapshot is as good as new as long as this is the same: all of the status but the statistics. */
function shown(status: ConnectionStatus | null): string {
  return JSON.stringify({ ...status, stats: null });
}

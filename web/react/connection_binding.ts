// Owns one hook's view of its connection: a snapshot that stays the same object until something changes, and
// functions that stay the same for the hook's life. Refuses to hold a connection before an effect asks for it.
import type { ResilientWebSocket } from '../index.js';
import {
  type ConnectionErrorEvent,
  type ConnectionState,
  type ConnectionStatus,
  type Locale,
  type Sendable,
  type SendOptions,
} from '../types.js';
import { Lease, type Wishes } from './lease.js';
import { Store } from './store.js';

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

const IDLE: ConnectionSnapshot = {
  websocket: null,
  isConnected: false,
  connectionState: 'disconnected',
  queuedMessages: 0,
  reconnectAttempts: 0,
  nextAttemptAt: null,
  lastError: null,
  status: null,
};

// A snapshot is as good as new as long as none of these has changed.
const SHOWN = [
  'connectionState',
  'readyState',
  'queuedMessages',
  'reconnectAttempts',
  'nextAttemptAt',
  'lastPong',
] as const;

/** The error that stands for a message which came to nothing. */
export function notSent(locale: Locale | undefined): ConnectionErrorEvent {
  const message = locale === 'en' ? 'The message was not sent.' : 'Сообщение не отправлено.';
  return { type: 'send_error', message, recoverable: false };
}

export class ConnectionBinding extends Store {
  #wishes: Wishes | null = null;
  #lease: Lease | null = null;
  #isMounted = false;
  // connect() was called when there was nothing to connect to yet.
  #isCalledFor = false;
  #lastError: ConnectionErrorEvent | null = null;
  #snapshot = IDLE;

  /** Language of its texts; undefined for the default. */
  get locale(): Locale | undefined {
    return this.#wishes?.options.locale;
  }

  readonly getSnapshot = (): ConnectionSnapshot => {
    const websocket = this.#lease?.connection.client ?? null;
    const status = websocket?.getStatus() ?? null;
    const known = this.#snapshot;
    if (
      known.websocket === websocket &&
      known.lastError === this.#lastError &&
      SHOWN.every((name) => known.status?.[name] === status?.[name])
    ) {
      return known;
    }
    const { connectionState, queuedMessages, reconnectAttempts, nextAttemptAt } = status ?? IDLE;
    this.#snapshot = {
      websocket,
      isConnected: connectionState === 'connected',
      connectionState,
      queuedMessages,
      reconnectAttempts,
      nextAttemptAt,
      lastError: this.#lastError,
      status,
    };
    return this.#snapshot;
  };

  readonly getServerSnapshot = (): ConnectionSnapshot => IDLE;

  /** As the client's `send`. Without a connection false, and unless volatile told as an error. */
  readonly send = (data: Sendable, options?: SendOptions): boolean => {
    if (this.#lease === null) {
      if (options?.volatile !== true) this.fail(notSent(this.locale));
      return false;
    }
    const isSent = this.#lease.connection.client.send(data, options);
    // A message that is queued is no event.
    this.changed();
    return isSent;
  };

  readonly connect = (): void => {
    this.#take();
    this.#isCalledFor = this.#lease === null;
    void this.#lease?.connection.client.connect();
  };

  readonly disconnect = (): void => {
    this.#isCalledFor = false;
    this.#lease?.connection.client.disconnect();
  };

  readonly reconnect = (): void => {
    // One that begins now connects anyway.
    if (this.#lease === null) this.connect();
    else this.#lease.connection.client.reconnect();
  };

  /** A render was committed. A connection that it no longer means is left before anything more is heard of it. */
  update(wishes: Wishes): void {
    const before = this.#wishes;
    this.#wishes = wishes;
    if (before?.key !== wishes.key || before.scope !== wishes.scope) {
      this.#leave();
      this.#lastError = null;
    } else if (before.isEnabled && !wishes.isEnabled) {
      this.#leave();
    } else if (this.#lease !== null) {
      this.#lease.wishes = wishes;
    }
  }

  /** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  enter(): void {
    this.#isMounted = true;
    if (this.#wishes?.isEnabled === true || this.#isCalledFor) this.#take();
    if (this.#lease !== null) this.#isCalledFor = false;
    this.changed();
  }

  leave(): void {
    this.#isMounted = false;
    this.#isCalledFor = false;
    this.#leave();
  }

  /** Assigns options that changed. Throws the client's RangeError. */
  apply(): void {
    this.#lease?.apply();
  }

  /** Tells of an error that is none of the client's own. */
  readonly fail = (error: ConnectionErrorEvent): void => {
    this.#lastError = error;
    this.changed();
    try {
      this.#wishes?.handlers.error?.(error);
    } catch (thrown) {
      console.error('ResilientWebSocket: onError threw', thrown);
    }
  };

  #take(): void {
    const wishes = this.#wishes;
    if (this.#lease !== null || !this.#isMounted || typeof wishes?.key !== 'string') return;
    this.#lease = new Lease(wishes.key, wishes, (event, args) => {
      if (event === 'message') return;
      if (event === 'error') this.#lastError = args[0] as ConnectionErrorEvent;
      if (event === 'open') this.#lastError = null;
      this.changed();
    });
    // Not before the lease is known here: what it brings about may call back.
    try {
      this.#lease.start();
    } catch (error) {
      this.#leave();
      throw error;
    }
    this.changed();
  }

  #leave(): void {
    this.#lease?.leave();
    this.#lease = null;
  }
}

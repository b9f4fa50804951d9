// The interface that the status component needs of a client: documented members only, so that any object with
// them will do. The file imports only types, so the component can be bundled without the client.
import { type ConnectionState } from '../../types.js';

/** The result of `getStatus()`. What depends on an optional field is shown only if the field is there. */
export interface StatusReport {
  /** The state of the connection. */
  readonly connectionState: ConnectionState;
  /** Retries in the current outage. */
  readonly reconnectAttempts?: number;
  /** Messages in the queue. */
  readonly queuedMessages?: number;
  /** Time of the last pong, epoch ms. */
  readonly lastPong?: number | null;
  /** Time of the scheduled attempt, epoch ms; null while none is scheduled. */
  readonly nextAttemptAt?: number | null;
  /** The session; null or undefined without one. */
  readonly session?: SessionCounts | null;
  /** What the client has counted. */
  readonly stats?: StatusCounts;
}

/** The counts of the session in `getStatus()` that are shown. */
export interface SessionCounts {
  /** Messages that were sent and that the server has not acknowledged. */
  readonly unacknowledged?: number;
  /** Messages that the server has acknowledged since the client was created. */
  readonly acknowledged?: number;
}

/** The statistics of `getStatus()` that the details show. */
export interface StatusCounts {
  /** Connections opened. */
  readonly totalConnections?: number;
  /** Connections opened by retries. */
  readonly totalReconnections?: number;
  /** Messages sent. */
  readonly totalMessages?: number;
  /** When the latest connection opened. */
  readonly lastConnectedAt?: Date | number | null;
  /** When the latest connection ended. */
  readonly lastDisconnectedAt?: Date | number | null;
  /** Mean round-trip time, ms; 0 before the first. */
  readonly averageLatency?: number;
}

/** `latency` is used for the details only. */
export type StatusEvent = 'stateChange' | 'error' | 'open' | 'close' | 'latency';

/** The members of a client that the status component uses; `ResilientWebSocket` has them. */
export interface StatusSource {
  /** The status of this moment. */
  getStatus(): StatusReport;
  /** The state as a text for users. */
  getUserFriendlyStatus(): {
    /** The text. */
    readonly text: string;
  };
  /** Adds a listener. */
  on(event: StatusEvent, listener: (argument?: unknown) => void): unknown;
  /** Removes a listener. */
  off(event: StatusEvent, listener: (argument?: unknown) => void): unknown;
  /** Starts an attempt at once. */
  reconnect(): unknown;
  /** The client's options that the component shows. */
  readonly options: {
    /** May be Infinity. */
    readonly maxReconnectAttempts: number;
    /** Language of the texts, unless a prop chooses another. */
    readonly locale?: string;
  };
}

// The interface that the status component needs of a client: documented members only, so that any object with
// them will do. The file imports only types, so the component can be bundled without the client.
import { type ConnectionState } from '../../types.js';

/** The result of `getStatus()`. What depends on an optional field is shown only if the field is there. */
export interface StatusReport {
  readonly connectionState: ConnectionState;
  /** Retries in the current outage. */
  readonly reconnectAttempts?: number;
  readonly queuedMessages?: number;
  /** Time of the last pong, epoch ms. */
  readonly lastPong?: number | null;
  /** Time of the scheduled attempt, epoch ms; null while none is scheduled. */
  readonly nextAttemptAt?: number | null;
  readonly stats?: StatusCounts;
}

export interface StatusCounts {
  readonly totalConnections?: number;
  readonly totalReconnections?: number;
  readonly totalMessages?: number;
  readonly lastConnectedAt?: Date | number | null;
  readonly lastDisconnectedAt?: Date | number | null;
  /** Mean round-trip time, ms; 0 before the first. */
  readonly averageLatency?: number;
}

/** `latency` is used for the details only. */
export type StatusEvent = 'stateChange' | 'error' | 'open' | 'close' | 'latency';

/** The members of a client that the status component uses; `ResilientWebSocket` has them. */
export interface StatusSource {
  getStatus(): StatusReport;
  getUserFriendlyStatus(): { readonly text: string };
  on(event: StatusEvent, listener: (argument?: unknown) => void): unknown;
  off(event: StatusEvent, listener: (argument?: unknown) => void): unknown;
  reconnect(): unknown;
  readonly options: {
    /** May be Infinity. */
    readonly maxReconnectAttempts: number;
    readonly locale?: string;
  };
}

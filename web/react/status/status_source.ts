// Owns what the status component asks of a client: the documented members alone, so that any look-alike will do.
// Refuses to import the client: only types, so that the component stays small without it.
import { type ConnectionState } from '../../types.js';

/** What `getStatus()` must return. The optional fields enrich what is shown. */
export interface StatusReport {
  readonly connectionState: ConnectionState;
  /** Retries made in this outage. */
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

/** `latency` is listened to for the details only. */
export type StatusEvent = 'stateChange' | 'error' | 'open' | 'close' | 'latency';

/** A client as far as the status component uses it; `ResilientWebSocket` is one. */
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

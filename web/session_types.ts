// The public types of sessions.

/** The option `session`: true for the defaults. */
export type SessionOption = boolean | SessionSettings;

/** Settings of a session. */
export interface SessionSettings {
  /**
   * What happens to messages without an acknowledgement when the session is lost: `report` them by `messageUnconfirmed`, or
   * `resend` them in the next session, before all others. With `resend` a message may arrive twice. Default 'report'.
   */
  readonly onSessionLost?: 'report' | 'resend' | undefined;
  /** The longest time from the listeners of a message to its acknowledgement, ms, >= 0. Default 200. */
  readonly ackDelay?: number | undefined;
  /** How many messages the server may send without an acknowledgement, integer from 1 to 2^53 - 1. Default 1000. */
  readonly window?: number | undefined;
  /**
   * Gives what the server recognises the user by: a value for JSON, or a promise of it. Called for each connection, and
   * limited by `connectionTimeout`. If it throws a HandshakeError, the socket is closed with its code; after any other error
   * the attempt ends with 1006. The value may have almost 16384 bytes as JSON. Default none.
   */
  readonly auth?: (() => unknown) | undefined;
}

/** The session as `getStatus()` shows it. All counts but `unacknowledged` begin with the client, not with the session. */
export interface SessionStatus {
  /** Messages that were sent and that the server has not acknowledged. */
  readonly unacknowledged: number;
  /** When the server acknowledged a message last, epoch ms, or null. */
  readonly lastAcknowledgedAt: number | null;
  /** Messages that the server has acknowledged. */
  readonly acknowledged: number;
  /** Messages that were sent again on another connection. */
  readonly resent: number;
  /** Connections on which a session was resumed. */
  readonly resumptions: number;
  /** Sessions that were lost. */
  readonly lost: number;
}

/** Options of one `deliver()`. */
export interface DeliverOptions {
  /** Longest time the message may wait in the queue, ms, >= 0. Default: no limit. */
  readonly ttl?: number;
}

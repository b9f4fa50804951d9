// The public types of the events.
import { type CloseDetails, type ConnectionState, type Parsed, type Sendable } from './types.js';

/** What an `error` event is about. */
export type ErrorType =
  | 'auth_error'
  | 'server_error'
  | 'network_error'
  | 'unknown_error'
  | 'send_error'
  | 'message_too_large'
  | 'invalid_message'
  | 'heartbeat_unanswered'
  | 'session_unsupported'
  | 'session_taken';

/** Argument of the `error` event. */
export interface ConnectionErrorEvent {
  /** What the error is about. */
  readonly type: ErrorType;
  /** The error in the language of the option `locale`. */
  readonly message: string;
  /** Whether the client carries on by itself. */
  readonly recoverable: boolean;
  /** The close code behind the error, if there is one. */
  readonly code?: number;
  /** Size of the refused message, bytes (`message_too_large`). */
  readonly size?: number;
  /** The limit, bytes (`message_too_large`). */
  readonly maxSize?: number;
  /** What `handshake` threw, or the platform's message without the address's query (ECONNREFUSED; none in browsers). */
  readonly cause?: Error;
  /** What the socket's `send` threw (`send_error`). */
  readonly originalError?: unknown;
  /** True: the message stays in the queue (`send_error`). */
  readonly queued?: boolean;
}

/**
 * `identity`: the client was destroyed because the page's user is another one (the React hooks do that). `too_large`: the
 * server of the session takes no message of that size.
 */
export type DropReason =
  'overflow' | 'expired' | 'disconnected' | 'cleared' | 'destroyed' | 'identity' | 'too_large';

/** Argument of the `messageDropped` event. */
export interface MessageDroppedEvent {
  /** Why the message was given up. */
  readonly reason: DropReason;
  /** What was passed to `send()`. */
  readonly data: Sendable;
  /** Number of the message among all that were passed to `send()` of this client, from 1. */
  readonly id: number;
}

/** Argument of the `messageUnconfirmed` event. */
export interface MessageUnconfirmedEvent {
  /** What was passed to `send()`. */
  readonly data: Sendable;
  /** Number of the message among all that were passed to `send()` of this client, from 1. */
  readonly id: number;
}

/** Argument of the `reconnectScheduled` event. */
export interface ReconnectScheduledEvent {
  /** Number of the coming retry in this outage, from 1. */
  readonly attempt: number;
  /** The delay, ms, jitter included. */
  readonly delay: number;
  /** The delay before jitter, ms: min(maxReconnectDelay, reconnectDelay * 2^(attempt-1)). */
  readonly nominalDelay: number;
  /** Time of the attempt, epoch ms. */
  readonly nextAttemptAt: number;
  /** Errors in a row, without a connection between them. */
  readonly consecutiveErrors: number;
}

/** Events and the arguments of their listeners. */
export interface EventMap<In = Parsed> {
  /** The connection is open. */
  open: [];
  /** An attempt or its connection has ended; once for each attempt. */
  close: [CloseDetails];
  /** A message arrived. */
  message: [data: In];
  /** An attempt failed, a connection is lost for good, a message was refused, or the server knows no pings or sessions. */
  error: [ConnectionErrorEvent];
  /** `connectionState` changed. */
  stateChange: [ConnectionState];
  /** No retry is left. */
  maxReconnectAttemptsReached: [
    {
      /** Retries made in this outage. */
      readonly attempts: number;
      /** Errors in a row, without a connection between them. */
      readonly consecutiveErrors: number;
    },
  ];
  /** A retry will follow. */
  reconnectScheduled: [ReconnectScheduledEvent];
  /** A message was given up: it was not sent. */
  messageDropped: [MessageDroppedEvent];
  /** A message was sent, its connection or session has ended, and nothing shows whether it arrived. It is not sent again. */
  messageUnconfirmed: [MessageUnconfirmedEvent];
  /** A message was given to the socket. */
  messageSent: [
    {
      /** Its size, bytes (of a text in UTF-8). */
      readonly size: number;
    },
  ];
  /** A new token may be needed. */
  authRecoveryNeeded: [];
  /** A retry follows an error. */
  errorRecoveryAttempt: [
    {
      /** The error before it. */
      readonly errorType: ErrorType;
      /** Number of the retry in this outage, from 1. */
      readonly attempt: number;
    },
  ];
  /** No retry is left after an error. */
  maxRecoveryAttemptsReached: [
    {
      /** The error before it. */
      readonly errorType: ErrorType;
      /** Retries made in this outage. */
      readonly attempts: number;
    },
  ];
  /** `resetErrorRecovery()` was called. */
  errorRecoveryReset: [];
  /** The recommendation `clearQueue` was applied. */
  queueCleared: [];
  /** The recommendation `pageReload` was applied. */
  recommendPageReload: [];
  /** The recommendation `contactSupport` was applied. */
  contactSupportRecommended: [
    {
      /** totalErrors / totalMessages; 0 without messages. */
      readonly errorRate: number;
      /** As in `connectionStats`. */
      readonly totalErrors: number;
    },
  ];
  /** The round-trip time of a ping, ms. */
  latency: [
    {
      /** Time from the ping to its pong, ms. */
      readonly roundTripTime: number;
    },
  ];
  /**
   * A message was delivered. In a session: the server has acknowledged it. Otherwise: a pong or the closing handshake proves
   * it, or it has left the browser and no pong is expected.
   */
  messageDelivered: [
    {
      /** Number of the message, as in `messageUnconfirmed`. */
      readonly id: number;
    },
  ];
  /** The session goes on, on a new connection. Comes before `open`. */
  sessionResumed: [
    {
      /** Messages that are sent again, because the server had not received them. */
      readonly resent: number;
    },
  ];
  /**
   * The session has ended: the server does not know it any more, or has ended it. Messages of the server may be missing.
   * Comes before the first message of the next session.
   */
  sessionLost: [
    {
      /**
       * Messages without an acknowledgement. Each is reported by `messageUnconfirmed` or, with `onSessionLost: 'resend'`,
       * sent again in the next session.
       */
      readonly unconfirmed: number;
    },
  ];
  /** Another client with the same session has taken it over twice in a row. No retry follows. */
  sessionTaken: [];
}

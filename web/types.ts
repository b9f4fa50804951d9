// The public types of the package. Defaults and rules of the connection are the C++ core's (`src/options.h`).
import { type HandshakeConnection, type ProtocolsSource } from './attempt_types.js';
import { type HeartbeatOption } from './heartbeat_types.js';
import { type SessionOption } from './session_types.js';
import type { NativeAbortSignal, NativeBlob, WebSocketClass } from './platform_types.js';

export type * from './attempt_types.js';
export type * from './event_types.js';
export type { NativeWebSocket, WebSocketClass } from './platform_types.js';
export type * from './heartbeat_types.js';
export type * from './session_types.js';
export type * from './status_types.js';

/** The five public states of a connection. */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'disconnected' | 'failed';

/** Anything `send()` takes: a string is sent as it is, binary as a binary frame, everything else as JSON. */
export type Sendable = unknown;

/** What `JSON.parse` gives: anything, unless the type of the messages is declared. */
export type Parsed = ReturnType<typeof JSON.parse>;

/** A message as it comes off or goes to a socket: text, or binary in the form of `binaryType`. */
export type WireMessage = string | ArrayBuffer | ArrayBufferView | NativeBlob;

/** How a connection ended, for `shouldReconnect` and the `close` event. */
export interface CloseDetails {
  /** Close code (RFC 6455, 7.4); 1006 when no close frame came. */
  readonly code: number;
  /** Close reason sent by the peer, or the client's own for a loss that it noticed itself. */
  readonly reason: string;
  /** Whether the closing handshake was completed. */
  readonly wasClean: boolean;
  /** Whether the client reconnects (in `shouldReconnect`: whether it would by itself). */
  readonly shouldReconnect: boolean;
}

/** Levels of the lines on the console, the lowest first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
/** Language of the texts for users. */
export type Locale = 'ru' | 'en';
/** What a text message arrives as; see the option of that name. */
export type MessageFormat = 'json' | 'text';

/**
 * Options of the C++ core. All are live: an assignment applies from the next decision on. A time of more than 10^12 ms
 * counts as 10^12 ms.
 */
export interface CoreOptions {
  /** Retries in one outage before the client gives up. Integer >= 0 or Infinity. Default 10. */
  maxReconnectAttempts: number;
  /** Delay before the first retry, ms, >= 0. Doubles with every further retry. Default 1000. */
  reconnectDelay: number;
  /** Longest delay between retries, ms, >= 0. Default 30000. */
  maxReconnectDelay: number;
  /** Share of each delay that is random, 0 to 1. With 0 the delays are exact. Default 0.5. */
  jitter: number;
  /** Time a connection must hold before the retry count is reset, ms, >= 0. Default 5000. */
  stableAfter: number;
  /** Longest wait a server may ask for with `retryAfterMs`, ms, >= 0. Default 300000. */
  maxRetryAfter: number;
  /** Time an attempt may take, the URL function and the handshake included, ms, >= 1. Default 10000. */
  connectionTimeout: number;
  /** Time between pings, ms, >= 1. Default 30000. */
  pingInterval: number;
  /** A peer from which nothing came for this long after a ping is dead, ms, >= 1. Default 10000. */
  pongTimeout: number;
  /** A ping follows so long after a message, to learn whether it arrived, at most one a second, ms, >= 1. Default 250. */
  confirmAfter: number;
  /** A peer from which nothing came for this long after a probe is dead, ms, >= 1. Default 3000. */
  probeTimeout: number;
  /** How long to wait for the close event of a socket that the client closed, ms, >= 1. Default 15000. */
  closeGrace: number;
  /** Most messages in the queue, integer >= 0. Default 100. */
  maxQueueSize: number;
  /** Most bytes in the queue, integer >= 0. Default 8388608. */
  maxQueueBytes: number;
  /** Largest message `send()` takes, bytes (of a text in UTF-8), integer >= 0. Default 65536. */
  maxMessageSize: number;
  /** Close codes after which no retry is made, at most 100 integers from 1000 to 4999. Default [1003, 1008]. */
  fatalCloseCodes: readonly number[];
  /** Whether the connection is watched, as the option `heartbeat` says. Default true. */
  enableHeartbeat: boolean;
  /** Whether a lost connection is opened again. Default true. */
  enableAutoReconnect: boolean;
  /** Whether recovery events are emitted. Default true. */
  enableErrorRecovery: boolean;
  /** Whether the server's `{type:'ping'}` is answered and consumed. Default true. */
  answerPings: boolean;
}

/** Options of the JavaScript side. Live as well. */
export interface PresentationOptions<In = Parsed, Out = Sendable> {
  /** `json`: a JSON text arrives as its value, any other as a string; `text`: all as strings. Default 'json'. */
  messageFormat: MessageFormat;
  /**
   * Makes the value of the `message` event from a message, text or binary, instead of `messageFormat`: for MessagePack,
   * CBOR or superjson, say. If it throws, the message arrives as it came. `event` is the socket's MessageEvent, undefined
   * if a test double gives none. Default none.
   */
  parse: { method(message: WireMessage, event?: unknown): In }['method'] | undefined;
  /**
   * Makes the message from what was passed to `send()`: a string, binary, or a value for JSON. If it throws, the message
   * is refused with an `error` event (`invalid_message`). Default none.
   */
  serialize: { method(data: Out): unknown }['method'] | undefined;
  /** Type of inbound binary messages, as in WebSocket.binaryType. Default 'blob', or what the platform has instead. */
  binaryType: 'blob' | 'arraybuffer';
  /** Language of user-facing texts. Default 'ru'. */
  locale: Locale;
  /** Least level written to the console. Default 'info'. */
  logLevel: LogLevel;
  /** How the connection is watched: see HeartbeatOption. Default true. */
  heartbeat: HeartbeatOption;
  /**
   * Whether messages belong to a session, in which each arrives exactly once, with a server that knows the protocol
   * (docs/sessions.md). A change applies to sockets that open from then on. Default false.
   */
  session: SessionOption;
  /**
   * What happens to messages that are unconfirmed when their connection is lost: `report` them by `messageUnconfirmed`, or
   * `resend` them on the next connection, before all others. With `resend` a message may arrive twice. It does not apply in a
   * session. Default 'report'.
   */
  unconfirmed: 'report' | 'resend';
  /** Subprotocols offered to the server. Default none. */
  protocols: ProtocolsSource | undefined;
  /**
   * Whether the client may use the timer of a Worker made from a `blob:` URL while the page is hidden: browsers delay the
   * timers of a hidden page. Default true.
   */
  enableWorkerTimer: boolean;
  /** Called when an attempt has ended: true or false overrules the client, undefined agrees with it. */
  shouldReconnect: ((info: CloseDetails) => boolean | undefined) | undefined;
  /**
   * The first exchange on every connection (authentication, say), before `open` and before queued messages are sent; within
   * `connectionTimeout`. If it throws a HandshakeError, the socket is closed with its code; after any other error the
   * attempt ends with 1006. A change applies to sockets that open from then on. Default none.
   */
  handshake:
    { method(connection: HandshakeConnection<In, Out>): void | PromiseLike<void> }['method'] | undefined;
  /** Class of the sockets, for example of the package `ws`. Default: `globalThis.WebSocket`, read for every attempt. */
  WebSocket: WebSocketClass | undefined;
}

/** All options with their values, as `client.options` has them. */
export type ResolvedOptions<In = Parsed, Out = Sendable> = CoreOptions & PresentationOptions<In, Out>;
/** The options that can be passed to the constructor; undefined means the default. */
export type ResilientWebSocketOptions<In = Parsed, Out = Sendable> = {
  [K in keyof ResolvedOptions<In, Out>]?: ResolvedOptions<In, Out>[K] | undefined;
};

/** Options of one `send()`. */
export interface SendOptions {
  /** Send now or not at all: never queued, never reported. Default false. */
  volatile?: boolean;
  /** Longest time the message may wait in the queue, ms, >= 0. Default: no limit. */
  ttl?: number;
}

/** Options of `connect()` and `whenConnected()`. */
export interface WaitOptions {
  /** Ends the wait; the promise rejects with the signal's reason. */
  signal?: NativeAbortSignal;
  /** Ends the wait after that many ms (finite, >= 0) with a TimeoutError. Default: none. */
  timeout?: number;
}

// The public types of the session server, the store excepted.
import type { Session } from './session.js';
import type { Payload, SessionStore } from './store.js';

/**
 * A server's side of a WebSocket, as npm `ws` makes it. `message` gives the data, and whether it is binary; text may come as
 * a string or as its bytes in UTF-8.
 */
export interface ServerSocket {
  /** How many bytes wait to be sent; a sender waits while there are many. */
  readonly bufferedAmount?: number;
  /** Adds a listener of `message`, `close` or `error`. */
  on(event: string, listener: (...args: never[]) => void): unknown;
  /** Sends a text (string) or binary frame; calls back when it has left the process, or was not sent. */
  send(data: string | Uint8Array, callback?: (error?: Error | null) => void): void;
  /** Begins the closing handshake. */
  close(code?: number, reason?: string): void;
  /** Ends the connection at once. */
  terminate(): void;
}

/** AbortSignal of the platform. */
export type HandlerSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : unknown;

/** Options of a server. `Request`: what `attach` gets beside the socket, `IncomingMessage` with npm `ws`. */
export interface SessionServerOptions<Request = unknown> {
  /** Where sessions are kept. Servers that share a store share its sessions. Default: a new MemoryStore. */
  store?: SessionStore | undefined;
  /** How long a session lives without a connection, ms. Integer from 1 to 2147483647. Default 300000. */
  ttl?: number | undefined;
  /** Most unacknowledged messages that a client may send. Integer from 1 to 1000000. Default 1000. */
  window?: number | undefined;
  /** Largest message in bytes, of either side. Integer from 1 to 1073741824. Default 1048576. */
  maxMessage?: number | undefined;
  /** Longest time from the count of a message to its acknowledgement, ms. Integer from 0 to 60000. Default 200. */
  ackDelay?: number | undefined;
  /** Longest time from `attach` to the client's `hello`, ms. Integer from 1 to 2147483647. Default 10000. */
  helloTimeout?: number | undefined;
  /** Most messages of a session that are kept until they are acknowledged. Integer from 1. Default 1000. */
  maxQueue?: number | undefined;
  /**
   * Most bytes of a session's messages that wait for their handler. When more arrive, the connection is closed with 1013; the
   * client reconnects later and sends again what was not counted. Integer of at least `maxMessage`. Default: no limit of its
   * own; `window` and `maxMessage` limit the bytes.
   */
  maxWaitingBytes?: number | undefined;
  /**
   * A `ping` is sent after this time without a frame of the client, or up to 2 s later, ms. Integer from 1 to 2147483647.
   * Default 30000.
   */
  pingInterval?: number | undefined;
  /**
   * A client is disconnected if no frame comes for this time after a ping, or up to 1 s later, ms. Integer from 1 to
   * 2147483647. Default 10000.
   */
  pongTimeout?: number | undefined;
  /**
   * A client whose window is full and that acknowledges nothing for this time is disconnected with 4400, ms. Integer from 1 to
   * 2147483647. Default 60000.
   */
  stallTimeout?: number | undefined;
  /**
   * Who a client is: a string, or null to refuse it (its socket is closed with 4401). `auth` is the member of its hello,
   * undefined without one; it comes from the network and has any shape. A session is resumed for the same string only. If it
   * throws, the socket is closed with 1011. Default: '' for every client, so that the secret id of a session is enough to resume it.
   */
  principalOf?: ((request: Request, auth: unknown) => string | null | Promise<string | null>) | undefined;
}

/** Options of one `send`. */
export interface SendOptions {
  /**
   * Time after which the message is not sent any more, also not a second time, ms, by this server's clock. Integer >= 0. If it
   * would have to be sent later, its number is skipped, and `messageUnconfirmed` reports it. Default: none.
   */
  readonly ttl?: number | undefined;
}

/** The second argument of a handler. */
export interface MessageContext {
  /** The number of the message in its session, from 1 on. */
  readonly seq: number;
  /** Session and number: unique, but the same if the message is handed over again. It contains the secret id. */
  readonly id: string;
  /** Aborted when the session has ended or was taken by another server: the handler's messages and count are refused then. */
  readonly signal: HandlerSignal;
}

/**
 * Why a session has ended for this server. `bye`: the client ended it. `closed`: the application did. `expired`: no
 * connection for `ttl`. `lost`: client and store disagree, a backup was restored, or the store lost it. `taken`: another
 * server holds it now. `shutdown`: `SessionServer.close()`. `failed`: the store failed. After the last three the session is
 * still in the store.
 */
export type EndReason = 'bye' | 'closed' | 'expired' | 'lost' | 'taken' | 'shutdown' | 'failed';

/** A message with a handler that failed. It is counted when all its handlers have finished, and is not handed over again. */
export interface FailedMessage {
  /** The session. */
  readonly session: Session;
  /** Its number. */
  readonly seq: number;
  /** As in MessageContext. */
  readonly id: string;
  /** The message. */
  readonly data: Payload;
  /** What the handler threw. */
  readonly error: unknown;
}

/** A message to a client that may not have arrived, and will not be sent again. */
export interface UnconfirmedMessage {
  /** The id of the session. It is secret. */
  readonly session: string;
  /** Who the session belongs to; undefined if this server does not know. */
  readonly principal: string | undefined;
  /** The number of the message; 0 for one that was not stored. */
  readonly seq: number;
  /** The message; undefined if the store has lost it. */
  readonly data: Payload | undefined;
  /**
   * Why the session has ended (EndReason), or: `messageExpired`: its `ttl` has passed. `queueFull`: it was refused.
   * `storeFailed`: the store failed, and the message may have been stored or not.
   */
  readonly reason: 'bye' | 'closed' | 'expired' | 'lost' | 'messageExpired' | 'queueFull' | 'storeFailed';
}

/** A client broke a rule of the protocol, and its connection was closed. */
export interface ViolationDetails {
  /** The close code: 4400, 4406, 4408, 1009. */
  readonly code: number;
  /** The close reason: names the rule. It has no part of what was sent. */
  readonly reason: string;
  /** Who the client is; undefined if it is not known yet. */
  readonly principal: string | undefined;
}

/** The arguments of the listeners of a server. */
export interface SessionServerEvents {
  /**
   * This server holds a session that it did not hold before: a new one, or one that another server held. Add the listeners of
   * its messages here, before the first `await`: messages follow at once, and without a listener they are only counted.
   */
  session: [session: Session];
  /** A handler of a message failed. Emitted at once, also while other handlers of the message run. */
  messageFailed: [message: FailedMessage];
  /** A message to a client may not have arrived, and will not be sent again. */
  messageUnconfirmed: [message: UnconfirmedMessage];
  /** A client broke a rule. */
  violation: [details: ViolationDetails];
  /** `principalOf`, a listener or the store failed. Without a listener the error is written to the console. */
  error: [error: unknown];
}

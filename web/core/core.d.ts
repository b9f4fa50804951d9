// The wasm module as JavaScript sees it: what embind exports, and what it calls. wasm_bindings/bindings.cpp defines it;
// tests/web/bindings compares this file with the real module.

import { type SessionStatus } from '../session_types.js';

/** The state of a client beyond its cached public state. Times are epoch milliseconds, durations milliseconds. */
export interface CoreSnapshot {
  reconnectAttempts: number;
  /** Whether an attempt is under way or its connection is open. */
  isAttempting: boolean;
  queuedMessages: number;
  consecutiveErrors: number;
  /** The id of the newest queued message, 0 without one. */
  newestQueued: number;
  nextAttemptAt: number | null;
  lastPong: number | null;
  networkOnline: boolean;
  isHealthy: boolean;
  /** Names of RecoveryAction, in order of urgency. */
  recommendations: string[];
  totalConnections: number;
  totalReconnections: number;
  totalMessages: number;
  totalErrors: number;
  lastConnectedAt: number | null;
  lastDisconnectedAt: number | null;
  connectionDuration: number;
  averageLatency: number;
  errorRate: number;
  /** Null without a session. */
  session: SessionStatus | null;
}

/** Times in milliseconds. Infinity where an option allows it. */
export type CoreOptionValue = number | boolean | readonly number[];

/** What became of a message that was given to a socket. */
export interface CoreSendResults {
  readonly sent: 0;
  /** `send` threw, or there is no such socket. */
  readonly refused: 1;
  /** `readyState` is CLOSING or CLOSED. */
  readonly closing: 2;
}

/**
 * What a client calls: one method for each effect. All of them must be there. None may throw, and none may run
 * listeners of the user except `turnEnded`. All may call the client.
 */
export interface CoreListener {
  /**
   * The client has set its timer. Another means of waking may call `timerFired(timer)` after the same time, for example
   * where the page's timers are throttled; whichever comes first counts. Each timer replaces the one before.
   */
  timerSet(timer: number, milliseconds: number): void;

  /** Find the address, then call `addressResolved` or `attemptFailed`, at once or later. */
  resolveAddress(attempt: number): void;
  /** A socket is created next. The listener may set `CoreModule.WebSocket`. */
  socketOpening(attempt: number): void;
  /**
   * A native socket was created. Its `onmessage`, `binaryType` and `send` are the listener's, the rest the client's. The
   * listener may call the client's `onerror` and `onclose` later than the socket does, or by itself.
   */
  socketCreated(attempt: number, socket: WebSocket): void;
  /**
   * The socket is open: run the user's handshake on it, then call `handshakeDone` or `handshakeFailed`, unless the attempt
   * has ended. Called after `setHandshake(true)` only.
   */
  startHandshake(attempt: number): void;
  /**
   * The socket is open and belongs to a session: send this text on it, with ,"auth":<JSON> if the user has one, and a last
   * brace. The text contains the secret id of the session. Call `handshakeFailed` if that fails. From now on all texts that
   * begin with `sessionMarker()` go to `textReceived`, and of the other frames those for which `_rwsFrameReceived` returns 1
   * are messages. This ends with the attempt, and by `failed` with session_unsupported.
   */
  sendHello(attempt: number, text: string): void;
  /** The session has ended by `bye`: of this socket only texts that begin with `sessionMarker()` and the close are passed on. */
  leaveSession(attempt: number): void;
  /** The client closes the socket: no message of it may be delivered any more. Its close event is still awaited. */
  socketClosing(attempt: number): void;
  /** The attempt is over. Called for attempts without a socket, too. */
  socketReleased(attempt: number): void;

  /**
   * Make the next ping of a custom heartbeat, and keep it until `sendCustom`. Returns its size in bytes on the wire, at most
   * 65535; 0: none could be made, none is kept.
   */
  makePing(): number;
  /**
   * Send the reply of that key, for the key 0 the oldest ping that is kept, and keep it no longer. Answers with a number of
   * CoreSendResults.
   */
  sendCustom(attempt: number, reply: number): number;

  /** Give a kept message to the socket. Answers with a number of CoreSendResults. */
  sendMessage(attempt: number, message: number): number;
  /** The size of a kept message, in bytes on the wire. */
  sizeOf(message: number): number;
  /** The messages after one id, up to and including another, have arrived, as far as can be known: forget them. */
  delivered(after: number, upTo: number): void;
  /** Nothing proves that these arrived: report and forget them. */
  unconfirmed(after: number, upTo: number): void;
  /** Report and forget the message. `reason` is overflow, expired, disconnected, cleared, destroyed or too_large. */
  dropped(message: number, reason: string): void;
  /** Forget the message without a report. */
  discarded(message: number): void;

  /** The user's shouldReconnect; undefined for no answer. Called after `setDecider(true)` only. */
  shouldReconnect(code: number, reason: string, wasClean: boolean, byDefault: boolean): boolean | undefined;

  stateChanged(state: string): void;
  opened(): void;
  closed(code: number, reason: string, wasClean: boolean, shouldReconnect: boolean): void;
  /**
   * `type` is auth_error, server_error, network_error, unknown_error, send_error, heartbeat_unanswered, session_unsupported
   * or session_taken. `code` is the close code behind the error, 0 without one.
   */
  failed(type: string, code: number, isRecoverable: boolean): void;
  /** Sizes in bytes on the wire. */
  messageTooLarge(size: number, maxSize: number): void;
  /** `delay` and `nominalDelay` in milliseconds, the second without jitter; `at` is epoch milliseconds. */
  retryScheduled(
    attempt: number,
    delay: number,
    nominalDelay: number,
    at: number,
    consecutiveErrors: number,
  ): void;
  gaveUp(attempts: number, consecutiveErrors: number): void;
  authRecoveryNeeded(): void;
  recoveryAttempted(type: string, attempt: number): void;
  recoveryGaveUp(type: string, attempts: number): void;
  recoveryReset(): void;
  queueCleared(): void;
  /** `errorRate` is the number of errors for each message that was sent, 0 without messages. */
  supportAdvised(errorRate: number, totalErrors: number): void;
  latencyMeasured(roundTripMs: number): void;
  /** `resent` is the number of messages that are sent again. */
  sessionResumed(resent: number): void;
  /** `unconfirmed` is the number of messages that the server has not acknowledged. */
  sessionLost(unconfirmed: number): void;
  /** Other clients have taken the session over twice in a row. */
  sessionTaken(): void;

  /** Everything that followed from one event was reported: listeners of the user may run now, and may call anything. */
  turnEnded(): void;
}

/** One client. A number that is no valid id names nothing: the call does nothing. */
export interface CoreClient {
  /** Names the client for the plain functions of the module. Never used again, even after `delete()`. */
  id(): number;

  connect(): void;
  disconnect(): void;
  reconnect(): void;
  /** Ends the client for good; `delete()` must follow, in a later task or microtask. */
  destroy(): void;
  /** Drops the queue: `dropped` with `cleared` for each message, then `queueCleared`. */
  clearQueue(): void;
  /** Sends a ping on an open connection; ends the wait for a retry unless the browser is offline. */
  checkNetwork(): void;
  /** Doubles reconnectDelay, up to 30 s. */
  slowDown(): void;
  /** Answers with `supportAdvised`. */
  contactSupport(): void;
  /** Resets the count of errors in a row and the retries; answers with `recoveryReset`. */
  resetRecovery(): void;

  /** Whether `shouldReconnect` is to be asked. */
  setDecider(isPresent: boolean): void;
  /** Whether `startHandshake` is to be called when a socket has opened. */
  setHandshake(isPresent: boolean): void;
  /**
   * Assigns the option `heartbeat`. `mode` is 0 for pings as JSON text, 1 for those that `makePing` makes, 2 for no pings
   * but a limit for silence, 3 for neither. With 2 a connection on which nothing arrives for `silence` milliseconds is dead.
   */
  setHeartbeat(mode: number, silence: number): void;
  /**
   * Assigns the option `session`. `ackDelay` is in milliseconds, `window` an integer from 1 on, or 0 for no session;
   * negative: the default. `resends`: the messages of a session that is lost are sent again in the next one.
   */
  setSession(ackDelay: number, window: number, resends: boolean): void;
  /** Whether messages that are unconfirmed when their connection is lost are sent again. */
  setResend(isOn: boolean): void;
  /** Assigns any other option. Returns '' or what it must be: "a finite number >= 1 (milliseconds)". */
  setOption(name: string, value: unknown): string;
  /** Undefined for a name that is none. */
  getOption(name: string): CoreOptionValue | undefined;
  snapshot(): CoreSnapshot;

  /**
   * Accepts a message. Its payload must be findable by `sendMessage` and `sizeOf` before. Ids are integers from 1 on,
   * each greater than the one before. `bytes` is the size on the wire; with `isExact` false the number of UTF-16 units.
   * `ttl` is the longest time in the queue in milliseconds, negative for no limit. `isOfHandshake`: it belongs
   * to the user's handshake in a session, and is sent at once or not at all. True: a socket has the message.
   */
  send(
    message: number,
    bytes: number,
    isExact: boolean,
    isVolatile: boolean,
    ttl: number,
    isOfHandshake: boolean,
  ): boolean;
  /** The socket did not take a message for which `_rwsTrySendNow` returned 1. */
  messageRefused(attempt: number, message: number, isClosing: boolean): void;

  /** Answers `resolveAddress`. An empty list: no subprotocols. */
  addressResolved(attempt: number, url: string, protocols: readonly string[]): void;
  /** Answers `resolveAddress`. The reason appears in the close event: it must not hold secrets. */
  attemptFailed(attempt: number, reason: string): void;
  /** Answers `startHandshake`: the connection is open. */
  handshakeDone(attempt: number): void;
  /**
   * Answers `startHandshake`. The socket is closed with the code, 1000 or 3000 to 4999, and the reason, of at most 123
   * bytes; the close event has them. Any other code: the handshake failed without one.
   */
  handshakeFailed(attempt: number, code: number, reason: string): void;
  /** A text arrived that may be a control frame. True: it is one, and no message for the user. */
  textReceived(attempt: number, text: string): boolean;

  /** What the browser reports, at any time and however often. Either leads to a ping on an open connection. */
  networkChanged(isOnline: boolean): void;
  visibilityChanged(isVisible: boolean): void;
  pageSuspended(): void;
  pageResumed(): void;
  /** The page may be about to go (`beforeunload`). Addresses and closed sockets wait until it has stayed. */
  pageLeaving(): void;
  /** The time of `timerSet` has passed. Does nothing for a timer that was replaced or has fired. */
  timerFired(timer: number): void;

  /** Frees the C++ object (embind). Native handlers, timers and plain calls do nothing afterwards. */
  delete(): void;
}

export interface CoreModule {
  /**
   * `seed` is an integer from 0 to 2^53: all randomness of the client follows from it.
   * @throws TypeError if the listener lacks a method.
   */
  ResilientWebSocket: new (listener: CoreListener, seed: number) => CoreClient;
  /** The class of the sockets that are created from now on. Undefined, as at first: `globalThis.WebSocket`. */
  WebSocket?: unknown;
  /** The options of the core by their names, with their defaults. */
  optionDefaults(): Record<string, CoreOptionValue>;
  /** A text of at most this length (UTF-16 units) that contains the marker may be a control frame. */
  maxControlFrame(): number;
  controlFrameMarker(): string;
  /** The beginning of all control frames of a session. No message of a session may begin with it. */
  sessionMarker(): string;

  // Calls that may be made for every message, exported plainly for speed. `client` is an id(). A number that is NaN, negative,
  // fractional, too large or of a client that was deleted: nothing happens, and the answer is 0.
  /** The fast path of a message without options. 1: give it to the current socket at once. 0: use `send`. */
  _rwsTrySendNow(client: number, message: number, bytes: number, isExact: boolean): number;
  /**
   * The size in bytes of the newest message, which was given with `isExact` false, as `bufferedAmount` shows it. To be
   * called as soon as a socket has taken the message. A size that the text cannot have is ignored.
   */
  _rwsMessageEstimated(client: number, message: number, bytes: number): void;
  /**
   * Something other than a possible control frame arrived. 1: it is a message of a session. Call the listeners, even if the
   * attempt has ended in this call, and then `_rwsMessageHandled`; not for a message that the user's handshake gets.
   */
  _rwsFrameReceived(client: number, attempt: number): number;
  /** The listeners of such a message were called. */
  _rwsMessageHandled(client: number): void;
  /**
   * A frame arrived that belongs to a custom heartbeat. `reply` 0: it answers a ping. Otherwise it is a ping of the server,
   * and `sendCustom` is to send the reply of that key, which has so many bytes, at most 65535. It is not sent if the attempt
   * is over.
   */
  _rwsCustomReceived(client: number, attempt: number, reply: number, bytes: number): void;
}

/** The module as JavaScript: a function that takes the imports of the module and returns its exports. */
export type TranslatedCore = (imports: object) => object;

/**
 * Instantiates the module, synchronously unless `isAsync` is set. With `translated` the platform's WebAssembly is not used.
 * Imports of this file have no side effect.
 */
export default function createCore(
  options: { readonly module: WebAssembly.Module } | { readonly translated: TranslatedCore },
): CoreModule;
export default function createCore(options: {
  readonly module: WebAssembly.Module;
  readonly isAsync: true;
}): Promise<CoreModule>;
/** The module's bytes, decoded when asked for. */
export function wasmBytes(): Uint8Array<ArrayBuffer>;

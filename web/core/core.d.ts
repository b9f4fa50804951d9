// Owns the description of the wasm module: what embind exports, and what it asks of the facade.
// Refuses to promise more than the module has: tests/web compares this file with the real module.

/** What is known of the connection beyond its cached public state. Times are epoch ms, durations ms. */
export interface CoreSnapshot {
  reconnectAttempts: number;
  queuedMessages: number;
  consecutiveErrors: number;
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
}

export type CoreOptionValue = number | boolean | readonly number[];

/**
 * What the core asks of the facade. None of these may throw, and none may run listeners, except `turnEnded`,
 * which is called last, when the core is consistent and may be called again.
 */
export interface CoreDelegate {
  /** Find URL and protocols for the attempt, then call `addressFound` or `addressFailed`, at once or later. */
  findAddress(attempt: number): void;
  /** A native socket was created for the attempt; its messages and its `send` are the facade's. */
  socketCreated(attempt: number, socket: WebSocket): void;
  /** The socket is no longer the connection's: no message of it may be delivered any more. */
  socketGone(attempt: number): void;
  /** Hand a kept payload to the socket; false if the socket refused it. */
  transmit(attempt: number, payload: number): boolean;
  /** Payloads up to this id, queued ones apart, may be forgotten. */
  settle(upTo: number): void;
  drop(payload: number, reason: string): void;
  /** The user's shouldReconnect: 1 yes, 0 no, -1 no opinion. */
  shouldReconnect(code: number, reason: string, wasClean: boolean, byItself: boolean): number;

  stateChanged(state: string): void;
  opened(): void;
  closed(code: number, reason: string, wasClean: boolean, shouldReconnect: boolean): void;
  /** `code` is the close code behind the error, 0 without one. */
  failed(type: string, code: number, recoverable: boolean): void;
  tooLarge(size: number, maxSize: number): void;
  retryScheduled(
    attempt: number,
    delay: number,
    nominalDelay: number,
    nextAttemptAt: number,
    consecutiveErrors: number,
  ): void;
  gaveUp(attempts: number, consecutiveErrors: number): void;
  authRecoveryNeeded(): void;
  recoveryAttempt(type: string, attempt: number): void;
  recoveryGaveUp(type: string, attempts: number): void;
  recoveryReset(): void;
  queueCleared(): void;
  contactSupport(errorRate: number, totalErrors: number): void;
  latency(roundTripTime: number): void;
  /** The core changed options on advice: cached copies are stale. */
  optionsChanged(): void;

  /** All of the above has been told; deliver events now. */
  turnEnded(): void;
}

/** Answer of `send`: the facade hands the payload over now, it was kept, or it was not accepted. */
export interface SendOutcomes {
  readonly handOver: 0;
  readonly queued: 1;
  readonly refused: 2;
  readonly discarded: 3;
}

/** One connection. Named after the class it is exported as. */
export interface CoreConnection {
  connect(): void;
  disconnect(): void;
  reconnect(): void;
  /** Ends the connection for good; `delete()` must follow, in a later task or microtask. */
  destroy(): void;

  /**
   * Accepts a message. The payload must be findable by `transmit` before this is called.
   * `ttl` in ms, negative for none. With `handOver` the facade sends at once, then reports a refusal by `handOverFailed`.
   */
  send(payload: number, bytes: number, isBinary: boolean, isVolatile: boolean, ttl: number): number;
  handOverFailed(attempt: number, payload: number): void;

  /** Something other than a possible control frame came in. */
  received(attempt: number): void;
  /** A text that may be a control frame came in; true if it was one and is consumed. */
  receivedText(attempt: number, text: string): boolean;

  /** `protocols` joined with commas, empty for none. */
  addressFound(attempt: number, url: string, protocols: string): void;
  /** `reason` appears in the close event: it must not hold secrets. */
  addressFailed(attempt: number, reason: string): void;

  networkChanged(online: boolean): void;
  visibilityChanged(visible: boolean): void;
  pageSuspended(): void;
  pageResumed(): void;

  clearQueue(): void;
  checkNetwork(): void;
  slowDown(): void;
  contactSupport(): void;
  resetRecovery(): void;
  /** Whether `shouldReconnect` is to be asked. */
  hostDecides(asked: boolean): void;

  getOption(name: string): CoreOptionValue;
  /** Assigns one option. Returns '' or what it must be: "a finite number >= 1 (milliseconds)". */
  setOption(name: string, value: unknown): string;
  snapshot(): CoreSnapshot;

  /** Frees the C++ object (embind). */
  delete(): void;
}

export interface CoreModule {
  /** `seed` is any finite number in [0, 2^53): all randomness of the connection follows from it. */
  ResilientWebSocket: new (delegate: CoreDelegate, seed: number) => CoreConnection;
  /** Names of the core's options. */
  optionNames(): string[];
  /** A text of at most this length (UTF-16 units) that contains the marker may be a control frame. */
  controlFrameLimit(): number;
  controlFrameMarker(): string;
}

/** Instantiates the module synchronously. Imports of the file have no side effect. */
export default function createCore(module: { wasmBinary: Uint8Array }): CoreModule;
/** The inlined wasm. */
export function wasmBytes(): Uint8Array;

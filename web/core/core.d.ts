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
  /** Bytes on the wire of a text that was handed over before it was measured. */
  sizeOf(payload: number): number;
  /** The payloads after one id and up to another were delivered, as far as can be known. */
  settle(after: number, upTo: number): void;
  /** Nobody can tell whether these were: the user is to be told of each. */
  forsake(after: number, upTo: number): void;
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
  supportAdvised(errorRate: number, totalErrors: number): void;
  latency(roundTripTime: number): void;
  /** The core changed options on advice: cached copies are stale. */
  optionsChanged(): void;

  /** All of the above has been told; deliver events now. */
  turnEnded(): void;
}

/**
 * Answer of `send`: the facade hands the payload over now, it was kept, it was not accepted, or nothing was done because
 * the size of a text that was not measured matters.
 */
export interface SendOutcomes {
  readonly handOver: 0;
  readonly queued: 1;
  readonly refused: 2;
  readonly discarded: 3;
  readonly unmeasured: 4;
}

/** What a top-level member of a JSON object is: rws::JsonKind. */
export interface JsonKinds {
  readonly absent: 0;
  readonly number: 1;
  readonly text: 2;
  readonly other: 3;
}

/** The URL to open, and the subprotocols joined with commas, empty for none. */
export interface FoundAddress {
  readonly url: string;
  readonly protocols: string;
}

/**
 * What is entered in `facades`: what the core tells goes to the port where it has a method of that name, to its delegate
 * else. Texts come first, and truth is told as 1 and 0.
 */
export interface CorePort {
  readonly delegate: CoreDelegate;
  readonly address: FoundAddress;
  socketCreated(attempt: number, socket: WebSocket): void;
  drop(reason: string, payload: number): void;
  shouldReconnect(reason: string, code: number, wasClean: number, byItself: number): number;
  closed(reason: string, code: number, wasClean: number, shouldReconnect: number): void;
  failed(type: string, code: number, recoverable: number): void;
  /** The answer to `snapshot`: recommendations joined with commas, then the members of CoreSnapshot in this order. */
  snapshotTaken(
    recommendations: string,
    reconnectAttempts: number,
    queuedMessages: number,
    consecutiveErrors: number,
    nextAttemptAt: number,
    lastPong: number,
    networkOnline: number,
    isHealthy: number,
    totalConnections: number,
    totalReconnections: number,
    totalMessages: number,
    totalErrors: number,
    lastConnectedAt: number,
    lastDisconnectedAt: number,
    connectionDuration: number,
    averageLatency: number,
    errorRate: number,
  ): void;
  /** The answer to `rwsReadOption`; none for an unknown name. An answer to `describe`: a default. */
  optionRead(type: string, ...values: number[]): void;
  /** Why a setter answered 0: what the value must be. */
  ruleBroken(rule: string): void;
  /** The answers to `describe`; `optionNamed` says whose default was told by `optionRead` just before. */
  markControlFrames(marker: string): void;
  optionNamed(name: string): void;
}

/** One connection as embind exports it. */
export interface BoundConnection {
  /** Where it is: what the plain functions below call `connection`. */
  address(): number;
  connect(): void;
  disconnect(): void;
  reconnect(): void;
  /** Ends the connection for good; `delete()` must follow, in a later task or microtask. */
  destroy(): void;
  /** The port's `address` is that of the attempt. */
  addressFound(attempt: number): void;
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
  /** Answered by `snapshotTaken`. */
  snapshot(): void;
  /** Answered by `markControlFrames`, and `optionRead` and `optionNamed` for each option. */
  describe(): void;

  /** Frees the C++ object (embind). */
  delete(): void;
}

export interface CoreModule {
  /** `seed` is any finite number in [0, 2^53): all randomness of the connection follows from it. */
  ResilientWebSocket: new (seed: number) => BoundConnection;
  /** A text of at most this length (UTF-16 units) that contains the marker may be a control frame. */
  controlFrameLimit(): number;

  /** Ports by the addresses of their connections. */
  readonly facades: Record<number, CorePort>;
  /** Set by whoever has another means of waking beside the page's timers: told of each timer, with its delay in ms. */
  timerSet?: (owner: number, fire: () => void, delay: number) => void;
  /** Calls with a text, or a list of numbers, that lies in the module's memory meanwhile. */
  withText<Result>(text: string, call: (pointer: number, length: number) => Result): Result;
  withNumbers<Result>(numbers: readonly number[], call: (pointer: number) => Result): Result;

  // Texts and lists are addresses with lengths.
  _rwsHandOverAtOnce(connection: number, payload: number, bytes: number, isBinary: number): number;
  _rwsSend(
    connection: number,
    payload: number,
    bytes: number,
    isBinary: number,
    isMeasured: number,
    isVolatile: number,
    ttl: number,
  ): number;
  _rwsHandOverFailed(connection: number, attempt: number, payload: number): void;
  _rwsReceived(connection: number, attempt: number): void;
  _rwsReceivedControl(
    connection: number,
    attempt: number,
    typeKind: number,
    type: number,
    typeLength: number,
    timestampKind: number,
    timestamp: number,
    timestampLength: number,
  ): number;
  _rwsAddressFailed(connection: number, attempt: number, reason: number, length: number): void;
  _rwsReadOption(connection: number, name: number, length: number): void;
  _rwsSetFlag(connection: number, name: number, length: number, flag: number): number;
  _rwsSetNumber(connection: number, name: number, length: number, number: number): number;
  _rwsSetList(connection: number, name: number, length: number, numbers: number, count: number): number;
  _rwsSetOther(connection: number, name: number, length: number): number;
}

/** Instantiates the module synchronously. Imports of the file have no side effect. */
export default function createCore(module: { wasmBinary: Uint8Array }): CoreModule;
/** The inlined wasm. */
export function wasmBytes(): Uint8Array;

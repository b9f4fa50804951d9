// The public class: each member checks that the client is not destroyed and passes the call on.
/// <reference lib="esnext.disposable" preserve="true" />
import { type CoreClient, type CoreSnapshot } from '#core';
import { Address } from './address.js';
import { createRejected } from './connection_promises.js';
import { DestroyedError } from './errors.js';
import { EventEmitter } from './event_emitter.js';
import { EventQueue } from './event_queue.js';
import { Listener } from './listener.js';
import { Logger } from './logger.js';
import { Options } from './options.js';
import { Presentation } from './presentation.js';
import {
  toHealth,
  toRecommendations,
  toStats,
  toStatus,
  toUserFriendlyStatus,
  type Condition,
} from './status.js';
import { StatusStore } from './status_store.js';
import {
  type ConnectionHealth,
  type ConnectionState,
  type ConnectionStats,
  type ConnectionStatus,
  type RecoveryAction,
  type RecoveryRecommendation,
  type ResilientWebSocketOptions,
  type ResolvedOptions,
  type Sendable,
  type SendOptions,
  type StatusSnapshot,
  type UrlSource,
  type UserFriendlyStatus,
  type WaitOptions,
} from './types.js';

/**
 * A WebSocket for connections that do not last: it connects again, keeps messages meanwhile, and reports everything by
 * events.
 */
export class ResilientWebSocket extends EventEmitter {
  readonly #address: Address;
  readonly #listener: Listener;
  readonly #options: Options;
  readonly #events: EventQueue;
  readonly #logger: Logger;
  readonly #status: StatusStore;
  // What the getters show when the core is gone.
  #final: CoreSnapshot | null = null;
  #isDestroyed = false;

  /** Same as `destroy()`, for `using`; where the platform has `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * Does nothing on the network. Throws SyntaxError for a bad URL, RangeError for an option that breaks its rule, and
   * Error where WebAssembly cannot be used.
   * @param url ws, wss, http or https; relative to the page if there is one; or a function called before each attempt.
   */
  constructor(url: UrlSource, options?: ResilientWebSocketOptions) {
    const presentation = new Presentation();
    const logger = new Logger(presentation);
    super(logger);
    this.#logger = logger;
    this.#address = new Address(url, presentation, logger);
    this.#events = new EventQueue(this, logger);
    this.#status = new StatusStore(this, () => this.getStatus());
    this.#listener = new Listener(this.#address, presentation, logger, this.#events, this.#status);
    this.#options = new Options(this.#listener);
    try {
      this.#options.assignAll(options ?? {}, logger);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  // --- getters

  /** What was passed, as a string; of a function its latest result, '' before the first. May hold secrets. */
  get url(): string {
    return this.#address.url;
  }

  /** Live: an assignment is checked and applies from the next decision on; undefined sets the default again. */
  get options(): ResolvedOptions {
    return this.#options.view;
  }

  /** The native socket of the current attempt or connection. */
  get ws(): WebSocket | null {
    return this.#listener.socket.native;
  }

  get isConnected(): boolean {
    return this.connectionState === 'connected';
  }

  /** Whether an attempt is under way, the first or a later one. False during the wait between two. */
  get isConnecting(): boolean {
    const state = this.connectionState;
    return state === 'connecting' || (state === 'reconnecting' && this.ws !== null);
  }

  get connectionState(): ConnectionState {
    return this.#listener.state;
  }

  get reconnectAttempts(): number {
    return this.#snapshot().reconnectAttempts;
  }

  /** Time of the last pong, epoch ms. */
  get lastPong(): number | null {
    return this.#snapshot().lastPong;
  }

  get connectionStats(): ConnectionStats {
    return toStats(this.#snapshot());
  }

  /** The queued messages, oldest first, each as it was passed to `send()`. A copy. */
  get messageQueue(): unknown[] {
    return this.#listener.messages.getNewest(this.#snapshot().queuedMessages);
  }

  getStatus(): ConnectionStatus {
    return toStatus(this.#condition());
  }

  /** The status as a frozen object, the same one until something of it other than `stats` changes. */
  getSnapshot(): StatusSnapshot {
    return this.#status.get();
  }

  /** Calls the listener after every change of `getSnapshot()`. Returns the function that ends this. */
  subscribe(listener: () => void): () => void {
    return this.#status.subscribe(listener);
  }

  /** Whether `destroy()` was called. */
  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** Text, colour and icon name for the state, in the language of `options.locale`. */
  getUserFriendlyStatus(): UserFriendlyStatus {
    return toUserFriendlyStatus(this.connectionState, this.#listener.presentation.locale);
  }

  checkConnectionHealth(): ConnectionHealth {
    return toHealth(this.#condition(), Date.now());
  }

  getRecoveryRecommendations(): RecoveryRecommendation[] {
    return toRecommendations(this.#snapshot(), this.#listener.presentation.locale);
  }

  // --- commands

  /**
   * Connects, or waits for the attempts under way. Resolves when connected; rejects with ConnectionError when the client
   * gives up or is disconnected first, with the signal's reason on its abort, with DestroyedError after `destroy()`.
   * An abort that leaves no pending `connect()` disconnects.
   */
  connect(options?: Pick<WaitOptions, 'signal'>): Promise<void> {
    if (this.#isDestroyed) return createRejected(new DestroyedError());
    // Before the command: the first attempt may fail at once.
    const promise = this.#listener.promises.createForConnect(options?.signal);
    if (options?.signal?.aborted !== true) this.#listener.client.connect();
    return promise;
  }

  /**
   * Waits without connecting. Resolves when connected; rejects with ConnectionError in the state `failed`, with the
   * signal's reason, with a TimeoutError, with RangeError for a bad `timeout`, with DestroyedError.
   */
  whenConnected(options?: WaitOptions): Promise<void> {
    return this.#isDestroyed
      ? createRejected(new DestroyedError())
      : this.#listener.promises.createForWait(options);
  }

  /** Closes with 1000 and stays closed. Queued messages are dropped, each with a `messageDropped`. */
  disconnect(): void {
    const client = this.#getClient();
    this.#listener.promises.disconnecting();
    client.disconnect();
  }

  /** Connects anew, at once and in any state: counters are reset, a present socket is replaced. */
  reconnect(): void {
    this.#getClient().reconnect();
  }

  /**
   * True: the socket has the message. False: it is queued, or refused with an `error` event, or discarded because it is
   * volatile. Never starts an attempt. Throws RangeError for a bad `ttl`.
   */
  send(data: Sendable, options?: SendOptions): boolean {
    if (this.#isDestroyed) throw new DestroyedError();
    return this.#listener.messages.send(data, options);
  }

  /** Does what `getRecoveryRecommendations()` recommends. An unknown action is logged and ignored. */
  applyRecoveryRecommendation(action: RecoveryAction): void {
    const client = this.#getClient();
    switch (action) {
      case 'checkNetwork':
        client.checkNetwork();
        return;
      case 'pageReload':
        this.#events.add('recommendPageReload');
        this.#events.deliver();
        return;
      case 'checkServer':
        client.slowDown();
        return;
      case 'clearQueue':
        client.clearQueue();
        return;
      case 'contactSupport':
        client.contactSupport();
        return;
    }
    this.#logger.warn('unknown recovery action');
  }

  /** Clears the error counters. */
  resetErrorRecovery(): void {
    this.#getClient().resetRecovery();
  }

  /**
   * Ends the client for good: closes the socket, drops the queue, rejects pending promises. The events that follow from it
   * are delivered before it returns or, when a listener calls it, right after that listener. Afterwards the commands throw
   * DestroyedError, and the getters show the last values.
   * @param reason with which queued messages are reported as dropped.
   */
  destroy(reason: 'destroyed' | 'identity' = 'destroyed'): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#listener.endReason = reason;
    const { client, messages, promises } = this.#listener;
    this.#address.cancelAll();
    promises.rejectAll(new DestroyedError());
    this.#options.freeze();
    client.destroy();
    // Not now: the core may be in the middle of a turn.
    queueMicrotask(() => {
      this.#final = client.snapshot();
      messages.forgetAll();
      client.delete();
    });
  }

  #getClient(): CoreClient {
    if (this.#isDestroyed) throw new DestroyedError();
    return this.#listener.client;
  }

  #snapshot(): CoreSnapshot {
    return this.#final ?? this.#listener.client.snapshot();
  }

  #condition(): Condition {
    return {
      state: this.connectionState,
      isConnecting: this.isConnecting,
      readyState: this.#listener.socket.readyState,
      snapshot: this.#snapshot(),
    };
  }
}

// Not in every browser yet; where it is missing, `using` cannot be written either.
if (typeof Symbol.dispose === 'symbol') {
  Object.defineProperty(ResilientWebSocket.prototype, Symbol.dispose, {
    configurable: true,
    writable: true,
    value(this: ResilientWebSocket) {
      this.destroy();
    },
  });
}

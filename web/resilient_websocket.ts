// Owns the public class: each member checks that the client is alive and passes the wish on.
// Refuses to decide anything: policy, timing and counting are the core's.
/// <reference lib="esnext.disposable" preserve="true" />
import { type CoreSnapshot } from '#core';
import { Address } from './address.js';
import { type CoreConnection } from './core/connection.js';
import { Delegate } from './delegate.js';
import { DestroyedError } from './errors.js';
import { EventEmitter } from './event_emitter.js';
import { Logger } from './logger.js';
import { Options } from './options.js';
import { Outbox } from './outbox.js';
import { Presentation } from './presentation.js';
import {
  healthOf,
  recommendationsOf,
  statsOf,
  statusOf,
  userFriendlyStatusOf,
  type Condition,
} from './status.js';
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
  type UrlSource,
  type UserFriendlyStatus,
  type WaitOptions,
} from './types.js';
import { rejected } from './waiters.js';

/**
 * A WebSocket that stays usable when connections do not last: it connects again, keeps messages meanwhile, and says
 * what it does by events.
 */
export class ResilientWebSocket extends EventEmitter {
  readonly #presentation: Presentation;
  readonly #address: Address;
  readonly #delegate: Delegate;
  readonly #options: Options;
  readonly #outbox: Outbox;
  readonly #logger: Logger;
  // What is left to show once the core is gone.
  #final: CoreSnapshot | null = null;
  #isDestroyed = false;

  static {
    // Not in every browser yet; there `using` cannot be written either.
    if (typeof Symbol.dispose === 'symbol') {
      Object.defineProperty(this.prototype, Symbol.dispose, {
        configurable: true,
        writable: true,
        value(this: ResilientWebSocket) {
          this.destroy();
        },
      });
    }
  }

  /** Same as `destroy()`, for `using`; there where the platform has `Symbol.dispose`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * Does nothing on the network. Throws SyntaxError for a bad URL and RangeError for an option that breaks its rule.
   * @param url ws, wss, http or https; relative to the page if there is one; or a function asked before each attempt.
   */
  constructor(url: UrlSource, options?: ResilientWebSocketOptions) {
    const presentation = new Presentation();
    const logger = new Logger(presentation);
    super((event, error) => {
      logger.thrown(`a listener of "${event}"`, error);
    });
    this.#presentation = presentation;
    this.#logger = logger;
    this.#address = new Address(url, presentation, logger);
    this.#outbox = new Outbox(this, logger);
    this.#delegate = new Delegate(this.#address, presentation, logger, this.#outbox);
    const { core, traits } = this.#delegate;
    this.#options = new Options(core, traits.defaults, presentation, this.#delegate);
    try {
      this.#options.assignAll(options ?? {}, logger);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  // --- what is

  /** What was passed, as a string; of a function its latest answer, '' before the first. May hold secrets. */
  get url(): string {
    return this.#address.url;
  }

  /** Live: an assignment is checked and counts from the next decision on; undefined sets the default again. */
  get options(): ResolvedOptions {
    return this.#options.view;
  }

  /** The native socket of the current attempt or connection. */
  get ws(): WebSocket | null {
    return this.#delegate.socket.socket;
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
    return this.#delegate.state;
  }

  get reconnectAttempts(): number {
    return this.#snapshot().reconnectAttempts;
  }

  /** Time of the last pong, epoch ms. */
  get lastPong(): number | null {
    return this.#snapshot().lastPong;
  }

  get connectionStats(): ConnectionStats {
    return statsOf(this.#snapshot());
  }

  /** The messages that wait, oldest first, each as it was passed to `send()`. A copy. */
  get messageQueue(): unknown[] {
    return this.#delegate.outgoing.queue(this.#snapshot().queuedMessages);
  }

  getStatus(): ConnectionStatus {
    return statusOf(this.#condition());
  }

  /** Text, colour and icon name for the state, in the language of `options.locale`. */
  getUserFriendlyStatus(): UserFriendlyStatus {
    return userFriendlyStatusOf(this.connectionState, this.#presentation.locale);
  }

  checkConnectionHealth(): ConnectionHealth {
    return healthOf(this.#condition(), Date.now());
  }

  getRecoveryRecommendations(): RecoveryRecommendation[] {
    return recommendationsOf(this.#snapshot(), this.#presentation.locale);
  }

  // --- what shall be

  /**
   * Connects, or waits for the attempts under way. Resolves when connected; rejects with ConnectionError when the client
   * gives up or is disconnected first, with the signal's reason on its abort, with DestroyedError after `destroy()`.
   * An abort that leaves no pending `connect()` stops connecting, as `disconnect()` would.
   */
  connect(options?: Pick<WaitOptions, 'signal'>): Promise<void> {
    if (this.#isDestroyed) return rejected(new DestroyedError());
    // Waits before it asks: the first attempt may fail at once.
    const connected = this.#delegate.waiters.forConnect(options?.signal);
    if (options?.signal?.aborted === true) return connected;
    this.#delegate.environment.attach();
    this.#delegate.core.connect();
    return connected;
  }

  /**
   * Waits without connecting. Resolves when connected; rejects with ConnectionError in the state `failed`, with the
   * signal's reason, with a TimeoutError, with RangeError for a bad `timeout`, with DestroyedError.
   */
  whenConnected(options?: WaitOptions): Promise<void> {
    return this.#isDestroyed ? rejected(new DestroyedError()) : this.#delegate.waiters.forConnected(options);
  }

  /** Closes with 1000 and stays closed. Queued messages are given up, each with a `messageDropped`. */
  disconnect(): void {
    this.#core().disconnect();
  }

  /** Connects afresh, at once and in any state: counters are reset, a present socket is replaced. */
  reconnect(): void {
    const core = this.#core();
    this.#delegate.environment.attach();
    core.reconnect();
  }

  /**
   * True: handed to the socket. False: queued, or refused with an `error` event, or discarded because volatile.
   * Never starts an attempt. Throws RangeError for a bad `ttl`.
   */
  send(data: Sendable, options?: SendOptions): boolean {
    return this.#delegate.outgoing.send(this.#core(), data, options);
  }

  /** Carries out what `getRecoveryRecommendations()` advised. An unknown action is logged and ignored. */
  applyRecoveryRecommendation(action: RecoveryAction): void {
    const core = this.#core();
    switch (action) {
      case 'checkNetwork':
        core.checkNetwork();
        return;
      case 'pageReload':
        this.#outbox.tell('recommendPageReload');
        this.#outbox.deliver();
        return;
      case 'checkServer':
        core.slowDown();
        return;
      case 'clearQueue':
        core.clearQueue();
        return;
      case 'contactSupport':
        core.contactSupport();
        return;
    }
    this.#logger.warn('unknown recovery action');
  }

  /** Clears the error counters. */
  resetErrorRecovery(): void {
    this.#core().resetRecovery();
  }

  /**
   * Ends the client for good: closes the socket, gives the queue up, rejects what waits. What this brings about is told
   * before it returns, or, when called by a listener, right after that one. Afterwards methods that would act throw
   * DestroyedError; what can be read stays readable.
   */
  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    const { core, outgoing, waiters } = this.#delegate;
    this.#address.forget();
    waiters.rejectAll(new DestroyedError());
    this.#options.freeze();
    core.destroy();
    // The core may be at work further out on the stack.
    queueMicrotask(() => {
      this.#final = core.snapshot();
      outgoing.clear();
      core.delete();
    });
  }

  #core(): CoreConnection {
    if (this.#isDestroyed) throw new DestroyedError();
    return this.#delegate.core;
  }

  #snapshot(): CoreSnapshot {
    return this.#final ?? this.#delegate.core.snapshot();
  }

  #condition(): Condition {
    return {
      state: this.connectionState,
      isConnecting: this.isConnecting,
      readyState: this.#delegate.socket.readyState,
      snapshot: this.#snapshot(),
    };
  }
}

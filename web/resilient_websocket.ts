// The public class: each member checks that the client is not destroyed and passes the call on.
/// <reference lib="esnext.disposable" preserve="true" />
import { Address } from './address.js';
import {
  activeListenerOf,
  ClientState,
  conditionOf,
  currentConditionOf,
  destroyClient,
  snapshotOf,
  stateOfClient,
} from './client_state.js';
import { createRejected } from './connection_promises.js';
import { DestroyedError } from './errors.js';
import { EventEmitter } from './event_emitter.js';
import { EventQueue } from './event_queue.js';
import { Listener } from './listener.js';
import { Logger } from './logger.js';
import { readMessages, type MessageSource } from './message_stream.js';
import { Options } from './options.js';
import { Presentation } from './presentation.js';
import { applyRecommendation, toRecommendations } from './recovery.js';
import { isConnecting, toHealth, toStats, toStatus, toUserFriendlyStatus } from './status.js';
import { StatusStore } from './status_store.js';
import {
  type ConnectionHealth,
  type ConnectionState,
  type ConnectionStats,
  type ConnectionStatus,
  type DeliverOptions,
  type EventMap,
  type NativeWebSocket,
  type Parsed,
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

// Not in every browser yet; where it is missing, `using` cannot be written either.
const DISPOSE: typeof Symbol.dispose =
  (Symbol as { readonly dispose?: typeof Symbol.dispose }).dispose ?? (Symbol() as never);
const NAME = 'ResilientWebSocket';

/**
 * A WebSocket for connections that do not last: it connects again, keeps messages meanwhile, and reports everything by
 * events. `In` is what the `message` event carries, `Out` what `send()` takes, `Custom` the events of your own that you
 * emit through the client, with the arguments of their listeners: `{ typing: [user: string] }`.
 */
export class ResilientWebSocket<
  In = Parsed,
  Out = Sendable,
  Custom extends { [Name in keyof Custom]: readonly unknown[] } = object,
> extends EventEmitter<EventMap<In> & Custom> {
  /** Options for every client that is created from now on, where its own options say nothing. */
  static defaults: ResilientWebSocketOptions = {};

  /** Vue and others wrap objects in a Proxy unless they have a name of their own. */
  get [Symbol.toStringTag](): string {
    return NAME;
  }

  /**
   * Does nothing on the network. Throws SyntaxError for a bad URL, RangeError for an option that breaks its rule, and
   * UnsupportedEnvironmentError where WebAssembly cannot be used.
   * @param url ws, wss, http or https; relative to the document's base URL if there is one; or a function called before
   * each attempt.
   */
  constructor(url: UrlSource, options?: ResilientWebSocketOptions<In, Out>) {
    const presentation = new Presentation();
    const logger = new Logger(presentation);
    const state = new ClientState(logger);
    super(state);
    const events = new EventQueue(this as EventEmitter<EventMap>, logger);
    const address = new Address(url, presentation, logger);
    const status = new StatusStore(this, logger);
    state.listener = new Listener(address, presentation, logger, events, status);
    state.options = new Options(state.listener, ResilientWebSocket.defaults);
    try {
      state.options.assignAll(options ?? {}, logger);
    } catch (error) {
      this.destroy();
      throw error;
    }
  }

  // --- getters

  /** What was passed, as a string; of a function its latest result, '' before the first. May hold secrets. */
  get url(): string {
    return stateOfClient(this).listener.address.url;
  }

  /**
   * Live: an assignment is checked and applies from the next decision on; undefined sets the default again.
   * Throws RangeError for a value that breaks its rule, DestroyedError after `destroy()`.
   */
  get options(): ResolvedOptions<In, Out> {
    return stateOfClient(this).options.view;
  }

  /** The native socket of the current attempt or connection. */
  get ws(): NativeWebSocket | null {
    return stateOfClient(this).listener.socket.native;
  }

  /** Whether the connection is open. */
  get isConnected(): boolean {
    return this.connectionState === 'connected';
  }

  /** Whether an attempt is under way, the first or a later one. False during the wait between two. */
  get isConnecting(): boolean {
    return isConnecting(conditionOf(this));
  }

  /** The state of the connection. */
  get connectionState(): ConnectionState {
    return stateOfClient(this).listener.state;
  }

  /** Retries in the current outage. 0 while connected or disconnected, and in `failed` if retries are left. */
  get reconnectAttempts(): number {
    return snapshotOf(this).reconnectAttempts;
  }

  /** Time of the last pong, epoch ms. */
  get lastPong(): number | null {
    return snapshotOf(this).lastPong;
  }

  /** What the client has counted since it was created. */
  get connectionStats(): ConnectionStats {
    return toStats(snapshotOf(this));
  }

  /** The queued messages, oldest first, each as it was passed to `send()`. A copy. */
  get messageQueue(): unknown[] {
    const { queuedMessages, newestQueued } = snapshotOf(this);
    return stateOfClient(this).listener.messages.getNewest(queuedMessages, newestQueued);
  }

  /** State, queue and statistics of this moment. */
  getStatus(): ConnectionStatus {
    return toStatus(conditionOf(this));
  }

  /** The status as a frozen object, the same one until something of it other than `stats` changes. */
  getSnapshot(): StatusSnapshot {
    return stateOfClient(this).listener.status.get();
  }

  /** Calls the listener after every change of `getSnapshot()`. Returns the function that ends this. */
  subscribe(listener: () => void): () => void {
    return stateOfClient(this).listener.status.subscribe(listener);
  }

  /** Whether `destroy()` was called. */
  get isDestroyed(): boolean {
    return stateOfClient(this).isDestroyed;
  }

  /** Text, colour and icon name for the state, in the language of `options.locale`. */
  getUserFriendlyStatus(): UserFriendlyStatus {
    return toUserFriendlyStatus(this.connectionState, stateOfClient(this).listener.presentation.locale);
  }

  /** The status, and whether the connection is in order. */
  checkConnectionHealth(): ConnectionHealth {
    return toHealth(currentConditionOf(this), Date.now());
  }

  /** What the user or the page could do about the present problems; empty without any. */
  getRecoveryRecommendations(): RecoveryRecommendation[] {
    return toRecommendations(
      currentConditionOf(this).snapshot,
      stateOfClient(this).listener.presentation.locale,
    );
  }

  // --- commands

  /**
   * Connects, or waits for the attempts under way. Resolves when connected; rejects with ConnectionError when the client
   * gives up or is disconnected first, with the signal's reason on its abort, with DestroyedError after `destroy()`, and
   * at once with UnsupportedEnvironmentError where there is no WebSocket (Node before 22).
   * An abort that leaves no pending `connect()` disconnects.
   */
  connect(options?: Pick<WaitOptions, 'signal'>): Promise<void> {
    const { isDestroyed, listener } = stateOfClient(this);
    return isDestroyed ? createRejected(new DestroyedError()) : listener.connect(options?.signal);
  }

  /**
   * Waits without connecting. Resolves when connected; rejects with ConnectionError in the state `failed`, with the
   * signal's reason, with a TimeoutError, with RangeError for a bad `timeout`, with DestroyedError.
   */
  whenConnected(options?: WaitOptions): Promise<void> {
    const { isDestroyed, listener } = stateOfClient(this);
    return isDestroyed ? createRejected(new DestroyedError()) : listener.promises.create(false, options);
  }

  /**
   * Closes and stays closed. Queued messages are dropped, each with a `messageDropped`. Throws RangeError for a bad code
   * or reason, DestroyedError after `destroy()`.
   * @param code 1000 or 3000 to 4999; default 1000.
   * @param reason at most 123 bytes.
   */
  disconnect(code?: number, reason?: string): void {
    activeListenerOf(this).disconnect(code, reason);
  }

  /**
   * Connects anew, at once and in any state: counters are reset, a present socket is replaced. Throws RangeError for a bad
   * code or reason, DestroyedError after `destroy()`.
   * @param code of the close of the present socket: 1000 or 3000 to 4999; default 1000.
   * @param reason at most 123 bytes.
   */
  reconnect(code?: number, reason?: string): void {
    activeListenerOf(this).reconnect(code, reason);
  }

  /** Another URL, from the next attempt on. Throws SyntaxError for a bad one, DestroyedError after `destroy()`. */
  setUrl(url: UrlSource): void {
    activeListenerOf(this).address.set(url);
  }

  /**
   * True: the socket has the message. False: it is queued, or refused with an `error` event, or discarded because it is
   * volatile. Never starts an attempt. Throws RangeError for a bad `ttl`, DestroyedError after `destroy()`.
   */
  send(data: Out, options?: SendOptions): boolean {
    return activeListenerOf(this).messages.send(data, options);
  }

  /**
   * As `send()`. Resolves when the message is delivered: in a session when the server has acknowledged it, otherwise as
   * `messageDelivered` says. Rejects with a DeliveryError when it ends otherwise, with RangeError for a bad option, with
   * DestroyedError after `destroy()`.
   */
  deliver(data: Out, options?: DeliverOptions): Promise<void> {
    const { isDestroyed, listener } = stateOfClient(this);
    return isDestroyed ? createRejected(new DestroyedError()) : listener.messages.deliver(data, options);
  }

  /**
   * Does what `getRecoveryRecommendations()` recommends:
   * - `checkNetwork` sends a ping on an open connection; ends the wait for a retry unless the browser is offline
   * - `pageReload` emits `recommendPageReload`
   * - `checkServer` doubles the option `reconnectDelay`, up to 30 s
   * - `clearQueue` drops the queued messages, each with a `messageDropped`, and emits `queueCleared`
   * - `contactSupport` emits `contactSupportRecommended`
   *
   * An unknown action is logged and ignored. Throws DestroyedError after `destroy()`.
   */
  applyRecoveryRecommendation(action: RecoveryAction): void {
    const { client, events, logger } = activeListenerOf(this);
    applyRecommendation(action, client, events, logger);
  }

  /**
   * Resets the count of errors in a row and the retries, and emits `errorRecoveryReset`. Throws DestroyedError after
   * `destroy()`.
   */
  resetErrorRecovery(): void {
    activeListenerOf(this).client.resetRecovery();
  }

  /**
   * Ends the client for good: closes the socket, drops the queue, rejects pending promises. The events that follow from it
   * are delivered before it returns or, when a listener calls it, right after that listener. Afterwards the commands throw
   * DestroyedError, and the getters show the last values.
   * @param reason with which queued messages are reported as dropped.
   */
  destroy(reason: 'destroyed' | 'identity' = 'destroyed'): void {
    destroyClient(stateOfClient(this), reason);
  }

  /** Same as `destroy()`, for `using`; where the platform has `Symbol.dispose`. */
  [DISPOSE](): void {
    this.destroy();
  }

  /**
   * The messages, for `for await`: of this connection and, after losses, of the next ones. Waits for a connection if there
   * is none. Ends when the client is disconnected or destroyed; throws ConnectionError when it fails.
   */
  [Symbol.asyncIterator](): AsyncGenerator<In, void, undefined> {
    return readMessages(this as unknown as MessageSource<In>);
  }
}

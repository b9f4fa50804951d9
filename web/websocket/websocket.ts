// The class with the interface of the platform's WebSocket (WHATWG WebSockets) on top of a client: turns calls into
// commands, and the client's events into events of the platform. The client's rules decide everything else.
import { type ResilientWebSocket } from '../index.js';
import { type CloseDetails, type ConnectionErrorEvent, type UrlSource } from '../types.js';
import { EventHandlers } from './event_handlers.js';
import { createCloseEvent, createErrorEvent, ErrorEvent, TypedEventTarget, type Handler } from './events.js';
import { defineInterface, requireArgument } from './interface.js';
import { Link } from './link.js';
import { MessageDelivery, watchListeners } from './message_delivery.js';
import { NewestSocket } from './newest_socket.js';
import { sizeOf, toClose, toMessage, type Message } from './messages.js';
import {
  checkSocketClass,
  createClient,
  orSyntaxError,
  toSource,
  type WebSocketOptions,
  type WebSocketProtocols,
} from './options.js';

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3] as const;
const TOO_LARGE = 'A message is larger than the option maxMessageSize';

/**
 * A WebSocket that connects again. `open` is fired for every connection, `close` for every one that is lost and for every
 * attempt that fails. Between them `readyState` is CONNECTING, and `send()` puts messages into a queue.
 */
export class WebSocket extends TypedEventTarget {
  /** 0: there is no connection yet, or a lost one will be opened again. */
  declare static readonly CONNECTING: 0;
  /** 1: connected. */
  declare static readonly OPEN: 1;
  /** 2: `close()` or `reconnect()` was called, and the `close` event is still to come. */
  declare static readonly CLOSING: 2;
  /** 3: not connected, and no attempt will follow. */
  declare static readonly CLOSED: 3;

  readonly #client: ResilientWebSocket;
  readonly #link: Link<WebSocket>;
  readonly #socket: NewestSocket;
  readonly #handlers = new EventHandlers(this);
  readonly #messages = new MessageDelivery(this);
  // Whether it was created with `enableAutoReconnect: false`.
  readonly #isPlain: boolean;
  // Whether the first attempt is about to begin: after the code that called the constructor.
  #isStarting: boolean;
  // How many attempts were ended by `close()` or `reconnect()` and have had no close event yet.
  #pendingCloses = 0;
  #isClosing = false; // close() was the last command, and its event is still to come
  // The error that belongs to the next close event.
  #failure: ConnectionErrorEvent | undefined;
  // Bytes that were sent after the end, without `enableAutoReconnect`.
  #discardedBytes = 0;

  /**
   * Connects, unless `startClosed` is set. Throws a SyntaxError (DOMException) for a bad URL or bad protocols, RangeError for
   * an option that breaks its rule, UnsupportedEnvironmentError where there is no WebAssembly or no WebSocket.
   * @param url a URL, or a function that is called for one before each attempt.
   * @param protocols subprotocols, or a function that is called for them before each attempt.
   */
  constructor(url: UrlSource, protocols: WebSocketProtocols = null, options: WebSocketOptions = {}) {
    super();
    requireArgument(arguments.length);
    this.#isStarting = options.startClosed !== true;
    this.#isPlain = options.enableAutoReconnect === false;
    if (this.#isStarting) checkSocketClass(options, WebSocket);
    this.#client = createClient(url, protocols, options, this.#messages.newest);
    this.#link = new Link(this, this.#client);
    this.#socket = new NewestSocket(this.#client);
    WebSocket.#listen(this.#client, this.#link);
    if (!this.#isStarting) return;
    this.#link.hold(this);
    queueMicrotask(() => {
      if (this.#isStarting) this.#start();
    });
  }

  // --- the standard's getters

  /** The URL of the newest socket; '' before the first. May hold secrets. */
  get url(): string {
    return this.#socket.get()?.url ?? '';
  }

  /** CONNECTING, OPEN, CLOSING or CLOSED. */
  get readyState(): 0 | 1 | 2 | 3 {
    if (this.#pendingCloses > 0) return CLOSING;
    if (this.#isStarting) return CONNECTING;
    const { connectionState, isConnected } = this.#client;
    if (isConnected) return OPEN;
    return connectionState === 'connecting' || connectionState === 'reconnecting' ? CONNECTING : CLOSED;
  }

  /** Bytes that the platform has not sent yet, and those in the queue. */
  get bufferedAmount(): number {
    const socket = this.#pendingCloses > 0 ? this.#socket.get() : this.#client.ws;
    const queued = (this.#client.messageQueue as Message[]).map(sizeOf);
    return queued.reduce((sum, size) => sum + size, (socket?.bufferedAmount ?? 0) + this.#discardedBytes);
  }

  /** The extensions of the newest connection. */
  get extensions(): string {
    return this.#socket.get()?.extensions ?? '';
  }

  /** The subprotocol that the server chose for the newest connection. */
  get protocol(): string {
    return this.#socket.get()?.protocol ?? '';
  }

  /** Type of the binary messages that arrive, of this connection and the next ones. */
  get binaryType(): BinaryType {
    return this.#socket.binaryType;
  }

  /** Another type, at once. A type that the platform does not have is ignored. */
  set binaryType(value: BinaryType) {
    this.#socket.binaryType = value;
  }

  /** The handler of `open` events. */
  get onopen(): Handler<Event> {
    return this.#handlers.get('open') as Handler<Event>;
  }

  /** Sets the handler; null for none. */
  set onopen(handler: Handler<Event>) {
    this.#handlers.set('open', handler);
  }

  /** The handler of `message` events. */
  get onmessage(): Handler<MessageEvent> {
    return this.#handlers.get('message') as Handler<MessageEvent>;
  }

  /** Sets the handler; null for none. */
  set onmessage(handler: Handler<MessageEvent>) {
    this.#handlers.set('message', handler);
  }

  /** The handler of `error` events. */
  get onerror(): Handler<Event> {
    return this.#handlers.get('error') as Handler<Event>;
  }

  /** Sets the handler; null for none. */
  set onerror(handler: Handler<ErrorEvent>) {
    this.#handlers.set('error', handler);
  }

  /** The handler of `close` events. */
  get onclose(): Handler<CloseEvent> {
    return this.#handlers.get('close') as Handler<CloseEvent>;
  }

  /** Sets the handler; null for none. */
  set onclose(handler: Handler<CloseEvent>) {
    this.#handlers.set('close', handler);
  }

  // --- more than the standard has

  /** The client below. It is destroyed when this object is CLOSED and has been collected. */
  get client(): ResilientWebSocket {
    return this.#client;
  }

  /** Retries in the current outage; 0 while connected. */
  get retryCount(): number {
    return this.#client.reconnectAttempts;
  }

  /** Whether the loss of the connection, or of the attempt under way, would be followed by a retry. */
  get shouldReconnect(): boolean {
    const { connectionState, options } = this.#client;
    const isOver = connectionState === 'disconnected' || connectionState === 'failed';
    return (this.#isStarting || !isOver) && options.enableAutoReconnect;
  }

  /** Another URL, from the next attempt on. Throws a SyntaxError (DOMException) for a bad one. */
  setUrl(url: UrlSource): void {
    orSyntaxError(SyntaxError, () => {
      this.#client.setUrl(toSource(url));
    });
  }

  /**
   * Connects anew, in any state: the counters are reset, a present socket is closed with this code and reason, which
   * have the rules of `close()`.
   */
  reconnect(code?: number, reason?: string): void {
    const close = toClose(code, reason);
    this.#link.hold(this);
    if (this.#isStarting) return;
    this.#countClose();
    this.#isClosing = false;
    this.#client.reconnect(...close);
    this.#socket.get();
  }

  // --- the standard's methods

  /**
   * Sends, or puts into the queue while there is no connection. Without `enableAutoReconnect` a message after the end is
   * discarded.
   */
  send(data: Message): void {
    if (typeof data === 'string' && !this.#isPlain) {
      this.#client.send(data);
      return;
    }
    requireArgument(arguments.length);
    const message = toMessage(data);
    if (this.#isPlain && this.readyState >= CLOSING) this.#discardedBytes += sizeOf(message);
    else this.#client.send(message);
  }

  /**
   * Closes the connection, or ends the attempt, without a retry. Queued messages are dropped. Throws an InvalidAccessError
   * (DOMException) for a code that is not 1000 or 3000 to 4999, a SyntaxError for a reason of more than 123 bytes.
   * Default: 1000 and ''.
   */
  close(...args: [code?: number, reason?: string]): void {
    const close = toClose(...args);
    if (this.#isStarting) this.#start();
    // In the state `failed` an event of the browser could start an attempt.
    const { connectionState, isDestroyed } = this.#client;
    if (connectionState === 'disconnected' || isDestroyed || this.#isClosing) return;
    this.#countClose();
    this.#isClosing = true;
    this.#client.disconnect(...close);
    this.#releaseIfOver();
  }

  // --- events of the client

  // No function here may refer to the WebSocket itself, because the client keeps them.
  static #listen(client: ResilientWebSocket, link: Link<WebSocket>): void {
    client
      .on('open', () => {
        const { target } = link;
        if (target !== undefined) target.#opened();
      })
      .on('message', (data) => {
        const { target } = link;
        if (target !== undefined) target.#messages.deliver(data, target.#socket.origin);
      })
      .on('error', (error) => {
        const { target } = link;
        if (target !== undefined) target.#failed(error);
      })
      .on('close', (details) => {
        const { target } = link;
        if (target !== undefined) target.#closed(details);
      })
      // If there were retries, an event of the browser starts new ones.
      .on('maxReconnectAttemptsReached', ({ attempts }) => {
        if (attempts > 0) link.hold(link.target);
      });
  }

  #opened(): void {
    this.#socket.opened();
    this.dispatchEvent(new Event('open'));
  }

  #failed(error: ConnectionErrorEvent): void {
    if (error.type === 'message_too_large') this.dispatchEvent(new ErrorEvent(TOO_LARGE));
    else if (error.code !== undefined) this.#failure = error;
  }

  #closed(details: CloseDetails): void {
    if (this.#pendingCloses > 0) --this.#pendingCloses;
    this.#isClosing = false;
    const failure = this.#failure;
    this.#failure = undefined;
    // After a closing handshake a platform's WebSocket fires no error, whatever the code.
    if (failure !== undefined && !details.wasClean) this.dispatchEvent(createErrorEvent(failure, details));
    this.dispatchEvent(createCloseEvent(details));
    this.#releaseIfOver();
  }

  #start(): void {
    this.#isStarting = false;
    void this.#client.connect();
    this.#socket.get();
  }

  /** Before a command that ends the attempt under way, if there is one. */
  #countClose(): void {
    if (this.#client.isConnected || this.#client.isConnecting) ++this.#pendingCloses;
  }

  #releaseIfOver(): void {
    if (this.readyState === CLOSED) this.#link.release();
  }
}

defineInterface('WebSocket', WebSocket);
watchListeners(WebSocket.prototype);

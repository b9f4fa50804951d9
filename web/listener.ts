// The one object that the core calls for a client: carries its effects out on the socket and the messages, and turns its
// notifications into the cached state and into events (notifications.ts), which wait for the end of the turn.
import { type CoreClient } from '#core';
import { type Address } from './address.js';
import { ConnectionPromises, createRejected, type ConnectionHost } from './connection_promises.js';
import { createCoreClient, loadCore, type ReportingListener } from './core/load.js';
import { Environment } from './environment.js';
import { checkClose, ConnectionError, UnsupportedEnvironmentError } from './errors.js';
import { type EventQueue } from './event_queue.js';
import { Handshake } from './handshake.js';
import { toCoreHeartbeat } from './heartbeat.js';
import { getTexts } from './locales.js';
import { type Logger } from './logger.js';
import { Messages } from './messages.js';
import { Notifications } from './notifications.js';
import { type OptionsHost } from './options.js';
import { platform } from './platform.js';
import { type Presentation } from './presentation.js';
import { CurrentSocket, DEFAULT_CLOSE, toInteger, type CloseArguments } from './socket.js';
import { sendHello, toCoreSession } from './session.js';
import { toState } from './status.js';
import { type StatusStore } from './status_store.js';
import {
  type ConnectionState,
  type DropReason,
  type ErrorType,
  type PresentationOptions,
  type WaitOptions,
} from './types.js';

export class Listener extends Notifications implements ReportingListener, ConnectionHost, OptionsHost {
  readonly client: CoreClient;
  readonly socket: CurrentSocket;
  readonly messages: Messages;
  readonly promises: ConnectionPromises;
  state: ConnectionState = 'disconnected';
  /** The reason for messages that are dropped because the client is destroyed. */
  endReason: DropReason = 'destroyed';
  readonly #environment: Environment;
  readonly address: Address;
  readonly logger: Logger;
  readonly status: StatusStore;
  // The close code behind the present state, if a close led to it.
  #closeCode: number | undefined;
  // The arguments of a `disconnect()` or `reconnect()` that has closed no socket yet.
  #wantedClose: CloseArguments | undefined;
  // The arguments with which the last socket was closed here.
  #sentClose = DEFAULT_CLOSE;

  constructor(
    address: Address,
    presentation: Presentation,
    logger: Logger,
    events: EventQueue,
    status: StatusStore,
  ) {
    super(presentation, events);
    const core = loadCore();
    this.logger = logger;
    this.client = createCoreClient(this);
    this.socket = new CurrentSocket(core, this.client, events, presentation, logger);
    this.messages = new Messages(this.socket, status);
    this.promises = new ConnectionPromises(this, events);
    this.#environment = new Environment(this.client, presentation, logger);
    this.address = address;
    this.status = status;
    events.counter = this;
  }

  presentationChanged(name: keyof PresentationOptions): void {
    if (name === 'shouldReconnect') this.client.setDecider(this.presentation.shouldReconnect !== undefined);
    if (name === 'handshake') this.client.setHandshake(this.presentation.handshake !== undefined);
    if (name === 'heartbeat') this.client.setHeartbeat(...toCoreHeartbeat(this.presentation.heartbeat));
    if (name === 'session') this.client.setSession(...toCoreSession(this.presentation.session));
    if (name === 'unconfirmed') this.client.setResend(this.presentation.unconfirmed === 'resend');
    if (name === 'binaryType') this.socket.applyBinaryType();
  }

  /** Connects. The promise is that of the public `connect()`. */
  connect(signal: WaitOptions['signal']): Promise<void> {
    const SocketClass = this.presentation.WebSocket ?? platform.WebSocket;
    if (typeof SocketClass !== 'function' && this.state !== 'connected') {
      const error = new UnsupportedEnvironmentError(
        'There is no WebSocket here: set globalThis.WebSocket = ws, of the npm package ws, or the option WebSocket',
      );
      this.logger.warn(error.message);
      return createRejected(error);
    }
    // Before the command: the first attempt may fail at once.
    const promise = this.promises.create(true, { ...(signal && { signal }) });
    if (signal?.aborted !== true) this.client.connect();
    return promise;
  }

  /** Closes with the code and reason; without a code as the client does. Throws RangeError for a bad code or reason. */
  disconnect(code: number | undefined, reason: string | undefined): void {
    checkClose(code, reason);
    this.promises.disconnecting();
    if (code !== undefined && this.state !== 'disconnected') this.#wantedClose = [code, reason];
    this.client.disconnect();
  }

  /** Reconnects. The code and reason, as for `disconnect()`, are for the socket that is replaced. */
  reconnect(code: number | undefined, reason: string | undefined): void {
    checkClose(code, reason);
    if (code !== undefined && this.socket.native !== null) this.#wantedClose = [code, reason];
    this.client.reconnect();
  }

  /** Gives the core the browser's present `online` state: while disconnected, the client does not listen for its events. */
  refreshNetwork(): void {
    this.#environment.refresh();
  }

  /** The listeners of a message of the session were called. */
  messageHandled(): void {
    this.socket.core.module._rwsMessageHandled(this.socket.clientId);
  }

  // --- for the promises

  createError(state: 'failed' | 'disconnected'): ConnectionError {
    return new ConnectionError(getTexts(this.presentation.locale).ended[state], state, this.#closeCode);
  }

  stopConnecting(): void {
    this.client.disconnect();
  }

  // --- effects: the socket

  timerSet(timer: number, milliseconds: number): void {
    this.#environment.timerSet(toInteger(timer), milliseconds);
  }

  resolveAddress(attempt: number): void {
    this.socket.takeError();
    this.status.touchSoon();
    this.address.resolve(this.client, this.events, toInteger(attempt));
  }

  socketOpening(): void {
    this.socket.core.module.WebSocket = this.presentation.WebSocket;
  }

  socketCreated(attempt: number, socket: WebSocket): void {
    this.socket.adopt(toInteger(attempt), socket);
    this.status.touchSoon();
  }

  startHandshake(): void {
    this.socket.handshake = new Handshake(this.socket, this.messages);
    this.status.touchSoon();
    this.socket.handshake.run(this.presentation.handshake);
  }

  sendHello(attempt: number, text: string): void {
    if (this.socket.attempt !== toInteger(attempt)) return;
    this.socket.isInSession = true;
    this.status.touchSoon();
    sendHello(this.socket, text);
  }

  leaveSession(attempt: number): void {
    this.#wantedClose = undefined;
    this.#sentClose = DEFAULT_CLOSE;
    this.socket.leave(attempt);
    this.socket.leaving = toInteger(attempt);
  }

  socketClosing(attempt: number): void {
    if (this.#wantedClose !== undefined) this.socket.close(...this.#wantedClose);
    this.#sentClose = this.#wantedClose ?? DEFAULT_CLOSE;
    this.#wantedClose = undefined;
    this.socket.leave(attempt);
  }

  socketReleased(attempt: number): void {
    this.socket.leave(attempt);
    if (this.socket.leaving === attempt) this.socket.leaving = 0;
    this.address.cancel(attempt);
  }

  makePing(): number {
    this.status.expire();
    return this.socket.customFrames.makePing();
  }

  sendCustom(attempt: number, reply: number): number {
    return this.socket.customFrames.send(attempt, reply);
  }

  // --- effects: messages

  sendMessage(attempt: number, message: number): number {
    return this.messages.sendKept(attempt, message);
  }

  sizeOf(message: number): number {
    return this.messages.sizeOf(message);
  }

  delivered(after: number, upTo: number): void {
    this.messages.reportDelivered(after, upTo);
  }

  unconfirmed(after: number, upTo: number): void {
    this.messages.reportUnconfirmed(after, upTo);
  }

  dropped(message: number, reason: string): void {
    this.messages.drop(message, reason === 'destroyed' ? this.endReason : (reason as DropReason));
  }

  discarded(message: number): void {
    // Of the messages of `deliver()` only those that are too large are discarded.
    this.messages.forget(message, 'too_large');
  }

  // --- effects: the user

  shouldReconnect(code: number, reason: string, wasClean: boolean, byDefault: boolean): boolean | undefined {
    const { shouldReconnect } = this.presentation;
    this.status.expire();
    try {
      const info = { code, reason, wasClean, shouldReconnect: byDefault };
      const answer: unknown = this.events.runCallback(() => shouldReconnect?.(info));
      return typeof answer === 'boolean' ? answer : undefined;
    } catch (error) {
      this.logger.thrown('shouldReconnect', error);
      return undefined;
    }
  }

  stateChanged(state: string): void {
    this.state = toState(state);
    if (this.state !== 'disconnected') this.#wantedClose = undefined;
    this.events.add('stateChange', this.state);
    if (this.state === 'disconnected') this.#environment.detach();
    else this.#environment.attach();
    this.promises.stateChanged();
    if (this.state !== 'failed') this.#closeCode = undefined;
  }

  opened(): void {
    this.events.add('open');
    for (const message of this.socket.endHandshake()) this.events.add('message', message);
  }

  closed(code: number, reason: string, wasClean: boolean, shouldReconnect: boolean): void {
    // A server cannot close with 1000 and not be clean: the socket was closed here, and no answer came.
    const [actual, sentReason] =
      code === 1000 && !wasClean ? (this.#wantedClose ?? this.#sentClose) : [code, undefined];
    this.#closeCode = actual;
    this.events.add('close', { code: actual, reason: sentReason ?? reason, wasClean, shouldReconnect });
  }

  failed(type: string, code: number, isRecoverable: boolean): void {
    if (type === 'session_unsupported') this.socket.isInSession = false;
    const error = this.socket.takeError();
    this.addError(type as ErrorType, isRecoverable, {
      ...(code !== 0 && { code }),
      ...(type === 'send_error'
        ? { originalError: error, queued: true }
        : error instanceof Error && { cause: error }),
    });
  }

  retryScheduled(
    attempt: number,
    delay: number,
    nominalDelay: number,
    at: number,
    consecutiveErrors: number,
  ): void {
    this.#closeCode = undefined;
    this.events.add('reconnectScheduled', {
      attempt,
      delay,
      nominalDelay,
      nextAttemptAt: at,
      consecutiveErrors,
    });
  }

  turnEnded(): void {
    this.promises.turnEnded();
    // The listeners of the events see the new status.
    this.status.expire();
    this.events.deliver();
    this.status.touch();
  }
}

// Owns the ear for the core: what it tells becomes the cached state and events in the outbox, what it asks is answered.
// Refuses to run listeners before a turn of the core has ended, and to throw into it.
import { type CoreDelegate } from '#core';
import { type Address } from './address.js';
import { type CoreConnection } from './core/connection.js';
import { createConnection, type CoreTraits } from './core/load.js';
import { CurrentSocket } from './current_socket.js';
import { Environment } from './environment.js';
import { ConnectionError } from './errors.js';
import { Incoming } from './incoming.js';
import { textsOf } from './locales.js';
import { type Logger } from './logger.js';
import { Outgoing, type RefusalListener } from './outgoing.js';
import { type PresentationListener } from './options.js';
import { type Outbox } from './outbox.js';
import { randomSeed } from './seed.js';
import { type ConnectionState, type ErrorType, type PresentationOptions } from './types.js';
import { type Awaited, Waiters } from './waiters.js';

const AGREES = -1;

export class Delegate implements CoreDelegate, Awaited, PresentationListener, RefusalListener {
  readonly core: CoreConnection;
  readonly traits: CoreTraits;
  readonly socket = new CurrentSocket();
  readonly environment: Environment;
  readonly outgoing: Outgoing;
  readonly waiters: Waiters;
  state: ConnectionState = 'disconnected';
  readonly #incoming: Incoming;
  readonly #address: Address;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;
  readonly #outbox: Outbox;
  // Close code behind the present state, if a close led to it.
  #closeCode: number | undefined;

  constructor(address: Address, presentation: PresentationOptions, logger: Logger, outbox: Outbox) {
    [this.core, this.traits] = createConnection(this, randomSeed());
    this.environment = new Environment(this.core, presentation, logger);
    this.outgoing = new Outgoing(this.socket, outbox, this);
    this.waiters = new Waiters(this);
    this.#incoming = new Incoming(this.traits, this.core, this.socket, outbox, presentation);
    this.#address = address;
    this.#presentation = presentation;
    this.#logger = logger;
    this.#outbox = outbox;
  }

  presentationChanged(name: keyof PresentationOptions): void {
    if (name === 'shouldReconnect') this.core.hostDecides(this.#presentation.shouldReconnect !== undefined);
    if (name === 'binaryType' && this.socket.socket !== null) {
      this.socket.socket.binaryType = this.#presentation.binaryType;
    }
  }

  // --- asked by those who wait

  createError(): ConnectionError {
    const state = this.state === 'failed' ? 'failed' : 'disconnected';
    return new ConnectionError(textsOf(this.#presentation.locale).ended[state], state, this.#closeCode);
  }

  stopConnecting(): void {
    this.core.disconnect();
  }

  // --- asked by the core

  findAddress(attempt: number): void {
    this.#outbox.hold(() => {
      this.#address.find(this.core, attempt);
    });
  }

  socketCreated(attempt: number, socket: WebSocket): void {
    this.socket.adopt(attempt, socket);
    this.#incoming.listen(attempt, socket);
  }

  socketGone(attempt: number): void {
    this.socket.leave(attempt);
  }

  transmit(attempt: number, payload: number): boolean {
    return this.outgoing.transmit(attempt, payload);
  }

  sizeOf(payload: number): number {
    return this.outgoing.sizeOf(payload);
  }

  settle(after: number, upTo: number): void {
    this.outgoing.settle(after, upTo);
  }

  forsake(after: number, upTo: number): void {
    this.outgoing.forsake(after, upTo);
  }

  drop(payload: number, reason: string): void {
    this.outgoing.drop(payload, reason);
  }

  shouldReconnect(code: number, reason: string, wasClean: boolean, byItself: boolean): number {
    const { shouldReconnect } = this.#presentation;
    if (shouldReconnect === undefined) return AGREES;
    try {
      const info = { code, reason, wasClean, shouldReconnect: byItself };
      const answer = this.#outbox.hold(() => shouldReconnect(info));
      return typeof answer === 'boolean' ? Number(answer) : AGREES;
    } catch (error) {
      this.#logger.thrown('shouldReconnect', error);
      return AGREES;
    }
  }

  // --- told by the core

  stateChanged(state: string): void {
    this.state = state as ConnectionState;
    this.#outbox.tell('stateChange', this.state);
    this.waiters.stateChanged();
    if (this.state !== 'failed') this.#closeCode = undefined;
    if (this.state === 'disconnected') this.environment.detach();
  }

  opened(): void {
    this.#outbox.tell('open');
  }

  closed(code: number, reason: string, wasClean: boolean, shouldReconnect: boolean): void {
    // The attempt is over: an answer for it comes too late.
    this.#address.forget();
    this.#closeCode = code;
    this.#outbox.tell('close', { code, reason, wasClean, shouldReconnect });
  }

  failed(type: string, code: number, recoverable: boolean): void {
    const errorType = type as ErrorType;
    const message = textsOf(this.#presentation.locale).errors[errorType];
    this.#outbox.tell('error', { type: errorType, message, recoverable, ...(code !== 0 && { code }) });
  }

  tooLarge(size: number, maxSize: number): void {
    const message = textsOf(this.#presentation.locale).errors.message_too_large;
    this.#outbox.tell('error', { type: 'message_too_large', message, recoverable: true, size, maxSize });
  }

  retryScheduled(
    attempt: number,
    delay: number,
    nominalDelay: number,
    nextAttemptAt: number,
    consecutiveErrors: number,
  ): void {
    this.#closeCode = undefined;
    this.#outbox.tell('reconnectScheduled', {
      attempt,
      delay,
      nominalDelay,
      nextAttemptAt,
      consecutiveErrors,
    });
  }

  gaveUp(attempts: number, consecutiveErrors: number): void {
    this.#outbox.tell('maxReconnectAttemptsReached', { attempts, consecutiveErrors });
  }

  authRecoveryNeeded(): void {
    this.#outbox.tell('authRecoveryNeeded');
  }

  recoveryAttempt(type: string, attempt: number): void {
    this.#outbox.tell('errorRecoveryAttempt', { errorType: type as ErrorType, attempt });
  }

  recoveryGaveUp(type: string, attempts: number): void {
    this.#outbox.tell('maxRecoveryAttemptsReached', { errorType: type as ErrorType, attempts });
  }

  recoveryReset(): void {
    this.#outbox.tell('errorRecoveryReset');
  }

  queueCleared(): void {
    this.#outbox.tell('queueCleared');
  }

  supportAdvised(errorRate: number, totalErrors: number): void {
    this.#outbox.tell('contactSupportRecommended', { errorRate, totalErrors });
  }

  latency(roundTripTime: number): void {
    this.#outbox.tell('latency', { roundTripTime });
  }

  optionsChanged(): void {
    // Options are read from the core each time: no copy is stale.
  }

  turnEnded(): void {
    this.#outbox.deliver();
  }

  /** A value that cannot be sent never reaches the core. */
  valueRefused(): void {
    const message = textsOf(this.#presentation.locale).errors.invalid_message;
    this.#outbox.tell('error', { type: 'invalid_message', message, recoverable: true });
    this.#outbox.deliver();
  }
}

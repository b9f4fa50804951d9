// The messages of one client: sends them, and keeps the payload of each, under the id by which the core names it, until
// the core reports it as delivered, dropped or discarded.
import { createRejected, withHandler } from './connection_promises.js';
import { createOptionError, DeliveryError, DURATION_RULE, isDuration } from './errors.js';
import { Converted, KeptMessages } from './kept_messages.js';
import { getTexts } from './locales.js';
import { encode, release, toSocketForm, wireSize, type Payload } from './payload.js';
import { SendResult, type CurrentSocket } from './socket.js';
import { type StatusStore } from './status_store.js';
import { type DeliverOptions, type DropReason, type SendOptions } from './types.js';

/**
 * The longest text, in UTF-16 units, whose exact size the core does not need. It gets the size of a longer one when the
 * socket has taken it.
 */
const MAX_UNMEASURED = 512;
const NO_TTL = -1;
/** The store of all clients that have sent nothing yet. It stays empty. */
const NO_MESSAGES = new KeptMessages();
/** Stands for the value of a message of the user's handshake, about which no event is emitted. */
const HANDSHAKE = Symbol('handshake');

/** The promise of one `deliver()`. */
interface Delivery {
  readonly resolve: () => void;
  readonly reject: (reason: DeliveryError) => void;
}

export class Messages {
  readonly #socket: CurrentSocket;
  readonly #status: StatusStore;
  #kept = NO_MESSAGES;
  #lastId = 0;
  // The payload of the newest message while the core is being given it, in the form in which a socket takes it at once.
  #direct: Payload | undefined;
  // The promises of `deliver()`, by the ids of their messages. undefined before the first.
  #deliveries: Map<number, Delivery> | undefined;

  constructor(socket: CurrentSocket, status: StatusStore) {
    this.#socket = socket;
    this.#status = status;
  }

  // --- sending

  /**
   * True: the socket has the message. False: it is queued, or was reported or discarded. Throws RangeError for a bad `ttl`.
   * `delivery`: of `deliver()`.
   */
  send(data: unknown, options: SendOptions | undefined, delivery?: Delivery): boolean {
    const ttl = options === undefined ? NO_TTL : toTtl(options);
    const { serialize } = this.#socket.presentation;
    const encoded =
      serialize === undefined && typeof data === 'string'
        ? { kept: data, direct: data }
        : encode(data, serialize);
    if (encoded === null || this.#isForbidden(encoded.kept)) {
      delivery?.reject(new DeliveryError('invalid'));
      this.#reportInvalid();
      return false;
    }
    const id = this.#keep(encoded.kept === data ? encoded.kept : new Converted(encoded.kept, data));
    if (delivery !== undefined) (this.#deliveries ??= new Map<number, Delivery>()).set(id, delivery);
    return this.#give(id, encoded.direct, options, ttl);
  }

  /** As `send`. Resolves when the message is delivered, and rejects with a DeliveryError when it ends otherwise. */
  deliver(data: unknown, options: DeliverOptions | undefined): Promise<void> {
    if ((options as SendOptions | undefined)?.volatile === true) {
      return createRejected(createOptionError('volatile', 'false'));
    }
    const promise = new Promise<void>((resolve, reject) => {
      this.send(data, options ?? {}, { resolve, reject });
    });
    return withHandler(promise);
  }

  /** Sends a message of the user's handshake in a session, not one like a control frame; returns whether the socket took it. */
  sendInHandshake(payload: Payload): boolean {
    const isExact = typeof payload !== 'string';
    const id = this.#keep(new Converted(payload, HANDSHAKE));
    const bytes = isExact ? wireSize(payload) : payload.length;
    return this.#socket.client.send(id, bytes, isExact, false, NO_TTL, true);
  }

  /** In a session no message may look like a control frame. */
  #isForbidden(payload: Payload): boolean {
    const { core, presentation } = this.#socket;
    return (
      presentation.session !== false && typeof payload === 'string' && payload.startsWith(core.sessionMarker)
    );
  }

  #keep(message: Payload | Converted): number {
    const id = ++this.#lastId;
    if (this.#kept === NO_MESSAGES) this.#kept = new KeptMessages();
    this.#kept.add(id, message);
    return id;
  }

  /** Gives a kept message to the core. `direct` is what a socket takes of it at once. */
  #give(id: number, direct: Payload, options: SendOptions | undefined, ttl: number): boolean {
    const isExact = typeof direct !== 'string';
    const bytes = isExact ? wireSize(direct) : direct.length;
    this.#direct = undefined;
    const { client, clientId, core, isInSession } = this.#socket;
    const { module } = core;
    if (isInSession) this.#status.touchSoon();
    if (options === undefined && module._rwsTrySendNow(clientId, id, bytes, isExact) !== 0) {
      return this.#sendNow(id, direct);
    }
    this.#direct = direct;
    const isSent = client.send(id, bytes, isExact, options?.volatile === true, ttl, false);
    this.#direct = undefined;
    // A message that is queued causes no event.
    if (!isSent) this.#status.touch();
    return isSent;
  }

  #sendNow(id: number, payload: Payload): boolean {
    const { attempt } = this.#socket;
    const result = this.#sendAndEstimate(id, payload);
    if (result !== SendResult.sent) {
      this.#socket.client.messageRefused(attempt, id, result === SendResult.closing);
      return false;
    }
    if (this.#socket.events.isNeeded('messageSent')) {
      this.#socket.events.deliverOne('messageSent', { size: wireSize(payload) });
    }
    return true;
  }

  /**
   * Gives a payload to the socket, and the size of a long text to the core. `bufferedAmount` shows the size at once;
   * measuring takes time.
   */
  #sendAndEstimate(id: number, payload: Payload): number {
    if (typeof payload !== 'string' || payload.length <= MAX_UNMEASURED) return this.#socket.send(payload);
    const before = this.#socket.bufferedAmount;
    const result = this.#socket.send(payload);
    if (result !== SendResult.sent) return result;
    // The core ignores what cannot be the size: platforms of servers and test doubles may count otherwise.
    const { core, clientId } = this.#socket;
    core.module._rwsMessageEstimated(clientId, id, this.#socket.bufferedAmount - before);
    return result;
  }

  #reportInvalid(): void {
    const message = getTexts(this.#socket.presentation.locale).errors.invalid_message;
    this.#socket.events.add('error', { type: 'invalid_message', message, recoverable: true });
    this.#socket.events.deliver();
  }

  // --- called by the core

  /** Gives a kept message to the socket; returns a number of CoreSendResults. */
  sendKept(attempt: number, id: number): number {
    const kept = this.#getPayload(id);
    if (kept === undefined || this.#socket.attempt !== attempt) return SendResult.refused;
    const payload =
      this.#direct !== undefined && this.#lastId === id
        ? this.#direct
        : toSocketForm(this.#getValue(id), kept);
    const result = this.#socket.events.runCallback(() => this.#sendAndEstimate(id, payload));
    const isReported = this.#getValue(id) !== HANDSHAKE && this.#socket.events.isNeeded('messageSent');
    if (result === SendResult.sent && isReported) {
      this.#socket.events.add('messageSent', { size: wireSize(payload) });
    }
    return result;
  }

  /** The size of a kept message on the wire, bytes. */
  sizeOf(id: number): number {
    const kept = this.#getPayload(id);
    return kept === undefined ? 0 : wireSize(kept);
  }

  /** The messages after one id, up to and including another, are delivered: reports and forgets them. */
  reportDelivered(after: number, upTo: number): void {
    const isNeeded = this.#socket.events.isNeeded('messageDelivered');
    for (let id = after + 1; id <= upTo; ++id) {
      const isReported = isNeeded && this.#kept.get(id) !== undefined && this.#getValue(id) !== HANDSHAKE;
      if (isReported) this.#socket.events.add('messageDelivered', { id });
      this.forget(id);
    }
  }

  /** Reports a kept message as dropped, and forgets it. */
  drop(id: number, reason: DropReason): void {
    this.#socket.events.add('messageDropped', { reason, data: this.#getValue(id), id });
    this.forget(id, reason);
  }

  /** Reports the messages after one id, up to and including another, as unconfirmed, and forgets them. */
  reportUnconfirmed(after: number, upTo: number): void {
    for (let id = after + 1; id <= upTo; ++id) {
      if (this.#kept.get(id) === undefined) continue;
      this.#socket.events.add('messageUnconfirmed', { data: this.#getValue(id), id });
      this.forget(id, 'unconfirmed');
    }
  }

  /** `failure`: why it was not delivered; without one `deliver()` resolves. */
  forget(id: number, failure?: DeliveryError['reason']): void {
    release(this.#getPayload(id));
    this.#kept.delete(id);
    const delivery = this.#deliveries?.get(id);
    if (delivery === undefined) return;
    this.#deliveries?.delete(id);
    if (failure === undefined) delivery.resolve();
    else delivery.reject(new DeliveryError(failure));
  }

  forgetAll(): void {
    for (const id of this.#kept.getIds()) this.forget(id, 'unconfirmed');
  }

  // --- getters

  /** The values of so many kept messages up to that one, oldest first, each as it was passed to `send()`. */
  getNewest(count: number, upTo: number): unknown[] {
    const ids =
      count > 0
        ? this.#kept
            .getIds()
            .filter((id) => id <= upTo)
            .slice(-count)
        : [];
    return ids.map((id) => this.#getValue(id));
  }

  #getPayload(id: number): Payload | undefined {
    const message = this.#kept.get(id);
    return message instanceof Converted ? message.payload : message;
  }

  #getValue(id: number): unknown {
    const message = this.#kept.get(id);
    return message instanceof Converted ? message.value : message;
  }
}

function toTtl({ ttl }: SendOptions): number {
  const given: unknown = ttl;
  if (given === undefined) return NO_TTL;
  if (!isDuration(given)) throw createOptionError('ttl', DURATION_RULE);
  return given;
}

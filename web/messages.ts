// The messages of one client: sends them, and keeps the payload of each, under the id by which the core names it, until
// the core says what became of it.
import { type CoreClient, type CoreModule } from '#core';
import { createOptionError } from './errors.js';
import { type EventQueue } from './event_queue.js';
import { getTexts } from './locales.js';
import { encode, release, toSocketForm, wireSize, type Payload } from './payload.js';
import { SendResult, type CurrentSocket } from './socket.js';
import { type StatusStore } from './status_store.js';
import { type DropReason, type PresentationOptions, type SendOptions } from './types.js';

/** The core can do without the exact size of a text of at most so many UTF-16 units. */
const MAX_UNMEASURED = 512;
const NO_TTL = -1;

export class Messages {
  readonly #module: CoreModule;
  readonly #client: CoreClient;
  readonly #clientId: number;
  readonly #socket: CurrentSocket;
  readonly #events: EventQueue;
  readonly #presentation: PresentationOptions;
  readonly #status: StatusStore;
  // The payloads of consecutive ids; undefined where one was forgotten before older ones.
  #kept: (Payload | undefined)[] = [];
  #firstId = 1;
  // In the same places the values passed to `send()`, where they are not the payloads themselves. None is undefined.
  #values: unknown[] | null = null;
  // The message that the core is being given, in the form in which a socket takes it at once.
  #direct: Payload | undefined;
  #directId = 0;

  constructor(
    module: CoreModule,
    client: CoreClient,
    socket: CurrentSocket,
    events: EventQueue,
    presentation: PresentationOptions,
    status: StatusStore,
  ) {
    this.#module = module;
    this.#client = client;
    this.#clientId = client.id();
    this.#socket = socket;
    this.#events = events;
    this.#presentation = presentation;
    this.#status = status;
  }

  // --- sending

  /** True: the socket has the message. False: it is queued, or was reported or discarded. Throws RangeError for a bad `ttl`. */
  send(data: unknown, options: SendOptions | undefined): boolean {
    const ttl = options === undefined ? NO_TTL : toTtl(options);
    const { serialize } = this.#presentation;
    if (serialize === undefined && typeof data === 'string') {
      return this.#give(this.#keep(data), data, options, ttl);
    }
    const encoded = encode(data, serialize);
    if (encoded === null) {
      this.#reportInvalid();
      return false;
    }
    const { kept, direct } = encoded;
    const id = this.#keep(kept);
    (this.#values ??= [])[id - this.#firstId] = data;
    return this.#give(id, direct, options, ttl);
  }

  /** Gives a kept message to the core. `direct` is what a socket takes of it at once. */
  #give(id: number, direct: Payload, options: SendOptions | undefined, ttl: number): boolean {
    const isExact = typeof direct !== 'string' || direct.length > MAX_UNMEASURED;
    const bytes = isExact ? wireSize(direct) : direct.length;
    if (options === undefined && this.#module._rwsTrySendNow(this.#clientId, id, bytes, isExact) !== 0) {
      return this.#sendNow(id, direct);
    }
    this.#direct = direct;
    this.#directId = id;
    const isSent = this.#client.send(id, bytes, isExact, options?.volatile === true, ttl);
    this.#direct = undefined;
    this.#directId = 0;
    // A message that is queued causes no event.
    this.#status.touch();
    return isSent;
  }

  #sendNow(id: number, payload: Payload): boolean {
    const { attempt } = this.#socket;
    const result = this.#socket.send(payload);
    if (result !== SendResult.sent) {
      this.#client.messageRefused(attempt, id, result === SendResult.closing);
      return false;
    }
    if (this.#events.isNeeded('messageSent')) {
      this.#events.deliverOne('messageSent', { size: wireSize(payload) });
    }
    return true;
  }

  #reportInvalid(): void {
    const message = getTexts(this.#presentation.locale).errors.invalid_message;
    this.#events.add('error', { type: 'invalid_message', message, recoverable: true });
    this.#events.deliver();
  }

  // --- called by the core

  /** Gives a kept message to the socket; returns a number of CoreSendResults. */
  sendKept(attempt: number, id: number): number {
    const kept = this.#get(id);
    if (kept === undefined || this.#socket.attempt !== attempt) return SendResult.refused;
    const payload =
      this.#direct !== undefined && this.#directId === id
        ? this.#direct
        : toSocketForm(this.#getValue(id), kept);
    const result = this.#events.runCallback(() => this.#socket.send(payload));
    if (result === SendResult.sent && this.#events.isNeeded('messageSent')) {
      this.#events.add('messageSent', { size: wireSize(payload) });
    }
    return result;
  }

  /** The size of a kept message on the wire, bytes. */
  sizeOf(id: number): number {
    const kept = this.#get(id);
    return kept === undefined ? 0 : wireSize(kept);
  }

  /** Reports a kept message as dropped, and forgets it. */
  drop(id: number, reason: DropReason): void {
    this.#events.add('messageDropped', { reason, data: this.#getValue(id), id });
    this.forget(id);
  }

  /** Reports the messages after one id, up to and including another, as dropped without knowing whether they arrived. */
  dropUnconfirmed(after: number, upTo: number): void {
    for (let id = Math.max(after + 1, this.#firstId); id <= upTo; ++id) {
      if (this.#get(id) !== undefined) this.drop(id, 'unknown');
    }
  }

  forget(id: number): void {
    const index = id - this.#firstId;
    if (index < 0 || index >= this.#kept.length) return;
    release(this.#kept[index]);
    this.#kept[index] = undefined;
    if (this.#values !== null && index < this.#values.length) this.#values[index] = undefined;
    if (index > 0) return;
    const next = this.#kept.findIndex((kept) => kept !== undefined);
    this.#forgetFirst(next < 0 ? this.#kept.length : next);
  }

  /** Forgets the messages after one id, up to and including another. */
  forgetRange(after: number, upTo: number): void {
    if (after < this.#firstId) {
      this.#forgetFirst(Math.min(upTo - this.#firstId + 1, this.#kept.length));
    } else {
      for (let id = after + 1; id <= upTo; ++id) this.forget(id);
    }
  }

  forgetAll(): void {
    this.#forgetFirst(this.#kept.length);
  }

  // --- getters

  /** The values of the newest kept messages, oldest first, each as it was passed to `send()`. */
  getNewest(count: number): unknown[] {
    const values: unknown[] = [];
    for (let index = this.#kept.length - 1; index >= 0 && values.length < count; --index) {
      if (this.#kept[index] !== undefined) values.push(this.#getValue(this.#firstId + index));
    }
    return values.reverse();
  }

  #keep(payload: Payload): number {
    return this.#firstId + this.#kept.push(payload) - 1;
  }

  #get(id: number): Payload | undefined {
    return this.#kept[id - this.#firstId];
  }

  #getValue(id: number): unknown {
    const value = this.#values?.[id - this.#firstId];
    return value === undefined ? this.#get(id) : value;
  }

  #forgetFirst(count: number): void {
    if (count <= 0) return;
    this.#kept.splice(0, count).forEach(release);
    this.#values?.splice(0, count);
    this.#firstId += count;
  }
}

function toTtl({ ttl }: SendOptions): number {
  const given: unknown = ttl;
  if (given === undefined) return NO_TTL;
  if (typeof given !== 'number' || !Number.isFinite(given) || given < 0) {
    throw createOptionError('ttl', 'a finite number >= 0 (milliseconds)');
  }
  return given;
}

// Owns the payloads of messages on their way out, under the ids by which the core speaks of them.
// Refuses to decide what becomes of a message: the core says when one is sent, kept, settled or dropped.
import { type SendOutcomes } from '#core';
import { type CoreConnection } from './core/connection.js';
import { type CurrentSocket } from './current_socket.js';
import { optionError } from './errors.js';
import { type Outbox } from './outbox.js';
import { encode, sizeOf, socketFormOf, type Payload } from './payload.js';
import { Payloads } from './payloads.js';
import { type DropReason, type SendOptions } from './types.js';

const OUTCOMES: SendOutcomes = { handOver: 0, queued: 1, refused: 2, discarded: 3, unmeasured: 4 };
const NO_LIMIT = -1;

/** Told of a value that has no form to go out in. */
export interface RefusalListener {
  valueRefused(): void;
}

export class Outgoing {
  readonly #socket: CurrentSocket;
  readonly #outbox: Outbox;
  readonly #listener: RefusalListener;
  readonly #payloads = new Payloads();
  #handedUpTo = 0;

  constructor(socket: CurrentSocket, outbox: Outbox, listener: RefusalListener) {
    this.#socket = socket;
    this.#outbox = outbox;
    this.#listener = listener;
  }

  /** Whether the message went to the socket; false if it waits or was refused. */
  send(core: CoreConnection, data: unknown, options: SendOptions | undefined): boolean {
    if (typeof data === 'string' && options === undefined) {
      return this.#sendPlain(core, this.#payloads.add(data), data);
    }
    const ttl = ttlOf(options);
    const isVolatile = options?.volatile === true;
    const encoded =
      typeof data === 'string' ? { payload: data, direct: data, isBinary: false } : encode(data);
    if (encoded === null) {
      this.#listener.valueRefused();
      return false;
    }
    const { payload, direct, isBinary } = encoded;
    const id = this.#payloads.add(payload);
    if (payload !== data) this.#payloads.addOriginal(id, data);
    if (options === undefined) return this.#sendPlain(core, id, direct);
    const outcome = core.send(id, sizeOf(payload), isBinary, isVolatile, ttl);
    const isHanded = this.#conclude(core, outcome, id, direct);
    // It is never asked for again, and what is kept must be what may be.
    if (isVolatile) this.#payloads.forget(id);
    return isHanded;
  }

  /** Hands a kept payload to the socket; false if the socket refused it. */
  transmit(attempt: number, id: number): boolean {
    const kept = this.#payloads.get(id);
    if (kept === undefined || this.#socket.attempt !== attempt) return false;
    const payload = socketFormOf(this.#payloads.dataOf(id), kept);
    if (!this.#outbox.hold(() => this.#socket.take(payload))) return false;
    this.#handedUpTo = id;
    if (this.#outbox.isHeard('messageSent')) this.#outbox.tell('messageSent', { size: sizeOf(payload) });
    return true;
  }

  /** Bytes on the wire of a payload that is kept. */
  sizeOf(id: number): number {
    const payload = this.#payloads.get(id);
    return payload === undefined ? 0 : sizeOf(payload);
  }

  /** The payloads after one id and up to another were delivered. */
  settle(after: number, upTo: number): void {
    this.#payloads.forgetRange(after, upTo);
  }

  /** Nobody can tell whether these arrived. */
  forsake(after: number, upTo: number): void {
    for (let id = after + 1; id <= upTo; ++id) {
      if (this.#payloads.get(id) !== undefined) this.drop(id, 'unknown');
    }
  }

  drop(id: number, reason: string): void {
    const data = this.#payloads.dataOf(id);
    this.#payloads.forget(id);
    this.#outbox.tell('messageDropped', { reason: reason as DropReason, data, id });
  }

  /** What was passed to `send` and waits, oldest first. The core knows how many wait: the newest. */
  queue(count: number): unknown[] {
    return this.#payloads.newest(count);
  }

  clear(): void {
    this.#payloads.clear();
  }

  /** The way of most messages: short, and without measuring a text where the size does not matter. */
  #sendPlain(core: CoreConnection, id: number, payload: Payload): boolean {
    const isText = typeof payload === 'string';
    const bytes = isText ? payload.length : sizeOf(payload);
    if (core.handOverAtOnce(id, bytes, !isText)) return this.#handOver(core, id, payload);
    let outcome = core.send(id, bytes, !isText, false, NO_LIMIT, !isText);
    if (outcome === OUTCOMES.unmeasured) outcome = core.send(id, sizeOf(payload), !isText, false, NO_LIMIT);
    return this.#conclude(core, outcome, id, payload);
  }

  #conclude(core: CoreConnection, outcome: number, id: number, payload: Payload): boolean {
    if (outcome === OUTCOMES.handOver) return this.#handOver(core, id, payload);
    // A message that was queued may have followed the rest of the queue to the socket in the same turn.
    if (outcome === OUTCOMES.queued) return this.#handedUpTo >= id;
    this.#payloads.forget(id);
    return false;
  }

  #handOver(core: CoreConnection, id: number, payload: Payload): boolean {
    const { attempt } = this.#socket;
    if (!this.#socket.take(payload)) {
      core.handOverFailed(attempt, id);
      return false;
    }
    if (this.#outbox.isHeard('messageSent')) {
      this.#outbox.tellAtOnce('messageSent', { size: sizeOf(payload) });
    }
    return true;
  }
}

function ttlOf(options: SendOptions | undefined): number {
  const ttl: unknown = options?.ttl;
  if (ttl === undefined) return NO_LIMIT;
  if (typeof ttl !== 'number' || !Number.isFinite(ttl) || ttl < 0) {
    throw optionError('ttl', 'a finite number >= 0 (milliseconds)');
  }
  return ttl;
}

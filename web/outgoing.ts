// Owns the payloads of messages on their way out, under the ids by which the core speaks of them.
// Refuses to decide what becomes of a message: the core says when one is sent, kept, settled or dropped.
import { type CoreConnection, type SendOutcomes } from '#core';
import { type CurrentSocket } from './current_socket.js';
import { optionError } from './errors.js';
import { type Outbox } from './outbox.js';
import { encode, sizeOf, utf8Length, type Payload } from './payload.js';
import { type DropReason, type SendOptions } from './types.js';

const OUTCOMES: SendOutcomes = { handOver: 0, queued: 1, refused: 2, discarded: 3 };
const NO_LIMIT = -1;

export class Outgoing {
  readonly #socket: CurrentSocket;
  readonly #outbox: Outbox;
  readonly #refuse: () => void;
  // In the order of the ids, which is the order of sending: messages of the socket first, then those of the queue.
  readonly #payloads = new Map<number, Payload>();
  // What was passed to `send`, where that is not the payload itself.
  readonly #originals = new Map<number, unknown>();
  #lastId = 0;
  #handedUpTo = 0;

  /** `refuse` is told of a value that has no form to go out in. */
  constructor(socket: CurrentSocket, outbox: Outbox, refuse: () => void) {
    this.#socket = socket;
    this.#outbox = outbox;
    this.#refuse = refuse;
  }

  /** Whether the message went to the socket; false if it waits or was refused. */
  send(core: CoreConnection, data: unknown, options: SendOptions | undefined): boolean {
    const ttl = ttlOf(options);
    const isVolatile = options?.volatile === true;
    if (typeof data === 'string')
      return this.#submit(core, data, data, utf8Length(data), false, isVolatile, ttl);
    const encoded = encode(data);
    if (encoded === null) {
      this.#refuse();
      return false;
    }
    const { payload, bytes, isBinary } = encoded;
    return this.#submit(core, data, payload, bytes, isBinary, isVolatile, ttl);
  }

  /** Hands a kept payload to the socket; false if the socket refused it. */
  transmit(attempt: number, id: number): boolean {
    const payload = this.#payloads.get(id);
    const { socket } = this.#socket;
    if (payload === undefined || socket === null || this.#socket.attempt !== attempt) return false;
    try {
      this.#outbox.hold(() => {
        socket.send(payload);
      });
    } catch {
      return false;
    }
    this.#handedUpTo = id;
    this.#outbox.tell('messageSent', { size: sizeOf(payload) });
    return true;
  }

  /** Forgets the payloads up to this id. Those still queued have greater ids: nothing overtakes them. */
  settle(upTo: number): void {
    for (const id of this.#payloads.keys()) {
      if (id > upTo) break;
      this.#forget(id);
    }
  }

  drop(id: number, reason: string): void {
    const data = this.#dataOf(id);
    this.#forget(id);
    this.#outbox.tell('messageDropped', { reason: reason as DropReason, data, id });
  }

  /** What was passed to `send` and waits, oldest first. The core knows how many wait: the newest. */
  queue(count: number): unknown[] {
    const ids = [...this.#payloads.keys()];
    return ids.slice(ids.length - count).map((id) => this.#dataOf(id));
  }

  clear(): void {
    this.#payloads.clear();
    this.#originals.clear();
  }

  #submit(
    core: CoreConnection,
    data: unknown,
    payload: Payload,
    bytes: number,
    isBinary: boolean,
    isVolatile: boolean,
    ttl: number,
  ): boolean {
    const id = ++this.#lastId;
    this.#payloads.set(id, payload);
    if (payload !== data) this.#originals.set(id, data);
    const outcome = core.send(id, bytes, isBinary, isVolatile, ttl);
    if (outcome === OUTCOMES.handOver) {
      const isHanded = this.#handOver(core, id, isBinary ? (data as Payload) : payload, bytes);
      // It is never asked for again, and what is kept must be what may be.
      if (isVolatile) this.#forget(id);
      return isHanded;
    }
    // A message that was queued may have followed the rest of the queue to the socket in the same turn.
    if (outcome === OUTCOMES.queued) return this.#handedUpTo >= id;
    this.#forget(id);
    return false;
  }

  #handOver(core: CoreConnection, id: number, payload: Payload, bytes: number): boolean {
    const { attempt, socket } = this.#socket;
    try {
      // Looked up at each call: tests replace it. A missing socket is refused like a throwing one.
      if (socket === null) throw new Error('There is no socket');
      socket.send(payload);
    } catch {
      core.handOverFailed(attempt, id);
      return false;
    }
    this.#outbox.tell('messageSent', { size: bytes });
    this.#outbox.deliver();
    return true;
  }

  #dataOf(id: number): unknown {
    return this.#originals.has(id) ? this.#originals.get(id) : this.#payloads.get(id);
  }

  #forget(id: number): void {
    this.#payloads.delete(id);
    this.#originals.delete(id);
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

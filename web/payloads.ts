// Owns the payloads that may still be asked for, under ids in the order of sending.
// Refuses to decide when one is given up.
import { giveBack } from './copies.js';
import { type Payload } from './payload.js';

export class Payloads {
  // Payloads of consecutive ids; a gap where one was given up before older ones.
  #kept: (Payload | undefined)[] = [];
  #firstId = 1;
  // In the same places what was passed to `send`, where that is not the payload itself. It is never undefined.
  #originals: unknown[] = [];

  /** Keeps a payload; returns its id. Ids begin with 1. */
  add(payload: Payload): number {
    return this.#firstId + this.#kept.push(payload) - 1;
  }

  /** Notes what was passed to `send` for the payload. */
  addOriginal(id: number, data: unknown): void {
    this.#originals[id - this.#firstId] = data;
  }

  get(id: number): Payload | undefined {
    return this.#kept[id - this.#firstId];
  }

  /** What was passed to `send`. */
  dataOf(id: number): unknown {
    const original = this.#originals[id - this.#firstId];
    return original === undefined ? this.get(id) : original;
  }

  /** The newest of them, oldest first, each as it was passed to `send`. */
  newest(count: number): unknown[] {
    const data: unknown[] = [];
    for (let index = this.#kept.length - 1; index >= 0 && data.length < count; --index) {
      if (this.#kept[index] !== undefined) data.push(this.dataOf(this.#firstId + index));
    }
    return data.reverse();
  }

  forget(id: number): void {
    const index = id - this.#firstId;
    if (index < 0 || index >= this.#kept.length) return;
    release(this.#kept[index]);
    this.#kept[index] = undefined;
    if (index < this.#originals.length) this.#originals[index] = undefined;
    if (index > 0) return;
    const next = this.#kept.findIndex((payload) => payload !== undefined);
    this.#leaveOut(next < 0 ? this.#kept.length : next);
  }

  /** Forgets all after one id and up to another. */
  forgetRange(after: number, upTo: number): void {
    if (after < this.#firstId) {
      this.#leaveOut(Math.min(upTo - this.#firstId + 1, this.#kept.length));
    } else {
      for (let id = after + 1; id <= upTo; ++id) this.forget(id);
    }
  }

  clear(): void {
    this.#leaveOut(this.#kept.length);
  }

  #leaveOut(count: number): void {
    if (count <= 0) return;
    this.#kept.splice(0, count).forEach(release);
    this.#originals.splice(0, count);
    this.#firstId += count;
  }
}

function release(payload: Payload | undefined): void {
  if (payload instanceof Uint8Array) giveBack(payload);
}

// The payloads of the messages that the core has on record, by the ids under which it names them.
import { type Payload } from './payload.js';

/** A kept message whose value, as it was passed to `send()`, is not its payload. */
export class Converted {
  readonly payload: Payload;
  readonly value: unknown;

  constructor(payload: Payload, value: unknown) {
    this.payload = payload;
    this.value = value;
  }
}

/**
 * The kept messages, oldest first, in two arrays: a Map of ten thousands of entries takes several times as long. A message
 * that is forgotten leaves an empty place. When more than half of the places are empty, the empty ones are removed.
 */
export class KeptMessages {
  readonly #ids: number[] = [];
  readonly #messages: (Payload | Converted | undefined)[] = [];
  #count = 0;

  /** The id must be greater than those before it. */
  add(id: number, message: Payload | Converted): void {
    this.#ids.push(id);
    this.#messages.push(message);
    this.#count += 1;
  }

  get(id: number): Payload | Converted | undefined {
    return this.#messages[this.#find(id)];
  }

  delete(id: number): void {
    const messages = this.#messages;
    const index = this.#find(id);
    if (messages[index] === undefined) return;
    this.#count -= 1;
    if (index === messages.length - 1) {
      messages.pop();
      this.#ids.pop();
    } else {
      messages[index] = undefined;
    }
    if (this.#count * 2 < messages.length) this.#removeEmpty();
  }

  /** The ids of the kept messages, oldest first. */
  getIds(): number[] {
    return this.#ids.filter((_, index) => this.#messages[index] !== undefined);
  }

  /** The place of a message, or -1. */
  #find(id: number): number {
    const ids = this.#ids;
    // Ids grow by one at least, so that no message is farther from the first one than its id is.
    let high = Math.min(id - (ids[0] ?? 0), ids.length - 1);
    if (ids[high] === id) return high;
    let low = 0;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = ids[middle] ?? 0;
      if (found === id) return middle;
      if (found < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #removeEmpty(): void {
    const [ids, messages] = [this.#ids, this.#messages];
    let kept = 0;
    for (let index = 0; index < ids.length; ++index) {
      const message = messages[index];
      if (message === undefined) continue;
      ids[kept] = ids[index] ?? 0;
      messages[kept] = message;
      kept += 1;
    }
    ids.length = messages.length = kept;
  }
}

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
 * The kept messages by their ids, which grow by one. An array: a Map of ten thousands of entries takes several times as
 * long. A message that is forgotten leaves an empty place, and empty places at either end are removed.
 */
export class KeptMessages {
  readonly #places: (Payload | Converted | undefined)[] = [];
  // The id of the first place, and how many places at the beginning are empty.
  #firstId = 1;
  #empty = 0;

  add(id: number, message: Payload | Converted): void {
    if (this.#places.length === 0) this.#firstId = id;
    this.#places[id - this.#firstId] = message;
  }

  get(id: number): Payload | Converted | undefined {
    return this.#places[id - this.#firstId];
  }

  delete(id: number): void {
    const places = this.#places;
    const index = id - this.#firstId;
    if (!(index in places)) return;
    places[index] = undefined;
    while (places.length > this.#empty && places[places.length - 1] === undefined) places.pop();
    while (this.#empty < places.length && places[this.#empty] === undefined) ++this.#empty;
    // Moves each message at most once on average.
    if (this.#empty * 2 < places.length) return;
    places.splice(0, this.#empty);
    this.#firstId += this.#empty;
    this.#empty = 0;
  }

  /** The ids of the kept messages, oldest first. */
  getIds(): number[] {
    const ids: number[] = [];
    this.#places.forEach((message, index) => {
      if (message !== undefined) ids.push(this.#firstId + index);
    });
    return ids;
  }
}

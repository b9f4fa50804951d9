// The event handlers of an object (`onopen` and so on), by the rules of HTML, 8.1.8.1: a handler takes its turn among the
// listeners from where it was first set, and loses its place when it is set to null.
import { changeListeners } from './message_delivery.js';

interface Entry {
  // An object that is no function is kept too, and does nothing.
  value: object;
  readonly listener: (event: Event) => void;
}

export class EventHandlers {
  readonly #target: EventTarget;
  readonly #entries = new Map<string, Entry>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  /** The handler as it was set, null for none. */
  get(type: string): object | null {
    return this.#entries.get(type)?.value ?? null;
  }

  set(type: string, value: unknown): void {
    const present = this.#entries.get(type);
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) {
      if (present !== undefined) changeListeners(this.#target, 'removeEventListener', type, present.listener);
      this.#entries.delete(type);
    } else if (present !== undefined) {
      present.value = value;
    } else {
      this.#add(type, value);
    }
  }

  #add(type: string, value: object): void {
    const entry: Entry = {
      value,
      listener: (event) => {
        if (typeof entry.value === 'function') entry.value.call(this.#target, event);
      },
    };
    this.#entries.set(type, entry);
    // Not by the target's own function, which a derived class may have overridden.
    changeListeners(this.#target, 'addEventListener', type, entry.listener);
  }
}

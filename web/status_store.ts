// The status of one client as a store: a frozen snapshot that is replaced when the status changes, and its subscribers.
import { EventEmitter } from './event_emitter.js';
import { type ConnectionStatus, type StatusSnapshot } from './types.js';

/** The subscribers are listeners of this event, which no page can mean. */
const EVENT = ' status';

export class StatusStore {
  readonly #emitter: EventEmitter;
  readonly #read: () => ConnectionStatus;
  #snapshot: StatusSnapshot | null = null;
  // The snapshot that the subscribers know.
  #notified: StatusSnapshot | null = null;
  #isStale = true;

  constructor(emitter: EventEmitter, read: () => ConnectionStatus) {
    this.#emitter = emitter;
    this.#read = read;
  }

  get(): StatusSnapshot {
    const before = this.#snapshot;
    if (before !== null && !this.#isStale) return before;
    this.#isStale = false;
    const status = this.#read();
    const names = Object.keys(status) as (keyof ConnectionStatus)[];
    if (before !== null && names.every((name) => name === 'stats' || before[name] === status[name]))
      return before;
    Object.freeze(status.stats);
    this.#snapshot = Object.freeze({ ...status, revision: (before?.revision ?? 0) + 1 });
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    // A function of its own, so that a listener that subscribes twice is called twice.
    const subscriber = () => {
      listener();
    };
    if (!EventEmitter.hasListener(this.#emitter, EVENT)) this.#notified = this.get();
    this.#emitter.on(EVENT, subscriber);
    return () => this.#emitter.off(EVENT, subscriber);
  }

  /** Something may have changed; `touch` follows. */
  expire(): void {
    this.#isStale = true;
  }

  /** Something may have changed: calls the subscribers if it has. */
  touch(): void {
    this.#isStale = true;
    if (!EventEmitter.hasListener(this.#emitter, EVENT) || this.get() === this.#notified) return;
    this.#notified = this.#snapshot;
    this.#emitter.emit(EVENT);
  }
}

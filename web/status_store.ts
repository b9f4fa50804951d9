// The status of one client as a store: a frozen snapshot that is replaced when the status changes, and its subscribers.
import { type EmitterState } from './event_emitter.js';
import { type ConnectionStatus, type StatusSnapshot } from './types.js';

const compared = [
  'connectionState',
  'connecting',
  'readyState',
  'reconnectAttempts',
  'queuedMessages',
  'lastPong',
  'nextAttemptAt',
] as const satisfies readonly (keyof ConnectionStatus)[];

export class StatusStore {
  readonly #read: () => ConnectionStatus;
  readonly #reporter: EmitterState['reporter'];
  readonly #listeners = new Set<() => void>();
  #snapshot: StatusSnapshot | null = null;
  // The snapshot that the listeners know.
  #notified: StatusSnapshot | null = null;
  #isStale = true;

  constructor(read: () => ConnectionStatus, reporter: EmitterState['reporter']) {
    this.#read = read;
    this.#reporter = reporter;
  }

  get(): StatusSnapshot {
    if (this.#snapshot !== null && !this.#isStale) return this.#snapshot;
    const before = this.#snapshot;
    const status = this.#read();
    this.#isStale = false;
    if (before !== null && compared.every((name) => before[name] === status[name])) return before;
    const stats = Object.freeze(status.stats);
    this.#snapshot = Object.freeze({ ...status, stats, revision: (before?.revision ?? 0) + 1 });
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    // An object of its own, so that a function that subscribes twice is called twice.
    const subscription = () => {
      listener();
    };
    if (this.#listeners.size === 0) this.#notified = this.get();
    this.#listeners.add(subscription);
    return () => {
      this.#listeners.delete(subscription);
    };
  }

  /** Something may have changed; `touch` follows. */
  expire(): void {
    this.#isStale = true;
  }

  /** Something may have changed: calls the listeners if it has. */
  touch(): void {
    this.#isStale = true;
    if (this.#listeners.size === 0) return;
    const snapshot = this.get();
    if (snapshot === this.#notified) return;
    this.#notified = snapshot;
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        this.#reporter.thrown('a status listener', error);
      }
    }
  }
}

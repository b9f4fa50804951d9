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

type Listener = () => void;

const NO_LISTENERS: readonly Listener[] = [];

export class StatusStore {
  readonly #client: { getStatus(): ConnectionStatus };
  readonly #reporter: EmitterState['reporter'];
  // Replaced, never changed, so that a loop over it is not disturbed.
  #listeners = NO_LISTENERS;
  #snapshot: StatusSnapshot | null = null;
  // The snapshot that the listeners know.
  #notified: StatusSnapshot | null = null;
  #isStale = true;
  #isTouching = false;

  constructor(client: { getStatus(): ConnectionStatus }, reporter: EmitterState['reporter']) {
    this.#client = client;
    this.#reporter = reporter;
  }

  get(): StatusSnapshot {
    if (this.#snapshot !== null && !this.#isStale) return this.#snapshot;
    const before = this.#snapshot;
    const status = this.#client.getStatus();
    this.#isStale = false;
    const isSame =
      before !== null &&
      compared.every((name) => before[name] === status[name]) &&
      JSON.stringify(before.session) === JSON.stringify(status.session);
    if (isSame) return before;
    const stats = Object.freeze(status.stats);
    const session = Object.freeze(status.session);
    this.#snapshot = Object.freeze({ ...status, session, stats, revision: (before?.revision ?? 0) + 1 });
    return this.#snapshot;
  }

  subscribe(listener: Listener): () => void {
    // An object of its own, so that a function that subscribes twice is called twice.
    const subscription = () => {
      listener();
    };
    if (this.#listeners.length === 0) this.#notified = this.get();
    this.#listeners = [...this.#listeners, subscription];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== subscription);
    };
  }

  /** Something may have changed; `touch` follows. */
  expire(): void {
    this.#isStale = true;
  }

  /** Something changes in this task without an event: as `touch`, but in a microtask, once for all calls before it. */
  touchSoon(): void {
    this.#isStale = true;
    if (this.#isTouching || this.#listeners.length === 0) return;
    this.#isTouching = true;
    queueMicrotask(() => {
      this.#isTouching = false;
      this.touch();
    });
  }

  /** Something may have changed: calls the listeners if it has. */
  touch(): void {
    this.#isStale = true;
    if (this.#listeners.length === 0) return;
    const snapshot = this.get();
    if (snapshot === this.#notified) return;
    this.#notified = snapshot;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#reporter.thrown('a status listener', error);
      }
    }
  }
}

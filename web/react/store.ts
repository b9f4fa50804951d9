// Owns who wants to know that something has changed. Refuses to know what.

export class Store {
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Tells that it may look different now. Not while a render is being committed. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

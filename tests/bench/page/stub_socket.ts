// A WebSocket without a network: it opens at once, discards what is sent, and delivers the events it is
// given. Listeners and on* properties are called by the same loop, so that neither way is faster.

type Listener = (event: unknown) => void;

export class StubSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  /** The socket created last. */
  static latest: StubSocket | null = null;

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly bufferedAmount = 0;
  readonly protocol = '';
  readonly extensions = '';
  readyState = 0;
  binaryType = 'blob';
  sent = 0;
  last: unknown = null;
  readonly #listeners: Record<string, Listener[]> = { open: [], message: [], error: [], close: [] };
  readonly #properties: Record<string, Listener | null> = {};

  constructor(readonly url: string) {
    StubSocket.latest = this;
    setTimeout(() => {
      this.readyState = 1;
      this.#dispatch('open', new Event('open'));
    }, 0);
  }

  set onopen(listener: Listener | null) {
    this.#setProperty('open', listener);
  }

  set onmessage(listener: Listener | null) {
    this.#setProperty('message', listener);
  }

  set onerror(listener: Listener | null) {
    this.#setProperty('error', listener);
  }

  set onclose(listener: Listener | null) {
    this.#setProperty('close', listener);
  }

  addEventListener(type: string, listener: Listener): void {
    // An array that grows by push() has room for sixteen more, which a native socket does not need.
    const others = this.#listeners[type] ?? [];
    this.#listeners[type] = others.length === 0 ? [listener] : [...others, listener];
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners[type] = (this.#listeners[type] ?? []).filter((candidate) => candidate !== listener);
  }

  send(data: unknown): void {
    this.sent += 1;
    this.last = data;
  }

  close(): void {
    this.readyState = 3;
    this.#dispatch('close', new CloseEvent('close', { code: 1000, wasClean: true }));
  }

  /** Delivers `count` of the events, from the one at `first` on. */
  deliver(events: readonly unknown[], first: number, count: number): void {
    const listeners = this.#listeners['message'] ?? [];
    for (let index = first; index < first + count; index += 1) {
      const event = events[index];
      for (const listener of listeners) listener(event);
    }
  }

  #setProperty(type: string, listener: Listener | null): void {
    const previous = this.#properties[type];
    if (previous) this.removeEventListener(type, previous);
    this.#properties[type] = listener;
    if (listener) this.addEventListener(type, listener);
  }

  #dispatch(type: string, event: unknown): void {
    for (const listener of [...(this.#listeners[type] ?? [])]) listener(event);
  }
}

// The page around the client: its clock, its sockets, its network and its visibility, stubbed as globals until `leave`
// restores them.
import { vi } from 'vitest';
import { ScriptedSocket, type Wire } from './scripted_socket.js';
import { VirtualClock } from './virtual_clock.js';

export class VirtualPage {
  readonly clock = new VirtualClock();
  readonly sockets: ScriptedSocket[] = [];
  readonly wire: Wire = { sent: [], control: [] };
  readonly #window = new EventTarget();
  readonly #document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  readonly #navigator = { onLine: true };

  /** All draws of clients created on this page follow from the seed. */
  enter(seed: number): void {
    const { sockets, wire } = this;
    this.clock.install();
    vi.stubGlobal(
      'WebSocket',
      class extends ScriptedSocket {
        constructor() {
          super(wire);
          sockets.push(this);
        }
      },
    );
    vi.stubGlobal('crypto', {
      getRandomValues: (words: Uint32Array) => {
        words.set([Math.floor(seed / 2 ** 32), seed % 2 ** 32]);
        return words;
      },
    });
    vi.stubGlobal('addEventListener', this.#window.addEventListener.bind(this.#window));
    vi.stubGlobal('removeEventListener', this.#window.removeEventListener.bind(this.#window));
    vi.stubGlobal('document', this.#document);
    vi.stubGlobal('navigator', this.#navigator);
  }

  leave(): void {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }

  setOnline(isOnline: boolean): void {
    this.#navigator.onLine = isOnline;
    this.#window.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
  }

  setVisible(isVisible: boolean): void {
    this.#document.visibilityState = isVisible ? 'visible' : 'hidden';
    this.#document.dispatchEvent(new Event('visibilitychange'));
  }

  /** Into the back/forward cache and out of it. */
  suspend(): void {
    this.#window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
  }

  /** It may be about to go. */
  unload(): void {
    this.#window.dispatchEvent(new Event('beforeunload'));
  }

  resume(): void {
    this.#window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  }
}

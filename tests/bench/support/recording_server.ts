// A server that records when each client connected and what it sent, by the path of its URL.
import { type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

interface Entry {
  readonly name: string;
  /** null: it connected. */
  readonly text: string | null;
  readonly time: number;
}

export class RecordingServer {
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  readonly #entries: Entry[] = [];
  readonly #watchers = new Set<() => void>();

  constructor() {
    this.#server.on('connection', (socket, request) => {
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      this.#entry({ name, text: null, time: performance.now() });
      socket.on('message', (data) => {
        this.#entry({ name, text: (data as Buffer).toString(), time: performance.now() });
      });
      socket.on('error', () => {
        socket.terminate();
      });
    });
  }

  async port(): Promise<number> {
    if (this.#server.address() === null)
      await new Promise((resolve) => this.#server.once('listening', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /**
   * Time from `since` until the client connected, or sent the text; Infinity if it did not within `timeout`.
   */
  async timeUntil(name: string, text: string | null, since: number, timeout: number): Promise<number> {
    const deadline = performance.now() + timeout;
    for (;;) {
      const found = this.#entries.find(
        (entry) => entry.name === name && entry.text === text && entry.time >= since,
      );
      if (found) return found.time - since;
      const left = deadline - performance.now();
      if (left <= 0) return Infinity;
      await this.#waitForEntry(left);
    }
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #entry(entry: Entry): void {
    this.#entries.push(entry);
    for (const notify of this.#watchers) notify();
    this.#watchers.clear();
  }

  #waitForEntry(timeout: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeout);
      this.#watchers.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

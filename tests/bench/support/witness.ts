// Owns a server that notes when each client connected and what it said, by the path of its URL.
import { type AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

interface Note {
  readonly name: string;
  /** null: it connected. */
  readonly text: string | null;
  readonly time: number;
}

export class Witness {
  readonly #server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  readonly #notes: Note[] = [];
  readonly #watchers = new Set<() => void>();

  constructor() {
    this.#server.on('connection', (socket, request) => {
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      this.#note({ name, text: null, time: performance.now() });
      socket.on('message', (data) => {
        this.#note({ name, text: (data as Buffer).toString(), time: performance.now() });
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

  /** When the client connected (or said the text) after `since`; Infinity if it does not within so long. */
  async timeOf(name: string, text: string | null, since: number, patience: number): Promise<number> {
    const deadline = performance.now() + patience;
    for (;;) {
      const found = this.#notes.find(
        (note) => note.name === name && note.text === text && note.time >= since,
      );
      if (found) return found.time - since;
      const left = deadline - performance.now();
      if (left <= 0) return Infinity;
      await this.#next(left);
    }
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #note(note: Note): void {
    this.#notes.push(note);
    for (const wake of this.#watchers) wake();
    this.#watchers.clear();
  }

  #next(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.#watchers.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

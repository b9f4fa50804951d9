// What every client of a library offers to the tests, and what it gets from them.
import { WebSocket, type WebSocketOptions } from '@advakod/resilient-websocket/websocket';

/** One user of a library, connected to the library's server. */
export interface Session {
  /**
   * Sends a text to the server; resolves with the text as it came back. Rejects if the library, or its users, learn that
   * the text is lost.
   */
  roundTrip(text: string): Promise<string>;
  /** Ends everything. */
  close(): unknown;
}

export type SocketClass = new (url: string | URL, protocols?: string | string[]) => WebSocket;

export interface Environment {
  readonly url: string;
  /** The class of the package with these options; the way in which an application passes options with a class. */
  classWith(options: WebSocketOptions): SocketClass & typeof WebSocket;
}

export type Connect = (environment: Environment) => Session | Promise<Session>;

/** What the JSON texts contain that some libraries exchange with their server. */
export interface Numbered {
  readonly id: number;
  readonly text: string;
}

interface Waiting {
  isSent: boolean;
  resolve(text: string): void;
  reject(error: Error): void;
}

/** The texts on their way, for libraries that do not relate an answer to its request. */
export class Replies {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  /** Whether a new text goes to a connection at once, rather than into the library's queue. */
  isConnected = false;

  /** Calls `send` with a new number; resolves with the text of the reply. */
  request(text: string, send: (message: Numbered) => void): Promise<string> {
    const id = (this.#last += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { isSent: this.isConnected, resolve, reject });
      send({ id, text });
    });
  }

  received({ id, text }: Numbered): void {
    this.#waiting.get(id)?.resolve(text);
    this.#waiting.delete(id);
  }

  /** From now on texts go to a connection, those in the library's queue too. */
  connected(): void {
    this.isConnected = true;
    for (const each of this.#waiting.values()) each.isSent = true;
  }

  /** The texts that had gone to the connection are lost. */
  disconnected(): void {
    this.isConnected = false;
    for (const [id, { isSent, reject }] of this.#waiting) {
      if (!isSent) continue;
      this.#waiting.delete(id);
      reject(new Error('the connection was lost'));
    }
  }
}

/** Something to wait for that comes and goes: being connected, for libraries that refuse to send before. */
export class Signal {
  #isSet = false;
  #resolve = (): void => undefined;
  #promise = this.#create();

  /** Resolves when it is set. */
  get promise(): Promise<void> {
    return this.#promise;
  }

  set(): void {
    this.#isSet = true;
    this.#resolve();
  }

  reset(): void {
    if (this.#isSet) this.#promise = this.#create();
    this.#isSet = false;
  }

  #create(): Promise<void> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }
}

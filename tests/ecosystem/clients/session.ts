// The interface between the tests and the client of each library, and helpers of the clients.
import { WebSocket, type WebSocketOptions } from '@advakod/resilient-websocket/websocket';

/** One user of a library, connected to the library's server. */
export interface Session {
  /**
   * Sends a text to the server; resolves with the text as it came back. Rejects when the library, or the code in this folder
   * that uses it, notices that the text is lost.
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

/** What is in the JSON texts that some libraries exchange with their servers. */
export interface Numbered {
  readonly id: number;
  readonly text: string;
}

interface Waiting {
  isSent: boolean;
  resolve(text: string): void;
  reject(error: Error): void;
}

/** The texts whose replies are awaited, for libraries that do not match replies with requests. */
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

  /** A connection is open. From now on texts go to it, also those in the library's queue. */
  connected(): void {
    this.isConnected = true;
    for (const each of this.#waiting.values()) each.isSent = true;
  }

  /** The connection is lost, and with it the texts that went to it. */
  disconnected(): void {
    this.isConnected = false;
    for (const [id, { isSent, reject }] of this.#waiting) {
      if (!isSent) continue;
      this.#waiting.delete(id);
      reject(new Error('the connection was lost'));
    }
  }
}

/** A condition that can be awaited and can end, such as an open connection, for libraries that refuse to send without one. */
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

// Owns the connections that components share: one client for each key of a scope, and who holds it.
// Refuses to connect, to hear events and to know React: the leases do.
import { ResilientWebSocket } from '../index.js';
import { type ResilientWebSocketOptions, type UrlSource } from '../types.js';
import { type Lease } from './lease.js';

type Asked = (...args: unknown[]) => unknown;

/** One client and those who hold it. */
export class Connection {
  readonly client: ResilientWebSocket;
  /** Oldest first. When the last one leaves it stays, to be told what becomes of its messages. */
  readonly leases: Lease[] = [];
  readonly #forget: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  constructor({ wishes: { url, isAsked, options } }: Lease, forget: () => void) {
    this.#forget = forget;
    const source = isAsked ? () => this.#url() : (url as string | URL);
    this.client = new ResilientWebSocket(source, this.prepared(options));
  }

  /** Options as the client gets them: a function asks the newest holder that has one, as it is then. */
  prepared(options: ResilientWebSocketOptions): ResilientWebSocketOptions {
    return Object.fromEntries(
      Object.entries(options).map(([name, value]) => [
        name,
        typeof value === 'function' ? (...args: unknown[]) => this.#newest(name)?.(...args) : value,
      ]),
    );
  }

  /** Returns whether nobody else holds it. */
  join(lease: Lease): boolean {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.leases.pop()?.close();
    }
    return this.leases.push(lease) === 1;
  }

  /** The last one out ends it, unless somebody comes within the grace. */
  leave(lease: Lease): void {
    if (this.leases.length > 1) {
      this.leases.splice(this.leases.indexOf(lease), 1);
      lease.close();
    } else {
      this.#timer = setTimeout(() => {
        this.#end();
      }, lease.wishes.grace);
    }
  }

  endIfAbandoned(): void {
    if (this.#timer !== undefined) this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#forget();
    // What this drops is told to the last holder before it returns.
    this.client.destroy();
    this.leases[0]?.close();
  }

  #newest(name: string): Asked | undefined {
    let found: unknown;
    for (const { wishes } of this.leases) found = wishes.options[name as 'shouldReconnect'] ?? found;
    return found as Asked | undefined;
  }

  #url(): ReturnType<Extract<UrlSource, () => unknown>> {
    const url = this.leases.at(-1)?.wishes.url ?? '';
    return typeof url === 'function' ? url() : url;
  }
}

/** A name space of connections: the page's own, a provider's, or that of a hook that shares with nobody. */
export class ConnectionScope {
  readonly #connections = new Map<string, Connection>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** The connection of that key; made for the lease if there is none. */
  find(key: string, lease: Lease): Connection {
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      connection = new Connection(lease, () => this.#connections.delete(key));
      this.#connections.set(key, connection);
    }
    return connection;
  }

  /** A provider came (again). */
  open(): void {
    clearTimeout(this.#timer);
  }

  /** A provider went: what nobody holds ends as soon as it is clear that it does not come again. */
  close(): void {
    this.#timer = setTimeout(() => {
      for (const connection of this.#connections.values()) connection.endIfAbandoned();
    });
  }
}

/** The scope of all hooks without a provider above them. */
export const pageScope = /* @__PURE__ */ new ConnectionScope();

// Owns the connections that components share: one client for each key of a scope, and who holds it.
// Refuses to connect, to hear events and to know React: the holders do.
import { ResilientWebSocket } from '../index.js';
import { type ResilientWebSocketOptions } from '../types.js';
import { type Holder } from './lease.js';

type Asked = (...args: unknown[]) => unknown;

/** One client and those who hold it. */
export interface Connection {
  readonly client: ResilientWebSocket;
  /** Options as the client gets them: a function asks the newest holder that has one, as it is then. */
  readonly prepared: (options: ResilientWebSocketOptions) => ResilientWebSocketOptions;
  /** Returns whether nobody else holds it. */
  readonly join: (holder: Holder) => boolean;
  /** The last one out ends it, unless somebody comes within the grace. */
  readonly leave: (holder: Holder) => void;
  readonly endIfAbandoned: () => void;
}

/** A name space of connections: the page's own, a provider's, or that of a hook that shares with nobody. */
export interface ConnectionScope {
  /** The connection of that key; made for the holder if there is none. */
  readonly find: (key: string, holder: Holder) => Connection;
  /**
   * A provider came (again). The returned function says that it went: what nobody holds ends as soon as it is clear
   * that it does not come again.
   */
  readonly open: () => () => void;
}

/** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
function createConnection({ wishes: { url, isAsked, options } }: Holder, forget: () => void): Connection {
  // Oldest first. When the last one leaves it stays, to be told what becomes of its messages.
  const holders: Holder[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function newest(name: string): Asked | undefined {
    let found: unknown;
    for (const { wishes } of holders) found = wishes.options[name as 'shouldReconnect'] ?? found;
    return found as Asked | undefined;
  }

  function prepared(given: ResilientWebSocketOptions): ResilientWebSocketOptions {
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        typeof value === 'function' ? (...args: unknown[]) => newest(name)?.(...args) : value,
      ]),
    );
  }

  const newestUrl = () => {
    const latest = holders.at(-1)?.wishes.url ?? '';
    return typeof latest === 'function' ? latest() : latest;
  };
  const client = new ResilientWebSocket(isAsked ? newestUrl : (url as string | URL), prepared(options));

  function end(): void {
    clearTimeout(timer);
    forget();
    // What this drops is told to the last holder before it returns.
    client.destroy();
    holders[0]?.close();
  }

  return {
    client,
    prepared,
    join: (holder) => {
      if (timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
        holders.pop()?.close();
      }
      return holders.push(holder) === 1;
    },
    leave: (holder) => {
      if (holders.length > 1) {
        holders.splice(holders.indexOf(holder), 1);
        holder.close();
      } else {
        timer = setTimeout(end, holder.wishes.grace);
      }
    },
    endIfAbandoned: () => {
      if (timer !== undefined) end();
    },
  };
}

export function createScope(): ConnectionScope {
  const connections = new Map<string, Connection>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    find: (key, holder) => {
      const known = connections.get(key);
      if (known) return known;
      const connection = createConnection(holder, () => connections.delete(key));
      connections.set(key, connection);
      return connection;
    },
    open: () => {
      clearTimeout(timer);
      return () => {
        timer = setTimeout(() => {
          for (const connection of connections.values()) connection.endIfAbandoned();
        });
      };
    },
  };
}

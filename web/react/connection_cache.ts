// The connections that components share: a cache of clients by key, each with its subscribers. A client is
// destroyed after its last subscriber has left. The cache neither connects a client nor listens to it: the
// subscribers do.
import { ResilientWebSocket } from '../index.js';
import { type ResilientWebSocketOptions } from '../types.js';
import { type Subscriber } from './connection_subscription.js';

type Callback = (...args: unknown[]) => unknown;

/** A cached client and its subscribers. */
export interface CachedConnection {
  readonly client: ResilientWebSocket;
  /**
   * The options in the form that is passed to the client: each function is replaced by one that calls the
   * function of the newest subscriber that has one at the time of the call.
   */
  readonly toClientOptions: (options: ResilientWebSocketOptions) => ResilientWebSocketOptions;
  /** Returns whether the subscriber is the only one. */
  readonly add: (subscriber: Subscriber) => boolean;
  /**
   * When the last subscriber is removed, the client is destroyed after the grace time unless another one is
   * added.
   */
  readonly remove: (subscriber: Subscriber) => void;
  /** Destroys the client now if it has no subscriber. */
  readonly collect: () => void;
}

/** The page has one cache, and each provider one of its own. */
export interface ConnectionCache {
  /** The connection with this key; created with the subscriber's options if there is none. */
  readonly get: (key: string, subscriber: Subscriber) => CachedConnection;
  /**
   * Called when a provider is mounted; returns the function to call at its unmount. Unused connections are
   * then destroyed without a grace time, unless the provider is mounted again at once, as StrictMode does.
   */
  readonly mount: () => () => void;
}

/** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
function createConnection(first: Subscriber, removeFromCache: () => void): CachedConnection {
  const { url, isUrlLive, options } = first.observed;
  // Oldest first. The last one stays in the list during the grace time, so that it gets the events of dropped
  // messages.
  const subscribers: Subscriber[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function newestCallback(name: string): Callback | undefined {
    let found: unknown;
    for (const { observed } of subscribers) found = observed.options[name as 'shouldReconnect'] ?? found;
    return found as Callback | undefined;
  }

  function toClientOptions(given: ResilientWebSocketOptions): ResilientWebSocketOptions {
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        typeof value === 'function' ? (...args: unknown[]) => newestCallback(name)?.(...args) : value,
      ]),
    );
  }

  const newestUrl = () => {
    const latest = subscribers.at(-1)?.observed.url ?? '';
    return typeof latest === 'function' ? latest() : latest;
  };
  const client = new ResilientWebSocket(
    isUrlLive ? newestUrl : (url as string | URL),
    toClientOptions(options),
  );

  function destroy(): void {
    clearTimeout(timer);
    removeFromCache();
    // The last subscriber gets the messageDropped events that this causes before the call returns.
    client.destroy();
    subscribers[0]?.close();
  }

  return {
    client,
    toClientOptions,
    add: (subscriber) => {
      if (timer !== undefined) {
        clearTimeout(timer);
        timer = undefined;
        subscribers.pop()?.close();
      }
      return subscribers.push(subscriber) === 1;
    },
    remove: (subscriber) => {
      if (subscribers.length > 1) {
        subscribers.splice(subscribers.indexOf(subscriber), 1);
        subscriber.close();
      } else {
        timer = setTimeout(destroy, subscriber.observed.grace);
      }
    },
    collect: () => {
      if (timer !== undefined) destroy();
    },
  };
}

export function createCache(): ConnectionCache {
  const connections = new Map<string, CachedConnection>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    get: (key, subscriber) => {
      const known = connections.get(key);
      if (known) return known;
      const connection = createConnection(subscriber, () => connections.delete(key));
      connections.set(key, connection);
      return connection;
    },
    mount: () => {
      clearTimeout(timer);
      return () => {
        timer = setTimeout(() => {
          for (const connection of connections.values()) connection.collect();
        });
      };
    },
  };
}

// The provider component: the connection cache and the default options of the hooks below it. The hooks themselves
// create the connections.
import {
  createContext,
  createElement,
  useEffect,
  useMemo,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { type Connection, type ConnectionCache, isSameOptions, withNewest } from './connection_cache.js';
import { logError } from './environment.js';
import { type Identity } from './identity.js';

const NO_OPTIONS = {};
const DEFAULT_GC_TIME = 100;
// setTimeout with a longer delay fires at once in every browser.
const MAX_TIMEOUT = 2147483647;

/** Props of the provider. */
export interface ResilientWebSocketProviderProps {
  /** Default options of the clients below; a hook's own options override them. Default: none. */
  readonly options?: ResilientWebSocketOptions | undefined;
  /**
   * How long a connection is kept after the last component that used it was unmounted, ms, 0 to 2147483647. Default
   * 100. A component that is mounted again at once, by StrictMode, fast refresh or a move in the tree, thus keeps its
   * connection. A value out of range is reported on the console, and the default used.
   */
  readonly gcTime?: number | undefined;
  /** The former name of `gcTime`. */
  readonly grace?: number | undefined;
  /** Default identity of the hooks below: whose connections they are. Default: each hook's own rule. */
  readonly identity?: Identity | null | undefined;
  /** Whether bad values of the provider, and of the hooks below by default, are thrown. Default false. */
  readonly throwOnError?: boolean | undefined;
  /** The components below the provider. */
  readonly children?: ReactNode;
}

interface ConnectionContextValue {
  readonly cache: ConnectionCache;
  readonly options: ResilientWebSocketOptions;
  readonly gcTime: number;
  readonly identity?: Identity | null;
  readonly throwOnError?: boolean;
}

export const ConnectionContext = /* @__PURE__ */ createContext<ConnectionContextValue>({
  // The cache of the page, for all hooks without a provider above them.
  cache: /* @__PURE__ */ new Set(),
  options: NO_OPTIONS,
  gcTime: DEFAULT_GC_TIME,
});

/** A cache whose unused connections are destroyed without a gcTime when its provider is unmounted. */
class ProviderCache extends Set<Connection> {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Called when the provider is mounted; returns the function to call at its unmount. A provider that is mounted again
   * at once, as by StrictMode, keeps its connections.
   */
  mount(): () => void {
    clearTimeout(this.#timer);
    return () => {
      this.#timer = setTimeout(() => {
        for (const connection of this) connection.collect();
      });
    };
  }
}

/** The functions of the latest options, under functions that stay the same. */
class LatestFunctions {
  #latest: Readonly<Record<string, unknown>> = NO_OPTIONS;

  set(options: ResilientWebSocketOptions): void {
    this.#latest = options;
  }

  wrap(options: ResilientWebSocketOptions): ResilientWebSocketOptions {
    this.set(options);
    return withNewest(options, (read) => {
      const latest = read(this.#latest);
      return typeof latest === 'function' ? latest : undefined;
    });
  }
}

/**
 * Gives the hooks below it a connection cache of their own: they share one connection for each key with each other,
 * and none with the rest of the page. The connections are closed when the provider unmounts.
 */
export function ResilientWebSocketProvider({
  options = NO_OPTIONS,
  grace = DEFAULT_GC_TIME,
  gcTime: givenTime = grace,
  identity = null,
  throwOnError = false,
  children,
}: ResilientWebSocketProviderProps): ReactElement {
  const isValid = givenTime >= 0 && givenTime <= MAX_TIMEOUT;
  const problem = isValid ? null : `Property "gcTime" must be a number of ms from 0 to ${MAX_TIMEOUT}`;
  if (problem !== null && throwOnError) throw new RangeError(problem);
  const gcTime = isValid ? givenTime : DEFAULT_GC_TIME;
  const [cache] = useState(() => new ProviderCache());
  const [functions] = useState(() => new LatestFunctions());
  // The same object until a value changes, so that the hooks below are not rendered for nothing.
  const [kept, setKept] = useState(options);
  if (!isSameOptions(kept, options)) setKept(options);
  useEffect(() => cache.mount(), [cache]);
  useEffect(() => {
    functions.set(options);
  });
  useEffect(() => {
    if (problem !== null) logError(problem);
  }, [problem]);
  const value = useMemo(
    () => ({ cache, options: functions.wrap(kept), gcTime, identity, throwOnError }),
    [cache, functions, kept, gcTime, identity, throwOnError],
  );
  return createElement(ConnectionContext.Provider, { value }, children);
}

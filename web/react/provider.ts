// The provider component: the connection cache and the default options of the hooks below it. The hooks
// themselves create the connections.
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
import { createCache, type ConnectionCache } from './connection_cache.js';

const NO_OPTIONS = {};
const DEFAULT_GRACE = 100;
// setTimeout with a longer delay fires at once in every browser.
const MAX_TIMEOUT = 2147483647;

/** Props of the provider. */
export interface ResilientWebSocketProviderProps {
  /** Default options of the clients below; a hook's own options override them. Default: none. */
  readonly options?: ResilientWebSocketOptions | undefined;
  /**
   * How long a connection is kept after the last component that used it was unmounted, ms, 0 to 2147483647.
   * Default 100. A component that is mounted again at once, by StrictMode, fast refresh or a move in the
   * tree, thus keeps its connection.
   */
  readonly grace?: number | undefined;
  /** The components below the provider. */
  readonly children?: ReactNode;
}

interface ConnectionContextValue {
  readonly cache: ConnectionCache;
  readonly options: ResilientWebSocketOptions;
  readonly grace: number;
}

export const ConnectionContext = /* @__PURE__ */ createContext<ConnectionContextValue>({
  // The cache of the page, for all hooks without a provider above them.
  cache: /* @__PURE__ */ createCache(),
  options: NO_OPTIONS,
  grace: DEFAULT_GRACE,
});

/**
 * Gives the hooks below it a connection cache of their own: they share one connection for each key with each
 * other, and none with the rest of the page. The connections are closed when the provider unmounts. Throws
 * RangeError for an invalid `grace`.
 */
export function ResilientWebSocketProvider({
  options = NO_OPTIONS,
  grace = DEFAULT_GRACE,
  children,
}: ResilientWebSocketProviderProps): ReactElement {
  if (!(grace >= 0 && grace <= MAX_TIMEOUT)) {
    throw new RangeError(`Property "grace" must be a number of ms from 0 to ${MAX_TIMEOUT}`);
  }
  const [cache] = useState(createCache);
  useEffect(() => cache.mount(), [cache]);
  const value = useMemo(() => ({ cache, options, grace }), [cache, options, grace]);
  return createElement(ConnectionContext.Provider, { value }, children);
}

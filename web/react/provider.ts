// Owns the scope and the defaults that a subtree's hooks share.
// Refuses to make connections: hooks do.
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
import { createScope, type ConnectionScope } from './connection_registry.js';

const NO_OPTIONS = {};
const DEFAULT_GRACE = 100;
// Longer timers fire at once in every browser.
const LONGEST = 2147483647;

export interface ResilientWebSocketProviderProps {
  /** Default options of the clients below; a hook's own go before them. Default: none. */
  readonly options?: ResilientWebSocketOptions | undefined;
  /**
   * How long a connection outlives the last component that used it, ms, 0 to 2147483647. Default 100. It keeps the
   * connection of a component that is mounted again at once: by StrictMode, fast refresh or a move in the tree.
   */
  readonly grace?: number | undefined;
  readonly children?: ReactNode;
}

interface Shared {
  readonly scope: ConnectionScope;
  readonly options: ResilientWebSocketOptions;
  readonly grace: number;
}

export const SharedContext = /* @__PURE__ */ createContext<Shared>({
  // The page's own, for all hooks without a provider above them.
  scope: /* @__PURE__ */ createScope(),
  options: NO_OPTIONS,
  grace: DEFAULT_GRACE,
});

/**
 * Gives its subtree connections of its own: hooks below share one for each key, and none with the rest of the page.
 * All of them end when it unmounts. Throws RangeError for a bad `grace`.
 */
export function ResilientWebSocketProvider({
  options = NO_OPTIONS,
  grace = DEFAULT_GRACE,
  children,
}: ResilientWebSocketProviderProps): ReactElement {
  if (!(grace >= 0 && grace <= LONGEST)) {
    throw new RangeError(`Property "grace" must be a number of ms from 0 to ${LONGEST}`);
  }
  const [scope] = useState(createScope);
  useEffect(() => scope.open(), [scope]);
  const shared = useMemo(() => ({ scope, options, grace }), [scope, options, grace]);
  return createElement(SharedContext.Provider, { value: shared }, children);
}

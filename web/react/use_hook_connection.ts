// The effects that drive a hook's connection: options at each commit, mount and unmount. Nothing is done
// during a render or on a server.
import {
  useContext,
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { type ObserverOptions } from './connection_subscription.js';
import { type HookConnection } from './hook_connection.js';
import { ConnectionContext } from './provider.js';

type HookOptions = Omit<ObserverOptions, 'cache' | 'grace'> & { readonly isShared: boolean };

let hookCount = 0;

/**
 * A layout effect; on a server, where no effect runs, a plain effect, because React 18 warns of layout
 * effects.
 */
function useEarlyEffect(effect: () => void, dependencies: readonly unknown[]): void {
  // Checked here rather than at import: importing must have no side effects.
  const useIt = typeof document === 'undefined' ? useEffect : useLayoutEffect;
  useIt(effect, dependencies);
}

export function useHookConnection(
  connection: HookConnection,
  { isShared, ...hookOptions }: HookOptions,
): ConnectionSnapshot {
  const context = useContext(ConnectionContext);
  const { cache } = context;
  const [uniquePrefix] = useState(() => `${++hookCount} `);
  const { isEnabled } = hookOptions;
  // A connection that is not shared is in the provider's cache too, so that it ends with the provider.
  const key = isShared || hookOptions.key === null ? hookOptions.key : uniquePrefix + hookOptions.key;
  // The earliest moment at which the commit is certain; setOptions schedules no render.
  useInsertionEffect(() => {
    const options = mergeOptions(context.options, hookOptions.options);
    connection.setOptions({ ...context, ...hookOptions, key, options });
  });
  const snapshot = useSyncExternalStore(...connection.source);
  // Before the passive effects of children, which may send.
  useEarlyEffect(() => {
    connection.mount();
  }, [connection, cache, key, isEnabled]);
  // The early effect has no cleanup: a component that is suspended again keeps its connection.
  useEffect(() => {
    connection.mount();
    return connection.unmount;
  }, [connection]);
  useEffect(() => {
    connection.apply();
  });
  return snapshot;
}

/** Later layers override earlier ones; undefined values count as not given. */
function mergeOptions(...layers: ResilientWebSocketOptions[]): ResilientWebSocketOptions {
  const given = layers.flatMap((options) => Object.entries(options));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

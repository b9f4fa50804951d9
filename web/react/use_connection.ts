// What both hooks do with an observer: they give it their options at each commit, and render its result.
import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { type Observers } from './connection_observer.js';
import { type ObserverOptions, type ObserverSession, type ResultWith } from './connection_subscription.js';

export function useConnection<Options extends ObserverOptions, Session extends ObserverSession<Options>>(
  observers: Observers<Options, Session>,
  options: Options,
  throwOnError: boolean | undefined,
): ResultWith<Session> {
  const observer = observers.get(options);
  observer.expect(options);
  const result = useSyncExternalStore(
    observer.subscribe,
    () => observer.getOptimisticResult(options),
    () => observer.getOptimisticResult(options, true),
  );
  // Before the passive effects of children, which may send. It has no cleanup: a component that is suspended again
  // keeps its connection.
  useEarlyEffect(() => {
    observer.setOptions(options);
  });
  const error = result.lastError?.error;
  if (error && throwOnError) throw error;
  return result;
}

/** A layout effect; on a server, where no effect runs, a plain effect, because React 18 warns of layout effects. */
function useEarlyEffect(effect: () => void): void {
  // Checked here rather than at import: importing must have no side effects.
  const useIt = typeof document === 'undefined' ? useEffect : useLayoutEffect;
  useIt(effect);
}

/** Later layers override earlier ones; undefined values count as not given. */
export function mergeOptions(
  ...layers: (ResilientWebSocketOptions | undefined)[]
): ResilientWebSocketOptions {
  return Object.fromEntries(
    layers.flatMap((options = {}) => Object.entries(options)).filter(([, value]) => value !== undefined),
  );
}

// Owns the moments at which a hook's wishes reach its connection: commits, mounts and unmounts.
// Refuses to touch a connection during render or on the server.
import {
  useContext,
  useEffect,
  useInsertionEffect,
  useLayoutEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { type ConnectionBinding } from './connection_binding.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { type Wishes } from './lease.js';
import { SharedContext } from './provider.js';

type HookWishes = Omit<Wishes, 'scope' | 'grace'> & { readonly isShared: boolean };

let hooks = 0;

/** An effect as early as a commit allows. React 18 warns of layout effects on a server, where none runs anyway. */
function useEarlyEffect(effect: () => void, dependencies: readonly unknown[]): void {
  // Asked here, not at import: importing must touch nothing.
  const useIt = typeof document === 'undefined' ? useEffect : useLayoutEffect;
  useIt(effect, dependencies);
}

export function useBinding(
  binding: ConnectionBinding,
  { isShared, ...wishes }: HookWishes,
): ConnectionSnapshot {
  const shared = useContext(SharedContext);
  const { scope } = shared;
  const [ownName] = useState(() => `${++hooks} `);
  const { isEnabled } = wishes;
  // What is not shared is the provider's all the same, and ends with it.
  const key = isShared || wishes.key === null ? wishes.key : ownName + wishes.key;
  // Neither schedules a render, and this is the earliest moment that a commit is certain.
  useInsertionEffect(() => {
    binding.update({ ...shared, ...wishes, key, options: merged(shared.options, wishes.options) });
  });
  const snapshot = useSyncExternalStore(...binding.source);
  // Before the effects of children, which may send.
  useEarlyEffect(() => {
    binding.enter();
  }, [binding, scope, key, isEnabled]);
  // No way back above: a component that is suspended again keeps its connection.
  useEffect(() => {
    binding.enter();
    return binding.leave;
  }, [binding]);
  useEffect(() => {
    binding.apply();
  });
  return snapshot;
}

/** The options that were given; undefined means not given. */
function merged(...layers: ResilientWebSocketOptions[]): ResilientWebSocketOptions {
  const given = layers.flatMap((options) => Object.entries(options));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

// Owns the moments at which a hook's wishes reach its connection: commits, mounts and unmounts.
// Refuses to touch a connection during render or on the server.
import { useContext, useEffect, useInsertionEffect, useState, useSyncExternalStore } from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { type ConnectionBinding, type ConnectionSnapshot } from './connection_binding.js';
import { ConnectionScope } from './connection_registry.js';
import { type Wishes } from './lease.js';
import { SharedContext } from './provider.js';

type HookWishes = Omit<Wishes, 'scope' | 'grace'> & { readonly isShared: boolean };

export function useBinding(
  binding: ConnectionBinding,
  { isShared, ...wishes }: HookWishes,
): ConnectionSnapshot {
  const { scope: sharedScope, options, grace } = useContext(SharedContext);
  const [ownScope] = useState(() => new ConnectionScope());
  const scope = isShared ? sharedScope : ownScope;
  const { key, isEnabled } = wishes;
  // Neither schedules a render, and this is the earliest moment that a commit is certain.
  useInsertionEffect(() => {
    binding.update({ ...wishes, scope, grace, options: merged(options, wishes.options) });
  });
  const snapshot = useSyncExternalStore(binding.subscribe, binding.getSnapshot, binding.getServerSnapshot);
  useEffect(() => {
    binding.enter();
    return () => {
      binding.leave();
    };
  }, [binding, scope, key, isEnabled]);
  useEffect(() => {
    binding.apply();
  });
  return snapshot;
}

/** The options that were given; undefined means not given. */
function merged(
  defaults: ResilientWebSocketOptions | undefined,
  own: ResilientWebSocketOptions,
): ResilientWebSocketOptions {
  const given = Object.entries({ ...defaults }).concat(Object.entries(own));
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

// Owns who wants to know that something has changed, and where they look. Refuses to know what.

export interface Store<Snapshot> {
  /** Tells that it may look different now. Not while a render is being committed. */
  readonly changed: () => void;
  /** Arguments of useSyncExternalStore. */
  readonly source: readonly [
    subscribe: (listener: () => void) => () => void,
    getSnapshot: () => Snapshot,
    getServerSnapshot: () => Snapshot,
  ];
}

export function createStore<Snapshot>(getSnapshot: () => Snapshot, onServer: Snapshot): Store<Snapshot> {
  const listeners = new Set<() => void>();
  return {
    changed: () => {
      for (const listener of listeners) listener();
    },
    source: [
      (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getSnapshot,
      () => onServer,
    ],
  };
}

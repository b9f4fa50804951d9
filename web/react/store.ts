// A minimal external store for React: a set of listeners, and the arguments of useSyncExternalStore.

export interface Store<Snapshot> {
  /**
   * Notifies the listeners that the snapshot may have changed. Not to be called while a render is being
   * committed.
   */
  readonly notify: () => void;
  /** Arguments of useSyncExternalStore. */
  readonly source: readonly [
    subscribe: (listener: () => void) => () => void,
    getSnapshot: () => Snapshot,
    getServerSnapshot: () => Snapshot,
  ];
}

export function createStore<Snapshot>(
  getSnapshot: () => Snapshot,
  serverSnapshot: Snapshot,
): Store<Snapshot> {
  const listeners = new Set<() => void>();
  return {
    notify: () => {
      for (const listener of listeners) listener();
    },
    source: [
      (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      getSnapshot,
      () => serverSnapshot,
    ],
  };
}

// Connects one hook to its connection: subscribes and unsubscribes as the hook is rendered, mounted,
// unmounted and called, and provides the snapshot that the hook shows. It subscribes only in an effect or a
// call, never in a render.
import type { ResilientWebSocket } from '../index.js';
import { type ConnectionErrorEvent } from '../types.js';
import { createSnapshotStore, type ConnectionSnapshot } from './connection_snapshot.js';
import {
  createSubscription,
  notSentError,
  type ObserverOptions,
  type Subscription,
} from './connection_subscription.js';
import { type Store } from './store.js';

export interface ConnectionObserver extends Store<ConnectionSnapshot> {
  /** The current client. */
  readonly client: () => ResilientWebSocket | undefined;
  /**
   * Records whether a call of the page requests a connection, independently of `isEnabled`; subscribes if it
   * does, and returns the client.
   */
  readonly request: (isRequested: boolean) => ResilientWebSocket | undefined;
  /** Reports an error that is not the client's own; by default, that a message was not sent. */
  readonly fail: (error?: ConnectionErrorEvent) => void;
  /** Called at each commit. Unsubscribes at once from a connection that the new options no longer mean. */
  readonly setOptions: (options: ObserverOptions) => void;
  /** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  readonly mount: () => void;
  readonly unmount: () => void;
  /** Assigns the client options that changed. Throws the client's RangeError. */
  readonly apply: () => void;
}

export function createObserver(): ConnectionObserver {
  let observed: ObserverOptions | undefined;
  let subscription: Subscription | undefined;
  let isMounted = false;
  // connect() was called when it could not subscribe yet.
  let isRequestPending = false;
  let lastError: ConnectionErrorEvent | null = null;
  const store = createSnapshotStore(() => [subscription?.client ?? null, lastError]);
  const { notify } = store;

  function subscribe(): void {
    if (subscription || !isMounted || typeof observed?.key !== 'string') return;
    subscription = createSubscription(observed.key, observed, (event, args) => {
      if (event === 'message') return;
      if (event === 'error') lastError = args[0] as ConnectionErrorEvent;
      if (event === 'open') lastError = null;
      notify();
    });
    // Started only after the variable is set: events during the start may call back into this observer.
    try {
      subscription.start();
    } catch (error) {
      unsubscribe();
      throw error;
    }
    notify();
  }

  function unsubscribe(): void {
    subscription?.leave();
    subscription = undefined;
  }

  return {
    ...store,
    client: () => subscription?.client,
    request: (isRequested) => {
      if (isRequested) subscribe();
      isRequestPending = isRequested && !subscription;
      return subscription?.client;
    },
    fail: (error = notSentError(observed?.options.locale)) => {
      lastError = error;
      notify();
      try {
        observed?.handlers.error?.(error);
      } catch (thrown) {
        console.error('ResilientWebSocket: onError threw', thrown);
      }
    },
    setOptions: (next) => {
      const isOther = observed?.key !== next.key || observed.cache !== next.cache;
      if (isOther || (observed?.isEnabled && !next.isEnabled)) unsubscribe();
      if (isOther) lastError = null;
      observed = next;
      if (subscription) subscription.observed = next;
    },
    mount: () => {
      isMounted = true;
      if (observed?.isEnabled || isRequestPending) subscribe();
      if (subscription) isRequestPending = false;
      notify();
    },
    unmount: () => {
      isMounted = isRequestPending = false;
      unsubscribe();
    },
    apply: () => subscription?.apply(),
  };
}

// Owns one hook's hold on its connection: it comes and goes with the hook's renders, mounts and calls.
// Refuses to hold a connection before an effect asks for it.
import type { ResilientWebSocket } from '../index.js';
import { type ConnectionErrorEvent } from '../types.js';
import { createSnapshots, type ConnectionSnapshot } from './connection_snapshot.js';
import { notSent, takeLease, type Lease, type Wishes } from './lease.js';
import { type Store } from './store.js';

export interface ConnectionHold extends Store<ConnectionSnapshot> {
  /** The client there is now. */
  readonly client: () => ResilientWebSocket | undefined;
  /** Notes whether the page wants a connection beyond `isEnabled`, makes one if so, and gives the client. */
  readonly callFor: (isWanted: boolean) => ResilientWebSocket | undefined;
  /** Tells of an error that is none of the client's own; without one, that a message was not sent. */
  readonly fail: (error?: ConnectionErrorEvent) => void;
  /** A render was committed. A connection that it no longer means is left before anything more is heard of it. */
  readonly update: (wishes: Wishes) => void;
  /** Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  readonly enter: () => void;
  readonly leave: () => void;
  /** Assigns options that changed. Throws the client's RangeError. */
  readonly apply: () => void;
}

export function createHold(): ConnectionHold {
  let wishes: Wishes | undefined;
  let lease: Lease | undefined;
  let isMounted = false;
  // connect() was called when there was nothing to connect to yet.
  let isCalledFor = false;
  let lastError: ConnectionErrorEvent | null = null;
  const store = createSnapshots(() => [lease?.client ?? null, lastError]);
  const { changed } = store;

  function take(): void {
    if (lease || !isMounted || typeof wishes?.key !== 'string') return;
    lease = takeLease(wishes.key, wishes, (event, args) => {
      if (event === 'message') return;
      if (event === 'error') lastError = args[0] as ConnectionErrorEvent;
      if (event === 'open') lastError = null;
      changed();
    });
    // Not before the lease is known here: what it brings about may call back.
    try {
      lease.start();
    } catch (error) {
      drop();
      throw error;
    }
    changed();
  }

  function drop(): void {
    lease?.leave();
    lease = undefined;
  }

  return {
    ...store,
    client: () => lease?.client,
    callFor: (isWanted) => {
      if (isWanted) take();
      isCalledFor = isWanted && !lease;
      return lease?.client;
    },
    fail: (error = notSent(wishes?.options.locale)) => {
      lastError = error;
      changed();
      try {
        wishes?.handlers.error?.(error);
      } catch (thrown) {
        console.error('ResilientWebSocket: onError threw', thrown);
      }
    },
    update: (next) => {
      const isElsewhere = wishes?.key !== next.key || wishes.scope !== next.scope;
      if (isElsewhere || (wishes?.isEnabled && !next.isEnabled)) drop();
      if (isElsewhere) lastError = null;
      wishes = next;
      if (lease) lease.wishes = next;
    },
    enter: () => {
      isMounted = true;
      if (wishes?.isEnabled || isCalledFor) take();
      if (lease) isCalledFor = false;
      changed();
    },
    leave: () => {
      isMounted = isCalledFor = false;
      drop();
    },
    apply: () => lease?.apply(),
  };
}

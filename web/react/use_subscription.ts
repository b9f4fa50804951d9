// Subscriptions at the server: components that use one key on one client share a subscription. It is sent on every
// connection, once, and ended when the last component has gone.
import { useEffect, useState } from 'react';
import type { ResilientWebSocket } from '../index.js';
import { type EventMap, type Parsed, type Sendable } from '../types.js';
import { withFilter } from './use_last_message.js';

/** Options of the hook. */
export interface UseSubscriptionOptions<In = Parsed, Out = Sendable> {
  /** What is subscribed to: components with the same key on one client share a subscription. */
  readonly key: string;
  /** The message that subscribes. A changed one is sent on the next connection, or at once with another key. */
  readonly subscribe: Out;
  /** The message that ends the subscription. Default: none is sent. */
  readonly unsubscribe?: Out | undefined;
  /** A message arrived that `filter` accepts. */
  readonly onMessage?: ((message: In) => void) | undefined;
  /** Called for each message: whether `onMessage` gets it. Default: each message. */
  readonly filter?: ((message: In) => boolean) | undefined;
}

/** The type, which TypeScript infers from other arguments only (its own NoInfer came with 5.4). */
type Uninferred<Type> = [Type][Type extends unknown ? 0 : never];
type Client = ResilientWebSocket;
type Frames = Pick<UseSubscriptionOptions, 'subscribe' | 'unsubscribe'>;

/** The subscriptions of each client by their keys. */
const subscriptions = /* @__PURE__ */ new WeakMap<Client, Map<string, SharedSubscription>>();

class SharedSubscription {
  /** Of the component that rendered last. */
  frames: Frames;
  readonly #client: Client;
  #users = 0;
  /** The message that was sent last, and the socket it was sent on. */
  #sent: unknown;
  #socket: unknown;
  /** Whether that message was still in the queue at the end of its connection: the next one gets it from there. */
  #isQueued = false;

  constructor(client: Client, frames: Frames) {
    this.#client = client;
    this.frames = frames;
    client.on('open', this.#subscribe).on('close', this.#onClose).on('messageDropped', this.#onDropped);
  }

  enter(): void {
    this.#users += 1;
    this.#subscribe();
  }

  /** `end` is called if no component has come meanwhile; it returns false if the subscription has ended already. */
  leave(end: () => boolean): void {
    this.#users -= 1;
    // StrictMode and a move in the tree mount a component again at once.
    queueMicrotask(() => {
      if (this.#users > 0 || !end()) return;
      const { unsubscribe } = this.frames;
      const isKnown = this.#client.isConnected && this.#client.ws === this.#socket;
      if ((isKnown || this.#isQueued) && unsubscribe !== undefined) this.#send(unsubscribe);
      this.#client.off('open', this.#subscribe).off('close', this.#onClose);
      this.#client.off('messageDropped', this.#onDropped);
    });
  }

  readonly #subscribe = (): void => {
    const { isConnected, ws } = this.#client;
    // A component may come between the change of the state and the event.
    if (!isConnected || ws === this.#socket) return;
    this.#socket = ws;
    if (!this.#isQueued) this.#send((this.#sent = this.frames.subscribe));
  };

  /**
   * Volatile, because it must not be sent again, nor be reported as unconfirmed: every connection gets it anyway. It is
   * queued only behind messages that must not be overtaken.
   */
  #send(frame: unknown): void {
    if (this.#client.isDestroyed) return;
    if (!this.#client.send(frame, { volatile: true })) this.#client.send(frame);
  }

  readonly #onClose = (): void => {
    this.#isQueued = this.#client.messageQueue.includes(this.#sent);
  };

  readonly #onDropped = ({ data, reason }: EventMap['messageDropped'][0]): void => {
    if (data !== this.#sent) return;
    this.#isQueued = false;
    if (reason !== 'cleared') return;
    // The page has cleared its messages; the subscription is still wanted.
    this.#socket = undefined;
    this.#subscribe();
  };
}

/** One component's use of a subscription. */
class Subscriber {
  #options: UseSubscriptionOptions | undefined;
  #client: Client | null | undefined;
  #leave: (() => void) | undefined;

  /** Called at each commit, and without a client at the unmount. */
  use(client: Client | null | undefined, options?: UseSubscriptionOptions): void {
    const isSame = client === this.#client && options?.key === this.#options?.key;
    this.#client = client;
    this.#options = options;
    if (!isSame) {
      this.#leave?.();
      this.#leave = client && options ? this.#enter(client, options) : undefined;
    } else if (client && options) {
      const shared = subscriptions.get(client)?.get(options.key);
      if (shared) shared.frames = options;
    }
  }

  #enter(client: Client, options: UseSubscriptionOptions): () => void {
    const { key } = options;
    const ofClient = subscriptions.get(client) ?? new Map<string, SharedSubscription>();
    subscriptions.set(client, ofClient);
    const shared = ofClient.get(key) ?? new SharedSubscription(client, options);
    ofClient.set(key, shared);
    shared.frames = options;
    shared.enter();
    client.on('message', this.#receive);
    return () => {
      client.off('message', this.#receive);
      // After its end another one may have taken its place.
      shared.leave(() => ofClient.get(key) === shared && ofClient.delete(key));
    };
  }

  readonly #receive = (message: unknown): void => {
    withFilter(this.#options?.filter, this.#options?.onMessage)?.(message);
  };
}

/**
 * Subscribes at the server as long as a component with the key is mounted. Without a connection nothing is queued: the
 * subscription is sent when the connection opens, and again on each later one.
 */
export function useSubscription<In = Parsed, Out = Sendable>(
  websocket: ResilientWebSocket<In, Out> | null | undefined,
  options: UseSubscriptionOptions<In, Uninferred<Out>>,
): void {
  const [subscriber] = useState(() => new Subscriber());
  useEffect(() => {
    subscriber.use(websocket as Client | null | undefined, options as UseSubscriptionOptions);
  });
  useEffect(
    () => () => {
      subscriber.use(null);
    },
    [subscriber],
  );
}

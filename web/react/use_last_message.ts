// The last message of a client as state of a component: it renders for the messages that its filter accepts, and for
// no others.
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ResilientWebSocket } from '../index.js';
import { type Parsed } from '../types.js';

/** Options of the hook. */
export interface UseLastMessageOptions<In = Parsed> {
  /** Called for each message: whether it is shown. Default: each is. A changed one applies from the next message on. */
  readonly filter?: ((message: In) => boolean) | undefined;
}

type Listener = (message: Parsed) => unknown;

/** A listener for the messages that the filter accepts. Without a filter it gets all messages. */
export function withFilter(
  filter: Listener | undefined,
  listener: Listener | undefined,
): Listener | undefined {
  return filter && listener ? (message) => filter(message) && listener(message) : listener;
}

class LastMessage {
  #filter: Listener | undefined;
  readonly #client: ResilientWebSocket | null | undefined;
  #value: unknown;

  constructor(client: ResilientWebSocket | null | undefined) {
    this.#client = client;
  }

  setFilter(filter: Listener | undefined): void {
    this.#filter = filter;
  }

  readonly get = (): unknown => this.#value;

  readonly subscribe = (listener: () => void): (() => void) => {
    const receive = (message: unknown): void => {
      if (this.#filter && !this.#filter(message)) return;
      this.#value = message;
      listener();
    };
    this.#client?.on('message', receive);
    return () => this.#client?.off('message', receive);
  };
}

/**
 * The last message since the component was mounted that the filter accepts; undefined before the first, and when the
 * client was changed. When several arrive at once, only the last one is rendered: `onMessage` gets each.
 */
export function useLastMessage<In, Kind extends In>(
  websocket: ResilientWebSocket<In, Parsed> | null | undefined,
  options: { readonly filter: (message: In) => message is Kind },
): Kind | undefined;
export function useLastMessage<In = Parsed>(
  websocket: ResilientWebSocket<In, Parsed> | null | undefined,
  options?: UseLastMessageOptions<In>,
): In | undefined;
export function useLastMessage(
  websocket: ResilientWebSocket | null | undefined,
  { filter }: UseLastMessageOptions = {},
): unknown {
  const store = useMemo(() => new LastMessage(websocket), [websocket]);
  useEffect(() => {
    store.setFilter(filter);
  });
  return useSyncExternalStore(store.subscribe, store.get, getNone);
}

function getNone(): undefined {
  return undefined;
}

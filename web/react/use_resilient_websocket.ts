// The generic hook: a connection to a URL, its state, and callbacks that may change on every render.
import { useContext, useEffect, useState } from 'react';
import {
  type DeliverOptions,
  type EventMap,
  type Parsed,
  type ResilientWebSocketOptions,
  type Sendable,
  type SendOptions,
  type UrlSource,
} from '../types.js';
import { DeliveryError, type ResilientWebSocket } from '../index.js';
import { Observers } from './connection_observer.js';
import { type ConnectionResult, type HookError } from './connection_result.js';
import {
  callSafely,
  type ConnectionCalls,
  type ObserverOptions,
  type ObserverSession,
} from './connection_subscription.js';
import { withFilter } from './use_last_message.js';
import { fromPage, hash, type Identity } from './identity.js';
import { ConnectionContext } from './provider.js';
import { mergeOptions, useConnection } from './use_connection.js';

type Callback<Name extends keyof EventMap> = ((...args: EventMap[Name]) => void) | undefined;

/**
 * Any function without parameters. The second signature is for TypeScript: with one alone it would need the result of
 * `() => send('x')` to infer the type of the hook, and with it that of `send`.
 */
interface OpenCallback {
  (): void;
  <Any>(one?: Any, other?: Any): void;
}

/** Options of the hook and of the client. A changed client option is assigned to the running client. */
export interface UseResilientWebSocketOptions<In = Parsed, Out = Sendable> extends ResilientWebSocketOptions<
  In,
  Out
> {
  /**
   * Components with the same key and the same `identity` share a connection. Default: the URL. If the URL is a
   * function, there is no default, and the connection is not shared. With a key the URL is read before every attempt:
   * a changed URL is used from the next attempt on.
   */
  key?: string | undefined;
  /**
   * Whose connection it is. Another identity is another connection, and what was queued for the former one is
   * dropped. Default: the provider's. Without one, components share a connection only if their `protocols`, and with
   * a function as URL the function, are the same.
   */
  identity?: Identity | null | undefined;
  /** Whether the connection is shared with other components. Default true. */
  shared?: boolean | undefined;
  /** Whether to connect automatically. Setting it to false ends the connection. Default true. */
  enabled?: boolean | undefined;
  /**
   * Whether a bad URL or option, or missing WebAssembly, is thrown to the next error boundary. Default: the
   * provider's, else false: it is `lastError`, the state is `failed`, and it is written to the console.
   */
  throwOnError?: boolean | undefined;
  /** A message arrived that `filter` accepts. */
  onMessage?: ((message: In) => void) | undefined;
  /** Called for each message: whether `onMessage` gets it. Default: each message. */
  filter?: ((message: In) => boolean) | undefined;
  /** The connection opened. Called once for a component that joins a connection that is open already. */
  onOpen?: OpenCallback | undefined;
  /** An attempt has ended. */
  onClose?: Callback<'close'>;
  /** An attempt failed, or a message was refused. */
  onError?: { method(error: HookError): void }['method'] | undefined;
  /** The state of the connection changed. */
  onStateChange?: Callback<'stateChange'>;
  /** A message was dropped. Called also after the unmount, if the component was the last on the connection. */
  onMessageDropped?: Callback<'messageDropped'>;
  /** A message was sent, and nothing shows whether it arrived. Called also after the unmount, as `onMessageDropped`. */
  onMessageUnconfirmed?: Callback<'messageUnconfirmed'>;
  /** The session has ended: messages of the server may be missing. */
  onSessionLost?: Callback<'sessionLost'>;
}

/** The options that are not the client's. */
const OWN_OPTIONS: readonly string[] = [
  ...['key', 'identity', 'shared', 'enabled', 'throwOnError'],
  ...['onMessage', 'filter', 'onOpen', 'onClose', 'onError', 'onStateChange'],
  ...['onMessageDropped', 'onMessageUnconfirmed', 'onSessionLost'],
];

/** The result of the hook: the same object until something changes. */
export interface UseResilientWebSocketResult<In = Parsed, Out = Sendable> extends Omit<
  ConnectionResult,
  'websocket'
> {
  /** The client; null before the first effect, on the server and while no connection is wanted. */
  readonly websocket: ResilientWebSocket<In, Out> | null;
  /**
   * As the client's `send`. Without a client it returns false, and calls `onError` unless volatile. Like the other
   * functions it is the same on every render until the key changes, and belongs to the connection of that key.
   */
  readonly send: (data: Out, options?: SendOptions) => boolean;
  /** As the client's `deliver`. Without a client it rejects with a DeliveryError, whose reason is `disconnected`. */
  readonly deliver: (data: Out, options?: DeliverOptions) => Promise<void>;
  /** Connects, even with `enabled: false`. */
  readonly connect: () => void;
  /** Closes the connection for all components that share it. */
  readonly disconnect: () => void;
  /** Closes the connection and connects again at once, for all components that share it. */
  readonly reconnect: () => void;
}

class Session implements ObserverSession<ObserverOptions> {
  readonly state: Pick<ConnectionCalls, 'send' | 'connect' | 'disconnect' | 'reconnect'> &
    Pick<UseResilientWebSocketResult, 'deliver'>;
  #joined: ResilientWebSocket | undefined;
  // Undefined until it is known whether there is one; null for none.
  #client: ResilientWebSocket | null | undefined;
  /** Calls of `deliver` that were made before that was known. */
  readonly #early: (() => void)[] = [];

  constructor({ send, connect, disconnect, reconnect }: ConnectionCalls) {
    this.state = { send, deliver: this.#deliver, connect, disconnect, reconnect };
  }

  /** After each commit: the client that the hook shows, and whether there will be one. */
  committed(client: ResilientWebSocket | null, isExpected: boolean): void {
    this.#client = client ?? (isExpected ? undefined : null);
    if (this.#client === undefined) return;
    for (const call of this.#early.splice(0)) call();
  }

  onJoin(client: ResilientWebSocket): void {
    this.#joined = client;
  }

  end(): void {
    this.#joined = undefined;
  }

  readonly #deliver = (data: Sendable, options?: DeliverOptions): Promise<void> => {
    const promise = new Promise<void>((resolve, reject) => {
      const call = () => {
        if (this.#client) this.#client.deliver(data, options).then(resolve, reject);
        else reject(new DeliveryError('disconnected'));
      };
      if (this.#client === undefined) this.#early.push(call);
      else call();
    });
    // A rejection that the caller ignores is not reported as unhandled.
    promise.catch(() => undefined);
    return promise;
  };

  /** The client of the open connection that the hook has joined since the last call. */
  takeJoined(): ResilientWebSocket | undefined {
    const client = this.#joined;
    this.#joined = undefined;
    return client;
  }
}

/**
 * A connection that exists as long as a component uses it. Components with the same URL or `key` share it.
 * @param url as for the client; null or undefined: no connection. A function is called before every attempt, and may
 *   change on every render without a reconnect.
 */
export function useResilientWebSocket<In = Parsed, Out = Sendable>(
  url: UrlSource | null | undefined,
  options: UseResilientWebSocketOptions<In, Out> = {},
): UseResilientWebSocketResult<In, Out> {
  const [observers] = useState(() => new Observers<ObserverOptions, Session>(Session));
  const context = useContext(ConnectionContext);
  const { identity: given, enabled = true, throwOnError } = options;
  const identity = fromPage(given ?? context.identity);
  const wanted = toWanted(url, options, identity, observers);
  const result = useConnection(
    observers,
    {
      ...context,
      ...wanted,
      options: mergeOptions(context.options, wanted.options),
      identity,
      isEnabled: enabled,
    },
    throwOnError ?? context.throwOnError,
  );
  const { websocket, connectionState } = result;
  useEffect(() => {
    observers.current?.session.committed(websocket, connectionState === 'connecting');
  });
  useEffect(() => {
    if (websocket === null) return undefined;
    const report = (event: EventMap['sessionLost'][0]) => {
      const handlers = observers.options?.handlers as UseResilientWebSocketOptions | undefined;
      handlers?.onSessionLost?.(event);
    };
    websocket.on('sessionLost', report);
    return () => {
      websocket.off('sessionLost', report);
    };
  }, [observers, websocket]);
  useEffect(() => {
    if (observers.current?.session.takeJoined()?.isConnected) callSafely(() => options.onOpen?.());
  });
  return result;
}

function toWanted(
  url: UrlSource | null | undefined,
  given: UseResilientWebSocketOptions,
  identity: string | null,
  owner: object,
): Pick<ObserverOptions, 'key' | 'url' | 'address' | 'sources' | 'options' | 'handlers'> {
  const { key, shared = true } = given;
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => !OWN_OPTIONS.includes(name)));
  const isFunction = typeof url === 'function';
  const address = String(url);
  const isUrlLive = isFunction || key !== undefined;
  const { protocols } = given;
  const listed = typeof protocols === 'function' ? '' : JSON.stringify(protocols ?? '');
  const functions = [isFunction && url, typeof protocols === 'function' && protocols].filter(Boolean);
  const isShared = shared && (key !== undefined || !isFunction);
  return {
    key:
      url === null || url === undefined
        ? null
        : JSON.stringify([
            key ?? (isFunction ? '' : address),
            isUrlLive,
            identity ?? hash(listed),
            identity !== null,
          ]),
    url: isUrlLive && !isFunction ? () => url ?? '' : (url ?? ''),
    address,
    sources: isShared ? (identity === null ? functions : []) : [owner],
    options,
    handlers: { ...given, onMessage: withFilter(given.filter, given.onMessage) },
  };
}

// The generic hook: a connection to a URL, its state, and callbacks that may change on every render.
import { useState } from 'react';
import {
  type EventMap,
  type ResilientWebSocketOptions,
  type Sendable,
  type SendOptions,
  type UrlSource,
} from '../types.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { createHookConnection } from './hook_connection.js';
import { useHookConnection } from './use_hook_connection.js';

type Callback<Name extends keyof EventMap> = ((...args: EventMap[Name]) => unknown) | undefined;

/** Options of the hook and of the client. A changed client option is assigned to the running client. */
export interface UseResilientWebSocketOptions extends ResilientWebSocketOptions {
  /**
   * Components with the same key share a connection. Default: the URL. If the URL is a function, there is no
   * default, and the connection is not shared. With a key the URL is read before every attempt: a changed URL
   * is used from the next attempt on.
   */
  key?: string | undefined;
  /** Whether the connection is shared with other components. Default true. */
  shared?: boolean | undefined;
  /** Whether to connect automatically. Setting it to false ends the connection. Default true. */
  enabled?: boolean | undefined;
  /** A message arrived. */
  onMessage?: Callback<'message'>;
  /**
   * The connection opened. Not called for a component that is mounted when the connection is open already.
   */
  onOpen?: Callback<'open'>;
  /** An attempt has ended. */
  onClose?: Callback<'close'>;
  /** An attempt failed, or a message was refused. */
  onError?: Callback<'error'>;
  /** The state of the connection changed. */
  onStateChange?: Callback<'stateChange'>;
  /**
   * A message was dropped. Called also after the unmount, if the component was the last on the connection.
   */
  onMessageDropped?: Callback<'messageDropped'>;
}

/** The result of the hook; the functions are the same on every render. */
export interface UseResilientWebSocketResult extends ConnectionSnapshot {
  /** As the client's `send`. Without a client it returns false, and calls `onError` unless volatile. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  /** Connects, even with `enabled: false`. */
  readonly connect: () => void;
  /** Closes the connection for all components that share it. */
  readonly disconnect: () => void;
  /** Closes the connection and connects again at once, for all components that share it. */
  readonly reconnect: () => void;
}

/**
 * A connection that exists as long as a component uses it. Components with the same URL or `key` share it.
 * @param url as for the client; null or undefined: no connection. A function is called before every attempt,
 * and may
 *   change on every render without a reconnect. An invalid URL or option throws SyntaxError or RangeError
 * from an effect, to the next error boundary.
 */
export function useResilientWebSocket(
  url: UrlSource | null | undefined,
  options: UseResilientWebSocketOptions = {},
): UseResilientWebSocketResult {
  const { key, shared = true, enabled = true, ...others } = options;
  const { onMessage, onOpen, onClose, onError, onStateChange, onMessageDropped, ...clientOptions } = others;
  const [connection] = useState(createHookConnection);
  const isFunction = typeof url === 'function';
  const snapshot = useHookConnection(connection, {
    key: url === null || url === undefined ? null : (key ?? (isFunction ? '' : String(url))),
    isShared: shared && (key !== undefined || !isFunction),
    isEnabled: enabled,
    url,
    isUrlLive: isFunction || key !== undefined,
    options: clientOptions,
    handlers: {
      message: onMessage,
      open: onOpen,
      close: onClose,
      error: onError,
      stateChange: onStateChange,
      messageDropped: onMessageDropped,
    },
  });
  return { ...snapshot, ...connection.calls };
}

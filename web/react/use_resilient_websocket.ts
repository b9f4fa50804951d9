// Owns the generic hook: a connection to a URL, its state, and callbacks that may change on every render.
// Refuses to know what is said on the connection.
import { useState } from 'react';
import {
  type EventMap,
  type ResilientWebSocketOptions,
  type Sendable,
  type SendOptions,
  type UrlSource,
} from '../types.js';
import { createBinding } from './connection_binding.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { useBinding } from './use_binding.js';

type Callback<Name extends keyof EventMap> = ((...args: EventMap[Name]) => unknown) | undefined;

/** Options of the hook, beside those of the client, which are live: a changed one is assigned. */
export interface UseResilientWebSocketOptions extends ResilientWebSocketOptions {
  /**
   * Name under which components share the connection. Default: the URL; a function has none and is not shared.
   * With a key the URL is asked for before every attempt: a new one counts from the next attempt on.
   */
  key?: string | undefined;
  /** Whether other components may use the same connection. Default true. */
  shared?: boolean | undefined;
  /** Whether to connect by itself; turned off, the connection ends. Default true. */
  enabled?: boolean | undefined;
  onMessage?: Callback<'message'>;
  /** The connection was opened, this component being there: one that joins an open connection is not told. */
  onOpen?: Callback<'open'>;
  onClose?: Callback<'close'>;
  onError?: Callback<'error'>;
  onStateChange?: Callback<'stateChange'>;
  /** A message is lost. Told even after the unmount, of messages the last component has left behind. */
  onMessageDropped?: Callback<'messageDropped'>;
}

/** What a hook gives back; the functions are the same on every render. */
export interface UseResilientWebSocketResult extends ConnectionSnapshot {
  /** As the client's `send`. Without a connection false, and unless volatile told by `onError`. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  /** Connects, be it with `enabled: false`. */
  readonly connect: () => void;
  /** Closes the connection for all who share it. */
  readonly disconnect: () => void;
  /** Connects afresh, for all who share the connection. */
  readonly reconnect: () => void;
}

/**
 * A connection that lives as long as a component uses it. Components with the same URL or `key` share it.
 * @param url as for the client; null or undefined: no connection. A function is asked before every attempt, and may
 *   change on every render without a reconnect.
 * A URL or option that breaks its rule throws SyntaxError or RangeError from an effect, to the next error boundary.
 */
export function useResilientWebSocket(
  url: UrlSource | null | undefined,
  options: UseResilientWebSocketOptions = {},
): UseResilientWebSocketResult {
  const { key, shared = true, enabled = true, ...others } = options;
  const { onMessage, onOpen, onClose, onError, onStateChange, onMessageDropped, ...clientOptions } = others;
  const [binding] = useState(createBinding);
  const isFunction = typeof url === 'function';
  const snapshot = useBinding(binding, {
    key: url === null || url === undefined ? null : (key ?? (isFunction ? '' : String(url))),
    isShared: shared && (key !== undefined || !isFunction),
    isEnabled: enabled,
    url,
    isAsked: isFunction || key !== undefined,
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
  return { ...snapshot, ...binding.calls };
}

// The public types of what the user gives for each attempt: the address and the handshake.
import { type NativeAbortSignal, type NativeUrl } from './platform_types.js';
import { type Parsed, type Sendable } from './types.js';

/** A value or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** A WebSocket URL, or a function that is called for one before every attempt (for a fresh token, say). */
export type UrlSource = string | NativeUrl | (() => MaybePromise<string | NativeUrl>);

/** Subprotocols (RFC 6455, 4.1), or a function that is called for them before every attempt. */
export type ProtocolsSource =
  string | readonly string[] | (() => MaybePromise<string | readonly string[] | undefined>);

/** What the function of the option `handshake` gets. Its members need no `this`. */
export interface HandshakeConnection<In = Parsed, Out = Sendable> {
  /**
   * Sends at once, converted as by `client.send()`; `maxMessageSize` does not apply. Throws an AbortError when the
   * handshake is over, TypeError for a value that cannot be sent.
   */
  readonly send: (data: Out) => void;
  /**
   * The next message, as the `message` event would carry it. Rejects with an AbortError when the handshake is over. Each
   * call takes a message, also if its promise is not awaited any more, for example after a Promise.race() with a timer.
   */
  readonly receive: () => Promise<In>;
  /** Is aborted when the attempt ends before the handshake is done. */
  readonly signal: NativeAbortSignal;
}

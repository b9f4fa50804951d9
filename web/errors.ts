// The errors that the package throws or rejects with, beyond the platform's own RangeError, SyntaxError and TypeError.
// None quotes a URL, a protocol or a payload: an error may end up in a log. Some checks of values that lead to them are
// here, too.
import { utf8Length } from './payload.js';
import { type DropReason } from './types.js';

/** Thrown by every method that would act on a client after `destroy()`; promises reject with it. */
export class DestroyedError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'DestroyedError';

  constructor() {
    super('The ResilientWebSocket has been destroyed');
  }
}

/** The rejection of `connect()` and `whenConnected()` when there will be no connection. */
export class ConnectionError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'ConnectionError';
  /** The state the client ended in. */
  readonly state: 'failed' | 'disconnected';
  /** The close code behind it, if there is one. */
  readonly code: number | undefined;

  constructor(message: string, state: 'failed' | 'disconnected', code: number | undefined) {
    super(message);
    this.state = state;
    this.code = code;
  }
}

/** Something that the client is made of is missing or forbidden: WebAssembly, or a WebSocket to connect with. */
export class UnsupportedEnvironmentError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'UnsupportedEnvironmentError';
}

/**
 * For the option `handshake`: its function throws it to end the attempt. The socket is closed with the code and the reason,
 * and the `close` event has them. Whether a retry follows is decided as for a close by the server.
 */
export class HandshakeError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'HandshakeError';
  /** The close code. */
  readonly code: number;
  /** The close reason. */
  readonly reason: string;

  /**
   * Throws RangeError for a bad code or reason.
   * @param code 1000 or 3000 to 4999.
   * @param reason at most 123 bytes; default ''.
   */
  constructor(code: number, reason = '') {
    super(`${code} ${reason}`);
    checkClose(code, reason);
    this.code = code;
    this.reason = reason;
  }
}

/** The rejection of `deliver()`: the message was given up, or nothing proves that it arrived. */
export class DeliveryError extends Error {
  /** Identifies the error without `instanceof`. */
  override readonly name = 'DeliveryError';
  /**
   * `unconfirmed`: it was sent, and may have arrived. `invalid`: it cannot be sent. The rest is as in
   * `messageDropped`.
   */
  readonly reason: DropReason | 'unconfirmed' | 'invalid';

  constructor(reason: DeliveryError['reason']) {
    super(`The message was not delivered: ${reason}`);
    this.reason = reason;
  }
}

/** The rule of isDuration(), for the texts of errors. */
export const DURATION_RULE = 'a finite number >= 0 (milliseconds)';

/** Whether the value is a finite number of at least 0. */
export function isDuration(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}

/** Throws RangeError for a code or reason that a socket cannot be closed with. */
export function checkClose(code = 1000, reason = ''): void {
  const isCode = code === 1000 || (code >= 3000 && code <= 4999 && code % 1 === 0);
  if (!isCode || utf8Length(reason) > 123) {
    throw createOptionError('code', '1000 or 3000 to 4999, its reason at most 123 bytes');
  }
}

/** The kind of error that an aborted signal has. */
export function createTooLateError(): Error {
  return new DOMException('The handshake is over', 'AbortError');
}

/** As `AbortSignal.timeout()` gives. */
export function createTimeoutError(milliseconds: number): Error {
  return new DOMException(`Not connected within ${milliseconds} ms`, 'TimeoutError');
}

/** The URL is none a WebSocket can be opened with. For users it is a SyntaxError. */
export class UrlError extends SyntaxError {
  constructor(rule: string) {
    super(`The WebSocket URL ${rule}`);
  }
}

export function createOptionError(name: string, rule: string): RangeError {
  return new RangeError(`Option "${name}" must be ${rule}`);
}

// The errors that the package throws or rejects with, beyond the platform's own RangeError, SyntaxError and TypeError.
// None quotes a URL, a protocol or a payload: an error may end up in a log.

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

// Owns the errors the package throws or rejects with, beyond the platform's own RangeError, SyntaxError and TypeError.
// Refuses to carry URLs, protocols or payloads: an error may end up in a log.

/** Thrown by every method that would act on a client after `destroy()`; promises reject with it. */
export class DestroyedError extends Error {
  override readonly name = 'DestroyedError';

  constructor() {
    super('The ResilientWebSocket has been destroyed');
  }
}

/** What a `connect()` or `whenConnected()` that came to nothing rejects with. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** The state the client ended in. */
  readonly state: 'failed' | 'disconnected';
  /** Close code of the last loss, if one was behind it. */
  readonly code: number | undefined;

  constructor(message: string, state: 'failed' | 'disconnected', code: number | undefined) {
    super(message);
    this.state = state;
    this.code = code;
  }
}

/** A DOMException named TimeoutError, as `AbortSignal.timeout()` gives; a plain Error of that name without DOMException. */
export function timeoutError(milliseconds: number): Error {
  const message = `Not connected within ${milliseconds} ms`;
  if (typeof DOMException === 'function') return new DOMException(message, 'TimeoutError');
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}

/** The URL is none a WebSocket can be opened with. The URL itself is not quoted: it may hold a token. */
export function urlError(rule: string): SyntaxError {
  return new SyntaxError(`The WebSocket URL ${rule}`);
}

export function optionError(name: string, rule: string): RangeError {
  return new RangeError(`Option "${name}" must be ${rule}`);
}

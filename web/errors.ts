// The errors that the package throws or rejects with, beyond the platform's own RangeError, SyntaxError and TypeError.
// None quotes a URL, a protocol or a payload: an error may end up in a log.

/** Thrown by every method that would act on a client after `destroy()`; promises reject with it. */
export class DestroyedError extends Error {
  /** Tells the error apart without `instanceof`. */
  override readonly name = 'DestroyedError';

  constructor() {
    super('The ResilientWebSocket has been destroyed');
  }
}

/** The rejection of `connect()` and `whenConnected()` when there will be no connection. */
export class ConnectionError extends Error {
  /** Tells the error apart without `instanceof`. */
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

/** A DOMException named TimeoutError, as `AbortSignal.timeout()` gives; a plain Error of that name without DOMException. */
export function createTimeoutError(milliseconds: number): Error {
  const message = `Not connected within ${milliseconds} ms`;
  if (typeof DOMException === 'function') return new DOMException(message, 'TimeoutError');
  return Object.assign(new Error(message), { name: 'TimeoutError' });
}

/** The URL is none a WebSocket can be opened with. */
export function createUrlError(rule: string): SyntaxError {
  return new SyntaxError(`The WebSocket URL ${rule}`);
}

export function createOptionError(name: string, rule: string): RangeError {
  return new RangeError(`Option "${name}" must be ${rule}`);
}

/** The WebAssembly module could not be compiled or instantiated. */
export function createModuleError(cause: unknown): Error {
  return new Error(
    `ResilientWebSocket could not start its WebAssembly module (${String(cause)}). The browser must have WebAssembly; a ` +
      "content security policy must allow 'wasm-unsafe-eval'; where only asynchronous compilation is allowed, await " +
      'preload() before the first client',
    { cause },
  );
}

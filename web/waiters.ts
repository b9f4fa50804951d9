// Owns the promises of `connect()` and `whenConnected()`: each is settled exactly once.
// Refuses to leave an unhandled rejection: a caller who does not look at the promise hears of failures by events.
import { type ConnectionError, optionError, timeoutError } from './errors.js';
import { type ConnectionState, type WaitOptions } from './types.js';

/** Longest time a host's timer takes, ms. */
const LONGEST_TIMER = 2 ** 31 - 1;

const NOBODY: readonly Waiter[] = [];

interface Waiter {
  /** Whether it belongs to `connect()`, and a disconnect ends it. */
  readonly isConnect: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** What the promises are about. */
export interface Awaited {
  readonly state: ConnectionState;
  /** The error for those whom the state `failed` or `disconnected` disappoints. */
  createError(): ConnectionError;
  /** An abort has left no pending `connect()`. */
  stopConnecting(): void;
}

export class Waiters {
  // Replaced, never changed: most of the time nobody waits, and then all clients share one empty list.
  #waiters: readonly Waiter[] = NOBODY;
  readonly #awaited: Awaited;

  constructor(awaited: Awaited) {
    this.#awaited = awaited;
  }

  /** For `connect()`, which goes on to ask for the connection. */
  forConnect(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return rejected(signal.reason as Error);
    return this.#awaited.state === 'connected' ? Promise.resolve() : this.#add(true, signal, undefined);
  }

  /** For `whenConnected()`, which asks for nothing. */
  forConnected(options: WaitOptions | undefined): Promise<void> {
    const signal = options?.signal;
    const timeout: unknown = options?.timeout;
    if (signal?.aborted === true) return rejected(signal.reason as Error);
    if (timeout !== undefined && !isTimeout(timeout)) {
      return rejected(optionError('timeout', 'a finite number >= 0 (milliseconds)'));
    }
    if (this.#awaited.state === 'connected') return Promise.resolve();
    if (this.#awaited.state === 'failed') return rejected(this.#awaited.createError());
    return this.#add(false, signal, timeout);
  }

  /** Settles whom the new state concerns. */
  stateChanged(): void {
    const { state } = this.#awaited;
    if (state === 'connecting' || state === 'reconnecting') return;
    for (const waiter of this.#waiters) {
      if (state === 'connected') waiter.resolve();
      else if (state === 'failed' || waiter.isConnect) waiter.reject(this.#awaited.createError());
    }
  }

  rejectAll(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }

  #add(isConnect: boolean, signal: AbortSignal | undefined, timeout: number | undefined): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      const cleanups: (() => void)[] = [];
      const leave = () => {
        const rest = this.#waiters.filter((other) => other !== waiter);
        this.#waiters = rest.length > 0 ? rest : NOBODY;
        for (const cleanup of cleanups) cleanup();
      };
      const waiter: Waiter = {
        isConnect,
        resolve: () => {
          leave();
          resolve();
        },
        reject: (reason) => {
          leave();
          reject(reason);
        },
      };
      this.#waiters = [...this.#waiters, waiter];
      if (signal !== undefined) cleanups.push(this.#watch(waiter, signal));
      if (timeout !== undefined) cleanups.push(expire(waiter, timeout));
    });
    return handled(promise);
  }

  #watch(waiter: Waiter, signal: AbortSignal): () => void {
    const aborted = () => {
      waiter.reject(signal.reason as Error);
      if (waiter.isConnect && !this.#waiters.some((other) => other.isConnect)) this.#awaited.stopConnecting();
    };
    signal.addEventListener('abort', aborted);
    return () => {
      signal.removeEventListener('abort', aborted);
    };
  }
}

/** A promise whose rejection is nobody's duty to handle. */
export function rejected(reason: Error): Promise<void> {
  return handled(Promise.reject(reason));
}

function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function expire(waiter: Waiter, timeout: number): () => void {
  const timer = setTimeout(
    () => {
      waiter.reject(timeoutError(timeout));
    },
    Math.min(timeout, LONGEST_TIMER),
  );
  return () => {
    clearTimeout(timer);
  };
}

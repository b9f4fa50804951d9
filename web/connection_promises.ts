// The promises of `connect()` and `whenConnected()`: each is settled exactly once, by the state of the client. None
// becomes an unhandled rejection: a caller who ignores the promise learns of failures by events.
import { type EventQueue } from './event_queue.js';
import {
  type ConnectionError,
  createOptionError,
  createTimeoutError,
  DURATION_RULE,
  isDuration,
} from './errors.js';
import { type ConnectionState, type WaitOptions } from './types.js';

/** The longest time that timers take, ms. */
const MAX_TIMER = 2 ** 31 - 1;

interface Pending {
  /** Made by `connect()`: a disconnect rejects it. */
  readonly isOfConnect: boolean;
  /** Made inside a callback: the core is in a turn, and carries the command out before the turn ends. */
  isQueued: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** The client that the promises are about. */
export interface ConnectionHost {
  readonly state: ConnectionState;
  /** The error for the state `failed` or `disconnected`. */
  createError(state: 'failed' | 'disconnected'): ConnectionError;
  /** An abort has left no pending `connect()`. */
  stopConnecting(): void;
}

const NONE: readonly Pending[] = [];

export class ConnectionPromises {
  // Replaced, never changed, so that a loop over it is not disturbed.
  #pending = NONE;
  readonly #host: ConnectionHost;
  readonly #events: EventQueue;

  constructor(host: ConnectionHost, events: EventQueue) {
    this.#host = host;
    this.#events = events;
  }

  /** For `connect()`, before the command goes to the core, or for `whenConnected()`. */
  create(isOfConnect: boolean, options: WaitOptions = {}): Promise<void> {
    const { signal } = options;
    const timeout: unknown = options.timeout;
    if (signal?.aborted === true) return createRejected(signal.reason as Error);
    if (timeout !== undefined && !isDuration(timeout)) {
      return createRejected(createOptionError('timeout', DURATION_RULE));
    }
    return this.#create(isOfConnect, signal, timeout);
  }

  stateChanged(): void {
    for (const pending of this.#pending) if (!pending.isQueued) this.#settle(pending);
  }

  /** Commands given inside callbacks were carried out: the state is an answer to them now. */
  turnEnded(): void {
    for (const pending of this.#pending) {
      if (!pending.isQueued) continue;
      pending.isQueued = false;
      this.#settle(pending);
    }
  }

  /** Before `disconnect()` goes to the core: no state will show that it ends a `connect()` that is queued before it. */
  disconnecting(): void {
    for (const pending of this.#pending) {
      if (pending.isQueued && pending.isOfConnect) pending.reject(this.#host.createError('disconnected'));
    }
  }

  rejectAll(error: Error): void {
    for (const pending of this.#pending) pending.reject(error);
  }

  #settle(pending: Pending): void {
    const { state } = this.#host;
    if (state === 'connected') pending.resolve();
    else if (state === 'failed' || (state === 'disconnected' && pending.isOfConnect)) {
      pending.reject(this.#host.createError(state));
    }
  }

  #create(isOfConnect: boolean, signal: AbortSignal | undefined, timeout: number | undefined): Promise<void> {
    const isQueued = this.#events.isInCallback;
    const { state } = this.#host;
    if (!isQueued && state === 'connected') return Promise.resolve();
    if (!isQueued && state === 'failed' && !isOfConnect) return createRejected(this.#host.createError(state));
    const promise = new Promise<void>((resolve, reject) => {
      const cleanups: (() => void)[] = [];
      const remove = () => {
        const others = this.#pending.filter((other) => other !== pending);
        this.#pending = others.length > 0 ? others : NONE;
        for (const cleanup of cleanups) cleanup();
      };
      const pending: Pending = {
        isOfConnect,
        isQueued,
        resolve: () => {
          remove();
          resolve();
        },
        reject: (reason) => {
          remove();
          reject(reason);
        },
      };
      this.#pending = [...this.#pending, pending];
      if (signal !== undefined) cleanups.push(this.#watch(pending, signal));
      if (timeout !== undefined) cleanups.push(startTimeout(pending, timeout));
    });
    return withHandler(promise);
  }

  #watch(pending: Pending, signal: AbortSignal): () => void {
    const onAbort = () => {
      pending.reject(signal.reason as Error);
      if (pending.isOfConnect && !this.#pending.some((other) => other.isOfConnect))
        this.#host.stopConnecting();
    };
    signal.addEventListener('abort', onAbort);
    return () => {
      signal.removeEventListener('abort', onAbort);
    };
  }
}

export function createRejected(reason: Error): Promise<void> {
  return withHandler(Promise.reject(reason));
}

/** Keeps a rejection that the caller ignores from being reported as unhandled. */
export function withHandler<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}

/** Whether the value has a method `then`. False if that cannot be read. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}

function startTimeout(pending: Pending, timeout: number): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (rest: number) => {
    timer = setTimeout(
      () => {
        if (rest > MAX_TIMER) wait(rest - MAX_TIMER);
        else pending.reject(createTimeoutError(timeout));
      },
      Math.min(rest, MAX_TIMER),
    );
  };
  wait(timeout);
  return () => {
    clearTimeout(timer);
  };
}

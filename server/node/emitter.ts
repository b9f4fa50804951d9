// Event listeners. An error that a listener throws is reported and does not stop the others.

/** Returned by methods that have done their work already. A listener that returns it counts as finished at once. */
export const DONE: Promise<void> = Promise.resolve();

type Listener = (...args: never[]) => unknown;

interface Registration {
  readonly listener: Listener;
  readonly isOnce: boolean;
}

function rejected(error: Error): Promise<never> {
  return Promise.reject(error);
}

/** Calls `failed` if the promise rejects. Does not call methods of the promise: the application may have replaced them. */
export function onFailure(promise: Promise<unknown>, failed: (error: unknown) => void): Promise<unknown> {
  return Promise.prototype.then.call(promise, undefined, failed);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** An object with events. `Events` has the arguments of each event's listeners. */
export abstract class Emitter<Events extends { [Name in keyof Events]: readonly unknown[] }> {
  // The lists are replaced, never changed: an event goes to the listeners that were there when it began.
  readonly #registrations = new Map<keyof Events, readonly Registration[]>();

  /** Calls the listener with every such event. A listener that is there already is not added again. Returns the object. */
  on<Name extends keyof Events & string>(event: Name, listener: (...args: Events[Name]) => unknown): this {
    return this.#add(event, listener, false);
  }

  /** Calls the listener with the next such event only. Returns the object. */
  once<Name extends keyof Events & string>(event: Name, listener: (...args: Events[Name]) => unknown): this {
    return this.#add(event, listener, true);
  }

  /** Removes a listener; nothing if it is not there. Returns the object. */
  off<Name extends keyof Events & string>(event: Name, listener: (...args: Events[Name]) => unknown): this {
    const rest = this.#of(event).filter((registration) => registration.listener !== listener);
    this.#registrations.set(event, rest);
    return this;
  }

  /**
   * Calls the listeners. What they throw or reject with is written to the console. Returns whether there is a listener.
   * @internal
   */
  emit<Name extends keyof Events & string>(event: Name, ...args: Events[Name]): boolean {
    const hasListeners = this.#of(event).length > 0;
    for (const unfinished of this.call(event, args)) {
      void onFailure(unfinished, (error) => {
        console.error(`SessionServer: a listener of "${event}" failed:`, error);
      });
    }
    return hasListeners;
  }

  /**
   * Calls the listeners. Returns a promise for each that has thrown, or has returned a promise (DONE excepted) or another
   * thenable; the others have finished.
   * @internal
   */
  call<Name extends keyof Events & string>(event: Name, args: Events[Name]): readonly Promise<unknown>[] {
    const present = this.#of(event);
    if (present.some(({ isOnce }) => isOnce)) {
      this.#registrations.set(
        event,
        present.filter(({ isOnce }) => !isOnce),
      );
    }
    const unfinished: Promise<unknown>[] = [];
    for (const { listener } of present) {
      try {
        const result = listener(...(args as readonly unknown[] as never[]));
        const isUnfinished = result !== DONE && (result instanceof Promise || isThenable(result));
        if (isUnfinished) unfinished.push(Promise.resolve(result));
      } catch (error) {
        unfinished.push(rejected(error as Error));
      }
    }
    return unfinished;
  }

  #of(event: keyof Events): readonly Registration[] {
    return this.#registrations.get(event) ?? [];
  }

  #add(event: keyof Events, listener: unknown, isOnce: boolean): this {
    if (typeof listener !== 'function') throw new TypeError('"listener" must be a function');
    const present = this.#of(event);
    if (present.some((registration) => registration.listener === listener)) return this;
    this.#registrations.set(event, [...present, { listener: listener as Listener, isOnce }]);
    return this;
  }
}

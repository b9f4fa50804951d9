// How a message reaches the listeners of `message`. Most sockets have one plain listener: a function without options. It
// is called directly, with the platform's own event, because a new event that passes through an EventTarget takes much
// longer. In all other cases the EventTarget delivers a new event.

type Listener = (this: EventTarget, event: Event) => unknown;
// They fit removeEventListener as well.
type Arguments = Parameters<EventTarget['addEventListener']>;

/** The newest event of the platform's socket, and the message in it. */
export interface Frame {
  event: unknown;
  message: unknown;
}

const deliveries = new WeakMap<EventTarget, MessageDelivery>();

export class MessageDelivery {
  readonly frame: Frame = { event: undefined, message: undefined };
  readonly #target: EventTarget;
  // All listeners of `message` in their order; undefined after one was added or removed that is not plain.
  #plain: Set<Listener> | undefined = new Set();
  // The listener that is called directly.
  #single: Listener | undefined;
  // The platform's socket that dispatched the newest event, and the prototype of its events at #single.
  #socket: EventTarget | null | undefined;
  #prototype: object | undefined;

  constructor(target: EventTarget) {
    this.#target = target;
    deliveries.set(target, this);
  }

  /** Fires a `message` event at the target. */
  deliver(data: unknown, origin: string): void {
    const { event, message } = this.frame;
    const listener = this.#single;
    this.frame.event = undefined;
    // A message that was not delivered at once may not be that of the newest event.
    if (listener && message === data && this.#adopt(event)) call(this.#target, listener, event as Event);
    else this.#target.dispatchEvent(new MessageEvent('message', { data, origin }));
  }

  /** Called after the function of the target with the same name. */
  addEventListener(...[type, listener, options]: Arguments): void {
    if (!isMessage(type) || listener === null) return;
    // Zone.js calls a listener in the zone in which it was added.
    const isPlain = typeof listener === 'function' && options === undefined && !('Zone' in globalThis);
    if (isPlain) this.#plain?.add(listener);
    else this.#plain = undefined;
    this.#findSingle();
  }

  /** Called after the function of the target with the same name. */
  removeEventListener(...[type, listener, options]: Arguments): void {
    if (!isMessage(type)) return;
    if (options === undefined) this.#plain?.delete(listener as Listener);
    else this.#plain = undefined;
    this.#findSingle();
  }

  #findSingle(): void {
    const [first, second] = this.#plain ?? [];
    this.#single = second === undefined ? first : undefined;
  }

  /**
   * Puts #target into the place of the platform's socket, which is dispatching this event. Returns false where that is not
   * possible: for what is no event of the platform, after its dispatch, and where a test double has given it a target.
   */
  #adopt(given: unknown): boolean {
    try {
      const event = given as Event;
      const prototype: unknown = Object.getPrototypeOf(event);
      if (prototype === this.#prototype) return true;
      if (prototype !== MessageEvent.prototype || Object.hasOwn(event, 'target')) return false;
      const { currentTarget, target } = event;
      // A test double may call its handler without dispatching the event, which has no target then.
      if (currentTarget === null && target !== null) return false;
      if (currentTarget !== this.#socket) this.#prototype = createPrototype(this.#target, currentTarget);
      this.#socket = currentTarget;
      Object.setPrototypeOf(event, this.#prototype ?? null);
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Overrides the functions that add and remove listeners, for objects that have a MessageDelivery. No class between them and
 * EventTarget does this: the platform's WebSocket has none there.
 */
export function watchListeners(prototype: EventTarget): void {
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    const value = function (this: EventTarget, ...args: Arguments): void {
      EventTarget.prototype[name].apply(this, args);
      deliveries.get(this)?.[name](...args);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}

/** A type may be any value. The EventTarget converts it to a string. */
function isMessage(type: unknown): boolean {
  return String(type) === 'message';
}

/** Creates a prototype of events on which the target stands in the place of the platform's socket. */
function createPrototype(target: EventTarget, socket: EventTarget | null): object {
  const platform = MessageEvent.prototype;
  const replace = <Found>(found: Found) => (found === socket ? target : found);
  const prototype = Object.create(platform) as Event;
  for (const name of ['target', 'currentTarget', 'srcElement']) {
    Object.defineProperty(prototype, name, {
      get(this: Event) {
        return replace<unknown>(Reflect.get(platform, name, this));
      },
      enumerable: true,
    });
  }
  prototype.composedPath = function () {
    return platform.composedPath.call(this).map(replace);
  };
  return prototype;
}

/** Calls a listener. Its error is reported as the platform reports it. */
function call(target: EventTarget, listener: Listener, event: Event): void {
  try {
    listener.call(target, event);
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
}

// How a message reaches the listeners of `message`. Most sockets have one plain listener: a function without options. It
// is called directly, with a SocketEvent, because a new event of the platform that passes through an EventTarget takes much
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

/**
 * The event of the platform's socket as the listener gets it: with all members of that event, and with the WebSocket as its
 * target. It inherits from MessageEvent, but `dispatchEvent()` does not accept it, because the platform did not create it. To
 * change the platform's event would take 0.2 µs, to create another one more than 1 µs.
 */
class SocketEvent {
  static #base: object | undefined;
  readonly #event: MessageEvent;
  readonly #target: EventTarget;
  readonly #data: unknown;

  constructor(event: MessageEvent, target: EventTarget, data: unknown) {
    this.#event = event;
    this.#target = target;
    this.#data = data;
  }

  get data(): unknown {
    return this.#data;
  }

  get target(): EventTarget {
    return this.#target;
  }

  get srcElement(): EventTarget {
    return this.#target;
  }

  get currentTarget(): EventTarget | null {
    return isDispatched(this.#event) ? null : this.#target;
  }

  get isTrusted(): boolean {
    return this.#event.isTrusted;
  }

  composedPath(): EventTarget[] {
    return isDispatched(this.#event) ? [] : [this.#target];
  }

  /** The prototype of the platform's events. The first call gives this class its members. */
  static base(): object {
    return (this.#base ??= SocketEvent.#inherit(MessageEvent.prototype));
  }

  static #inherit(base: object): object {
    const { prototype } = SocketEvent;
    Reflect.deleteProperty(prototype, 'constructor');
    Object.setPrototypeOf(prototype, base);
    // In browsers it is an own property of each event, so that the loop does not find it.
    Object.defineProperty(prototype, 'isTrusted', { enumerable: true });
    for (const level of [base, Object.getPrototypeOf(base) as object]) {
      for (const name of Reflect.ownKeys(level)) {
        const given = Object.getOwnPropertyDescriptor(level, name) as TypedPropertyDescriptor<unknown>;
        const member = Object.getOwnPropertyDescriptor(prototype, name) ?? SocketEvent.#memberOf(name, given);
        const enumerable = given.enumerable === true;
        if (member !== undefined) Object.defineProperty(prototype, name, { ...member, enumerable });
      }
    }
    return base;
  }

  /** A member that reads, sets or calls that of the platform's event; undefined for constants, which are inherited. */
  static #memberOf(
    name: PropertyKey,
    given: TypedPropertyDescriptor<unknown>,
  ): (PropertyDescriptor & ThisType<SocketEvent>) | undefined {
    if ('get' in given) {
      return {
        get(): unknown {
          return Reflect.get(this.#event, name);
        },
        set(value: unknown) {
          Reflect.set(this.#event, name, value);
        },
        configurable: true,
      };
    }
    const method = given.value;
    if (typeof method !== 'function' || name === 'constructor') return undefined;
    return {
      value(...args: unknown[]): unknown {
        return Reflect.apply(method, this.#event, args);
      },
      writable: true,
      configurable: true,
    };
  }
}

export class MessageDelivery {
  readonly frame: Frame = { event: undefined, message: undefined };
  readonly #target: EventTarget;
  // All listeners of `message` in their order; undefined after one was added or removed that is not plain.
  #plain: Set<Listener> | undefined = new Set();
  // The listener that is called directly.
  #single: Listener | undefined;

  constructor(target: EventTarget) {
    this.#target = target;
    deliveries.set(target, this);
  }

  /** Fires a `message` event at the target. */
  deliver(data: unknown, origin: string): void {
    const { event, message } = this.frame;
    this.frame.event = undefined;
    // A message that was not delivered at once may not be that of the newest event.
    const own = this.#single && message === data ? this.#toSocketEvent(event, data) : undefined;
    if (this.#single && own) call(this.#target, this.#single, own as unknown as Event);
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

  /** Returns undefined for what is no event of the platform, for an event with own members, and after its dispatch. */
  #toSocketEvent(given: unknown, data: unknown): SocketEvent | undefined {
    try {
      const event = given as MessageEvent;
      // The events of happy-dom have own properties, which a SocketEvent would not have.
      const isOfClass = Object.getPrototypeOf(event) === SocketEvent.base() && !Object.hasOwn(event, 'data');
      const isUsable = isOfClass && !isDispatched(event);
      return isUsable ? new SocketEvent(event, this.#target, data) : undefined;
    } catch {
      return undefined;
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

/** Whether the listeners have been called. A test double may call its handler without dispatching, so that there is no target. */
function isDispatched(event: Event): boolean {
  return event.currentTarget === null && event.target !== null;
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

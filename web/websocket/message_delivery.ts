// How a message reaches the listeners of `message`. Most sockets have one plain listener: `onmessage`, or a function that was
// added without options. It is called directly, with the event of the platform's socket. To dispatch a new event would take
// much longer than this call. In all other cases the EventTarget dispatches a new event.
import { createMessageEvent } from './events.js';

type Listener = (this: EventTarget, event: Event) => unknown;
/** The arguments of addEventListener. Those of removeEventListener have the same form. */
type Arguments = Parameters<EventTarget['addEventListener']>;
type ListenerFunction = 'addEventListener' | 'removeEventListener';

/** The event that the platform's socket fired last, and its message. Set just before the client delivers the message. */
export interface Newest {
  event: unknown;
  message: unknown;
}

const deliveries = new WeakMap<EventTarget, MessageDelivery>();

/** Its constructor returns its argument: `new` of a derived class adds the fields of that class to the argument. */
const ReturnsArgument = function (argument: object) {
  return argument;
} as unknown as new (argument: object) => object;

/**
 * `new Retargeted(event, …)` returns the event with these members. They hide the members of the same names in MessageEvent.
 * This takes a few nanoseconds; another prototype for the event would take 0.1 µs. `data` is among them because it takes less
 * time to read than the one of the platform.
 */
class Retargeted extends ReturnsArgument {
  readonly data: unknown;
  readonly target: EventTarget;
  readonly srcElement: EventTarget;
  readonly currentTarget: EventTarget;
  readonly composedPath = composedPath;

  constructor(event: object, target: EventTarget, data: unknown) {
    super(event);
    this.data = data;
    this.target = this.srcElement = this.currentTarget = target;
  }
}

function composedPath(this: Retargeted): EventTarget[] {
  return [this.target];
}

export class MessageDelivery {
  readonly newest: Newest = { event: undefined, message: undefined };
  readonly #target: EventTarget;
  // All listeners of `message` in their order. Undefined from the first call that adds or removes one that is not plain.
  #plain: Set<Listener> | undefined = new Set();
  // The listener that is called directly.
  #single: Listener | undefined;

  constructor(target: EventTarget) {
    this.#target = target;
    deliveries.set(target, this);
  }

  /** Fires a `message` event at the target. */
  deliver(data: unknown, origin: string): void {
    const { event, message } = this.newest;
    this.newest.event = this.newest.message = undefined;
    const listener = this.#single;
    // A message may have waited in the client. Then the newest event is that of another message, or of an equal text.
    const retargeted = listener && message === data ? this.#retarget(event, data) : undefined;
    if (listener && retargeted) call(this.#target, listener, retargeted as Retargeted & Event);
    else this.#target.dispatchEvent(createMessageEvent(data, origin));
  }

  /** To be called after the target's own addEventListener. */
  addEventListener(...[type, listener, options]: Arguments): void {
    if (!isMessage(type) || listener === null) return;
    // Zone.js calls a listener in the zone in which it was added. A direct call would be in another one.
    const isPlain = typeof listener === 'function' && isNone(options) && !('Zone' in globalThis);
    if (isPlain) this.#plain?.add(listener);
    else this.#plain = undefined;
    this.#findSingle();
  }

  /** To be called after the target's own removeEventListener. */
  removeEventListener(...[type, listener, options]: Arguments): void {
    if (!isMessage(type)) return;
    if (isNone(options)) this.#plain?.delete(listener as Listener);
    else this.#plain = undefined;
    this.#findSingle();
  }

  /** To be called before the target's own `when`: an Observable listens to the EventTarget. */
  when(type: unknown): void {
    if (isMessage(type)) this.#plain = this.#single = undefined;
  }

  #findSingle(): void {
    const [first, second] = this.#plain ?? [];
    this.#single = second === undefined ? first : undefined;
  }

  /**
   * Makes #target the target of an event of the platform's socket. Returns undefined for what is no MessageEvent, for an event
   * that cannot be changed, and for one with an own target.
   */
  #retarget(event: unknown, data: unknown): Retargeted | undefined {
    try {
      // Some test doubles give their events a target. If two sockets pass on the same event, the first has given it one.
      const isUsable = event instanceof MessageEvent && !Object.hasOwn(event, 'target');
      return isUsable ? new Retargeted(event, this.#target, data) : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Calls a function of EventTarget, and the one of the same name of the target's MessageDelivery, if there is one. */
export function changeListeners(target: EventTarget, name: ListenerFunction, ...args: Arguments): void {
  EventTarget.prototype[name].apply(target, args);
  deliveries.get(target)?.[name](...args);
}

/**
 * Puts functions that call changeListeners() on a prototype. A base class with them would stand in the prototype chain, where
 * the platform's WebSocket has none before EventTarget.
 */
export function watchListeners(prototype: EventTarget): void {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  for (const name of ['addEventListener', 'removeEventListener'] as const) {
    define(name, function (this: EventTarget, ...args: Arguments): void {
      changeListeners(this, name, ...args);
    });
  }
  const when = Reflect.get(EventTarget.prototype, 'when') as ((...args: unknown[]) => unknown) | undefined;
  if (when === undefined) return;
  define('when', function (this: EventTarget, ...args: unknown[]): unknown {
    deliveries.get(this)?.when(args[0]);
    return when.apply(this, args);
  });
}

function isNone(options: unknown): boolean {
  return options === undefined || options === false;
}

/** JavaScript may give any value as the type. The EventTarget converts it to a string. */
function isMessage(type: unknown): boolean {
  return String(type) === 'message';
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

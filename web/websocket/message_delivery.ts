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

/** A base class whose constructor returns the object that it is given: the fields of the derived class are added to it. */
const Given = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/**
 * What `new` adds to the platform's event: own members, which hide those of its class. That takes a few nanoseconds; to change
 * the event's prototype takes 0.1 µs. `data` is among them because a browser's own takes longer to read.
 */
class AtTarget extends Given {
  readonly data: unknown;
  readonly target: EventTarget;
  readonly srcElement: EventTarget;
  currentTarget: EventTarget | null;
  readonly composedPath = composedPath;

  constructor(event: object, target: EventTarget, data: unknown) {
    super(event);
    this.data = data;
    this.target = this.srcElement = this.currentTarget = target;
  }
}

function composedPath(this: Event): EventTarget[] {
  return this.currentTarget ? [this.currentTarget] : [];
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
    const listener = this.#single;
    // A message that was not delivered at once may not be that of the newest event.
    const own = listener && message === data ? this.#adopt(event, data) : undefined;
    if (listener && own) call(this.#target, listener, own);
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
   * Puts #target into the place of the platform's socket, which is dispatching this event. Returns undefined where that is not
   * possible: for what is no event of the platform, for one that cannot be changed, and for one with a target of its own.
   */
  #adopt(event: unknown, data: unknown): AtTarget | undefined {
    try {
      // Some test doubles give their events a target. An event that several sockets pass on has got one from the first.
      const isUsable = event instanceof MessageEvent && !Object.hasOwn(event, 'target');
      return isUsable ? new AtTarget(event, this.#target, data) : undefined;
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

/** Calls a listener. Its error is reported as the platform reports it. */
function call(target: EventTarget, listener: Listener, event: AtTarget): void {
  try {
    listener.call(target, event as AtTarget & Event);
  } catch (error) {
    if (typeof reportError === 'function') reportError(error);
    else
      queueMicrotask(() => {
        throw error;
      });
  }
  try {
    event.currentTarget = null;
  } catch {
    // The listener has frozen it.
  }
}

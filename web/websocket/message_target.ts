// The way of a message to its listeners. Most objects have one plain listener: a function without options. It is called
// directly, with the platform's own event of the frame: a new event and its way through an EventTarget take ten times as
// long. In all other cases the platform's EventTarget delivers a new event.
import { type TypedEventTarget } from './events.js';

type Listener = (this: EventTarget, event: Event) => unknown;

/** The newest event of the socket below, and the message in it. */
export interface Frame {
  event: unknown;
  message: unknown;
}

/** Fires a `message` event at the target. */
export let deliverMessage: (target: EventTarget, data: unknown, frame: Frame, origin: string) => void;

class PlatformTarget extends EventTarget {
  // All listeners of `message` in their order, while there are only plain ones.
  #plain: Set<Listener> | undefined = new Set();
  // If there is only one listener, and it is a plain one.
  #single: Listener | undefined;
  // The socket below that dispatched the newest event, and the prototype of its events.
  #below: EventTarget | null | undefined;
  #prototype: object | null = null;

  static {
    deliverMessage = (target, data, frame, origin) => {
      if (!(#single in target)) return;
      const { event, message } = frame;
      const single = target.#single;
      frame.event = undefined;
      // A message that had to wait may not be that of the newest event.
      if (single !== undefined && message === data && target.#adopt(event))
        call(target, single, event as Event);
      else target.dispatchEvent(new MessageEvent('message', { data, origin }));
    };
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    super.addEventListener(...args);
    const [type, listener, options] = args;
    if (!isMessage(type) || listener === null) return;
    // Zone.js calls a listener in the zone in which it was added.
    const isPlain = typeof listener === 'function' && options === undefined && !('Zone' in globalThis);
    if (isPlain) this.#plain?.add(listener);
    else this.#plain = undefined;
    this.#findSingle();
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    super.removeEventListener(...args);
    const [type, listener, options] = args;
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
   * Puts this object into the place of the socket below, which is dispatching this event. False where that fails: other
   * events than the platform's, those whose dispatch is over, and those to which a test double has given a target.
   */
  #adopt(given: unknown): boolean {
    try {
      const event = given as Event;
      if (Object.getPrototypeOf(event) === MessageEvent.prototype) {
        const { currentTarget, target } = event;
        // A test double may call its handler without dispatching the event: then it has no target.
        if (currentTarget === null && target !== null) return false;
        if (currentTarget !== this.#below) this.#prototype = createPrototype(this, currentTarget);
        this.#below = currentTarget;
        Object.setPrototypeOf(event, this.#prototype);
      }
      return event.currentTarget === this && event.target === this;
    } catch {
      return false;
    }
  }
}

function call(target: EventTarget, listener: Listener, event: Event): void {
  try {
    listener.call(target, event);
  } catch (error) {
    report(error);
  }
}

/** The platform's EventTarget, which knows the events by their names. */
export const MessageTarget = PlatformTarget as unknown as new () => TypedEventTarget;

/** A type may be any value, which stands for its text. */
function isMessage(type: unknown): boolean {
  return String(type) === 'message';
}

/** Events with this prototype have the target in the place of the socket below. */
function createPrototype(target: EventTarget, below: EventTarget | null): object {
  const platform = MessageEvent.prototype;
  const replace = <Found>(found: Found) => (found === below ? target : found);
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

/** As the platform reports what a listener throws. */
function report(error: unknown): void {
  if (typeof reportError === 'function') reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}

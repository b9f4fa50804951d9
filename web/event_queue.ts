// The events of one client on their way to its listeners: they wait until the core's turn has ended, then go out in
// order. An event that a listener causes goes behind those that are there already, never inside another event.
import { stateOf, type EventEmitter } from './event_emitter.js';
import { type Logger } from './logger.js';
import { type EventMap } from './types.js';

type QueuedEvent = {
  [Name in keyof EventMap]: {
    readonly event: Name;
    readonly args: EventMap[Name];
    /** Whether it is a message of a session, which is counted after its listeners. */
    readonly isCounted?: boolean;
  };
}[keyof EventMap];

export class EventQueue {
  readonly #emitter: EventEmitter<EventMap>;
  readonly #logger: Logger;
  // No list while nothing is queued, which is most of the time.
  #queued: QueuedEvent[] | null = null;
  /** Counts the messages of a session. */
  counter: { messageHandled(): void } | undefined;
  #isDelivering = false;
  #callbacks = 0;

  constructor(emitter: EventEmitter<EventMap>, logger: Logger) {
    this.#emitter = emitter;
    this.#logger = logger;
  }

  /** Whether a callback of the user is running in the middle of a turn: the core carries commands out after it. */
  get isInCallback(): boolean {
    return this.#callbacks > 0;
  }

  add<Name extends keyof EventMap>(event: Name, ...args: EventMap[Name]): void {
    (this.#queued ??= []).push({ event, args } as QueuedEvent);
  }

  /** Whether the event of a single message has any effect. */
  isNeeded(event: 'message' | 'messageSent' | 'messageDelivered'): boolean {
    return stateOf(this.#emitter).registrations.has(event) || this.#logger.isDebugging;
  }

  /** Adds and delivers the event of a single message; if nothing else is queued, without an object around it. */
  deliverOne<Name extends 'message' | 'messageSent'>(
    event: Name,
    value: EventMap[Name][0],
    isCounted = false,
  ): void {
    if (this.#isDelivering || this.#callbacks > 0 || this.#queued !== null || this.#logger.isDebugging) {
      (this.#queued ??= []).push({ event, args: [value], isCounted });
      this.deliver();
      return;
    }
    this.#isDelivering = true;
    this.#emit(event, value);
    if (isCounted) this.counter?.messageHandled();
    this.#isDelivering = false;
    this.deliver();
  }

  /** Calls the listeners of all queued events, unless a call further out does that, or the turn has not ended. */
  deliver(): void {
    if (this.#isDelivering || this.#callbacks > 0 || this.#queued === null) return;
    this.#isDelivering = true;
    // The list grows while listeners run.
    for (const { event, args, isCounted } of this.#queued) {
      this.#logger.event(event, args);
      this.#emit(event, ...args);
      if (isCounted === true) this.counter?.messageHandled();
    }
    this.#queued = null;
    this.#isDelivering = false;
  }

  /** Runs a callback of the user in the middle of a turn. The events it causes are delivered when the turn ends. */
  runCallback<Result>(callback: () => Result): Result {
    ++this.#callbacks;
    try {
      return callback();
    } finally {
      --this.#callbacks;
    }
  }

  // A subclass may replace `emit`. Nothing that it throws may end the delivery or enter the core.
  #emit(event: keyof EventMap, ...args: unknown[]): void {
    try {
      (this.#emitter as { emit(event: string, ...args: unknown[]): unknown }).emit(event, ...args);
    } catch (error) {
      this.#logger.thrown('emit', error);
    }
  }
}

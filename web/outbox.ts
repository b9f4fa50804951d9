// Owns the order of events: what is told waits here until the core is consistent, then goes out one by one.
// Refuses to deliver inside a delivery: what a listener brings about queues behind what was there before.
import { EventEmitter } from './event_emitter.js';
import { type Logger } from './logger.js';
import { type EventMap } from './types.js';

type Told = {
  [Name in keyof EventMap]: { readonly event: Name; readonly args: EventMap[Name] };
}[keyof EventMap];

export class Outbox {
  readonly #emitter: EventEmitter;
  readonly #logger: Logger;
  #told: Told[] = [];
  #isDelivering = false;
  #holds = 0;

  constructor(emitter: EventEmitter, logger: Logger) {
    this.#emitter = emitter;
    this.#logger = logger;
  }

  tell<Name extends keyof EventMap>(event: Name, ...args: EventMap[Name]): void {
    this.#told.push({ event, args } as Told);
  }

  /** Whether anybody would notice the event of a single message. */
  isHeard(event: 'message' | 'messageSent'): boolean {
    return EventEmitter.isHeard(this.#emitter, event) || this.#logger.isDebugging;
  }

  /** Tells and delivers the event of a single message. */
  tellAtOnce<Name extends 'message' | 'messageSent'>(event: Name, value: EventMap[Name][0]): void {
    if (this.#isDelivering || this.#holds > 0 || this.#told.length > 0 || this.#logger.isDebugging) {
      this.#told.push({ event, args: [value] } as Told);
      this.deliver();
      return;
    }
    this.#isDelivering = true;
    try {
      this.#emitter.emit.call(this.#emitter, event, value);
    } finally {
      this.#isDelivering = false;
      if (this.#told.length > 0) this.deliver();
    }
  }

  /** Runs the listeners of all that was told, unless a call further out is doing or will do so. */
  deliver(): void {
    if (this.#isDelivering || this.#holds > 0 || this.#told.length === 0) return;
    this.#isDelivering = true;
    try {
      // The list grows while listeners run.
      for (const told of this.#told) this.#emit(told);
    } finally {
      this.#told = [];
      this.#isDelivering = false;
    }
  }

  /** Runs foreign code in the middle of a core's turn: what it brings about is delivered when that turn ends. */
  hold<Result>(foreign: () => Result): Result {
    ++this.#holds;
    try {
      return foreign();
    } finally {
      --this.#holds;
    }
  }

  #emit(told: Told): void {
    this.#logger.event(told.event, told.args);
    this.#emitter.emit.call(this.#emitter, told.event, ...told.args);
  }
}

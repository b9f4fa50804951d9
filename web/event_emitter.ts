// The event listeners of one client, in the order in which they were added.
//
// A function is kept once for each event, as in EventTarget: adding it again changes nothing, except that `on` makes a
// listener permanent that was added by `once`. An event reaches the listeners that were there when it began, except
// those removed before their turn. An error that a listener throws is reported and does not stop the others.
import { type EventMap } from './types.js';

type Listener = (...args: never[]) => unknown;

interface Registration {
  readonly listener: Listener;
  isOnce: boolean;
  isRemoved: boolean;
}

/** A name that is none of the client's own events. */
export type CustomEvent<Name extends string> = Name extends keyof EventMap ? never : Name;

/** A listener of such an event; its parameters may be declared as what the emitter of the event passes. */
export type CustomListener = { method(...args: unknown[]): unknown }['method'];

/** Called with an error that a listener threw. Must not throw. */
export interface ThrownReporter {
  thrown(source: string, error: unknown): void;
}

export class EventEmitter {
  // The arrays are replaced, never changed, so that an event under way keeps its own.
  readonly #registrations = new Map<string, readonly Registration[]>();
  readonly #reporter: ThrownReporter;

  /** Whether the emitter's event has a listener. */
  static hasListener(emitter: EventEmitter, event: string): boolean {
    return emitter.#registrations.has(event);
  }

  constructor(reporter: ThrownReporter) {
    this.#reporter = reporter;
  }

  /** Calls the listener with every such event; adding a listener again changes nothing. Returns the client. */
  on<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  on<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  on(event: string, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  /** Calls the listener with the next such event only; changes nothing for a listener that is there already. */
  once<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  once<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  once(event: string, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  /** Removes the listener, whether added by `on` or `once`; nothing if it is not there. */
  off<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  off<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  off(event: string, listener: Listener): this {
    const registration = this.#find(event, listener);
    if (registration !== undefined) this.#remove(event, registration);
    return this;
  }

  /** Calls the listeners at once. Returns whether there was one. */
  emit<Name extends keyof EventMap>(event: Name, ...args: EventMap[Name]): boolean;
  emit<Name extends string>(event: CustomEvent<Name>, ...args: unknown[]): boolean;
  emit(event: string, ...args: unknown[]): boolean {
    const registrations = this.#registrations.get(event);
    if (registrations === undefined) return false;
    for (const registration of registrations) {
      if (registration.isRemoved) continue;
      if (registration.isOnce) this.#remove(event, registration);
      try {
        registration.listener(...(args as never[]));
      } catch (error) {
        this.#reporter.thrown(`a listener of "${event}"`, error);
      }
    }
    return true;
  }

  #add(event: string, listener: unknown, isOnce: boolean): this {
    if (typeof listener !== 'function') throw new TypeError('A listener must be a function');
    const present = this.#find(event, listener as Listener);
    if (present !== undefined) {
      present.isOnce &&= isOnce;
      return this;
    }
    const registration: Registration = { listener: listener as Listener, isOnce, isRemoved: false };
    this.#registrations.set(event, [...(this.#registrations.get(event) ?? []), registration]);
    return this;
  }

  #find(event: string, listener: Listener): Registration | undefined {
    return this.#registrations.get(event)?.find((registration) => registration.listener === listener);
  }

  #remove(event: string, registration: Registration): void {
    registration.isRemoved = true;
    const rest = (this.#registrations.get(event) ?? []).filter((other) => other !== registration);
    if (rest.length > 0) this.#registrations.set(event, rest);
    else this.#registrations.delete(event);
  }
}

// Owns the listeners of one client. Refuses to let one listener harm another: what it throws is reported, no more.
// An emission reaches the listeners registered when it began, except those removed before their turn; those added
// meanwhile hear the next one. A function registered twice is called twice, and `off` removes its latest registration.
import { type EventMap } from './types.js';

type Listener = (...args: never[]) => unknown;

interface Registration {
  readonly listener: Listener;
  readonly isOnce: boolean;
  isRemoved: boolean;
}

/** A name that is none of the client's own events. */
export type CustomEvent<Name extends string> = Name extends keyof EventMap ? never : Name;

/** A listener of such an event; its parameters may be declared as what the emitter of the event passes. */
export type CustomListener = { method(...args: unknown[]): unknown }['method'];

/** Told of what a listener threw. Must not throw. */
export type ReportThrown = (event: string, error: unknown) => void;

export class EventEmitter {
  // The arrays are replaced, never changed, so that an emission under way keeps its own.
  readonly #registrations = new Map<string, readonly Registration[]>();
  readonly #reportThrown: ReportThrown;

  /** Whether the emitter's event has a listener. */
  static isHeard(emitter: EventEmitter, event: string): boolean {
    return emitter.#registrations.has(event);
  }

  constructor(reportThrown: ReportThrown) {
    this.#reportThrown = reportThrown;
  }

  /** Calls the listener with every such event. Returns the client. */
  on<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  on<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  on(event: string, listener: Listener): this {
    return this.#add(event, listener, false);
  }

  /** As `on`, for the next such event only. */
  once<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  once<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  once(event: string, listener: Listener): this {
    return this.#add(event, listener, true);
  }

  /** Removes the latest registration of the listener, whether by `on` or `once`; nothing if there is none. */
  off<Name extends keyof EventMap>(event: Name, listener: (...args: EventMap[Name]) => unknown): this;
  off<Name extends string>(event: CustomEvent<Name>, listener: CustomListener): this;
  off(event: string, listener: Listener): this {
    const registrations = this.#registrations.get(event) ?? [];
    for (let index = registrations.length - 1; index >= 0; --index) {
      const registration = registrations[index];
      if (registration?.listener !== listener) continue;
      this.#remove(event, registration);
      break;
    }
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
        this.#reportThrown(event, error);
      }
    }
    return true;
  }

  #add(event: string, listener: unknown, isOnce: boolean): this {
    if (typeof listener !== 'function') throw new TypeError('A listener must be a function');
    const registration: Registration = { listener: listener as Listener, isOnce, isRemoved: false };
    this.#registrations.set(event, [...(this.#registrations.get(event) ?? []), registration]);
    return this;
  }

  #remove(event: string, registration: Registration): void {
    registration.isRemoved = true;
    const rest = (this.#registrations.get(event) ?? []).filter((candidate) => candidate !== registration);
    if (rest.length > 0) this.#registrations.set(event, rest);
    else this.#registrations.delete(event);
  }
}

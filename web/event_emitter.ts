// The event listeners of one client, in the order in which they were added, and where a client keeps its private state.
//
// A function is kept once for each event, as in EventTarget: adding it again changes nothing, except that `on` makes a
// listener permanent that was added by `once`. An event reaches the listeners that were there when it began, except
// those removed before their turn. An error that a listener throws is reported and does not stop the others.

type Listener = (...args: never[]) => unknown;

interface Registration {
  readonly listener: Listener;
  isOnce: boolean;
  isRemoved: boolean;
}

/** The private state of an emitter. */
export interface EmitterState {
  // The arrays are replaced, never changed, so that an event under way keeps its own.
  readonly registrations: Map<string, readonly Registration[]>;
  /** Called with an error that a listener threw. Must not throw. */
  readonly reporter: { thrown(source: string, error: unknown): void };
}

const STATE = Symbol('state');

/**
 * The private state of an emitter, behind a function: so it is found through a Proxy around the emitter too, where
 * private fields are not, and is never wrapped in a Proxy itself.
 */
export function stateOf(emitter: object): EmitterState {
  return (emitter as { [STATE]: () => EmitterState })[STATE]();
}

export class EventEmitter<Arguments extends { [Name in keyof Arguments]: readonly unknown[] }> {
  constructor(state: EmitterState) {
    // Not enumerable: consoles and loops do not show it.
    Object.defineProperty(this, STATE, { value: () => state });
  }

  /** Calls the listener with every such event; adding a listener again changes nothing. Returns the client. */
  on<Name extends keyof Arguments & string>(
    event: Name,
    listener: (...args: Arguments[Name]) => unknown,
  ): this {
    return add(this, event, listener, false);
  }

  /** Calls the listener with the next such event only; changes nothing for a listener that is there already. */
  once<Name extends keyof Arguments & string>(
    event: Name,
    listener: (...args: Arguments[Name]) => unknown,
  ): this {
    return add(this, event, listener, true);
  }

  /** Removes the listener, whether added by `on` or `once`; nothing if it is not there. */
  off<Name extends keyof Arguments & string>(
    event: Name,
    listener: (...args: Arguments[Name]) => unknown,
  ): this {
    const { registrations } = stateOf(this);
    const registration = find(registrations, event, listener);
    if (registration !== undefined) remove(registrations, event, registration);
    return this;
  }

  /** Calls the listeners at once. Returns whether there was one. */
  emit<Name extends keyof Arguments & string>(event: Name, ...args: Arguments[Name]): boolean {
    const { registrations, reporter } = stateOf(this);
    const present = registrations.get(event);
    if (present === undefined) return false;
    for (const registration of present) {
      if (registration.isRemoved) continue;
      if (registration.isOnce) remove(registrations, event, registration);
      try {
        registration.listener(...(args as readonly unknown[] as never[]));
      } catch (error) {
        reporter.thrown(`a listener of "${event}"`, error);
      }
    }
    return true;
  }
}

type Registrations = EmitterState['registrations'];

function add<Emitter extends object>(
  emitter: Emitter,
  event: string,
  listener: unknown,
  isOnce: boolean,
): Emitter {
  // Code in JavaScript may pass a callback that its caller has left out.
  if (typeof listener !== 'function') return emitter;
  const { registrations } = stateOf(emitter);
  const present = find(registrations, event, listener);
  if (present === undefined) {
    const registration: Registration = { listener: listener as Listener, isOnce, isRemoved: false };
    const others = registrations.get(event);
    // A list that is spread behind a condition has room for sixteen more.
    registrations.set(event, others === undefined ? [registration] : [...others, registration]);
  } else {
    present.isOnce &&= isOnce;
  }
  return emitter;
}

function find(registrations: Registrations, event: string, listener: unknown): Registration | undefined {
  return registrations.get(event)?.find((registration) => registration.listener === listener);
}

function remove(registrations: Registrations, event: string, registration: Registration): void {
  registration.isRemoved = true;
  const rest = (registrations.get(event) ?? []).filter((other) => other !== registration);
  if (rest.length > 0) registrations.set(event, rest);
  else registrations.delete(event);
}

// Owns one hook's hold on a connection: what it wishes of the client, and its listeners there.
// Refuses to know React, and to hear more than the fate of its messages once it has left.
import { type EventMap, type ResilientWebSocketOptions, type UrlSource } from '../types.js';
import { type Connection, type ConnectionScope } from './connection_registry.js';

/** Functions of a hook's user, by the event they hear. */
export type Handlers = {
  readonly [Name in keyof EventMap]?: ((...args: EventMap[Name]) => unknown) | undefined;
};

/** What a hook wants, as of its latest render. */
export interface Wishes {
  readonly scope: ConnectionScope;
  /** Name of the connection in the scope; null when there is nothing to connect to. */
  readonly key: string | null;
  readonly isEnabled: boolean;
  /** How long the connection outlives its last holder, ms. */
  readonly grace: number;
  readonly url: UrlSource | null | undefined;
  /** Whether the URL is asked for at every attempt. */
  readonly isAsked: boolean;
  readonly options: ResilientWebSocketOptions;
  readonly handlers: Handlers;
}

// After each of these but a message the state of the connection may be another.
const EVENTS = [
  'message',
  'stateChange',
  'open',
  'close',
  'error',
  'reconnectScheduled',
  'messageSent',
  'messageDropped',
  'queueCleared',
  'latency',
] as const;

type Heard = (typeof EVENTS)[number];
type Listener = (...args: unknown[]) => unknown;
type Values = Readonly<Record<string, unknown>>;

export class Lease {
  wishes: Wishes;
  readonly connection: Connection;
  readonly #listeners: Listener[];
  readonly #isFirst: boolean;
  #applied: Values = {};
  #isLeft = false;

  /** Takes hold. `hear` is told of every event before the handlers are. */
  constructor(key: string, wishes: Wishes, hear: (event: Heard, args: readonly unknown[]) => void) {
    this.wishes = wishes;
    this.connection = wishes.scope.find(key, this);
    const { client } = this.connection;
    this.#listeners = EVENTS.map((event) => {
      const listener: Listener = (...args) => {
        // Who has left is told of lost messages only.
        if (this.#isLeft && event !== 'messageDropped') return;
        if (!this.#isLeft) hear(event, args);
        (this.wishes.handlers[event] as Listener | undefined)?.(...args);
      };
      client.on(event as string, listener);
      return listener;
    });
    this.#isFirst = this.connection.join(this);
  }

  /** Brings the options in, and connects if nobody else holds the connection. Throws the client's RangeError. */
  start(): void {
    this.apply();
    if (this.#isFirst) void this.connection.client.connect();
  }

  /** Assigns the options that changed since the last time. Throws the client's RangeError. */
  apply(): void {
    const { client } = this.connection;
    const { options } = this.wishes;
    const before = this.#applied;
    const after = options as Values;
    this.#applied = after;
    const prepared = this.connection.prepared(options) as Values;
    const present: object = client.options;
    for (const name of Object.keys({ ...before, ...after })) {
      if (same(before[name], after[name]) || !(name in present)) continue;
      if (!same((present as Values)[name], after[name])) Object.assign(present, { [name]: prepared[name] });
    }
  }

  leave(): void {
    this.#isLeft = true;
    this.connection.leave(this);
  }

  close(): void {
    this.#listeners.forEach((listener, index) => {
      this.connection.client.off(EVENTS[index] as string, listener);
    });
  }
}

/** Whether two values of an option are as good as one; functions are, for they are asked when they are needed. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one === 'function' && typeof other === 'function') return true;
  if (!Array.isArray(one) || !Array.isArray(other)) return Object.is(one, other);
  return one.length === other.length && one.every((entry, index) => Object.is(entry, other[index]));
}

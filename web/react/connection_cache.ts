// The connections that components share: a cache of clients by key. A connection is destroyed when it has had no
// subscription for its gcTime. The cache never gives out a destroyed client; it neither connects a client nor
// listens to one: the observers do.
import { ResilientWebSocket } from '../index.js';
import { type MaybePromise, type ResilientWebSocketOptions } from '../types.js';
import { logWarning } from './environment.js';
import { isNamed } from './identity.js';

type Address = MaybePromise<string | URL>;

/** A function is called for the URL of each attempt. */
export type HookUrl = string | URL | ((connection: Connection) => Address);

/** The page has one cache, and each provider one of its own. */
export type ConnectionCache = Set<Connection>;

/** The connection that a component wants. */
export interface WantedConnection {
  /** Where the connection is looked for, and where a new one is added. */
  readonly cache: ConnectionCache;
  /** Everything that makes a connection another one; null: no connection. */
  readonly key: string | null;
  /** Whose data it carries; null: not known before the first attempt, or nobody's. Part of the key. */
  readonly identity: string | null;
  /**
   * Shared only with components that have the same sources: functions that may give a user's token, where no
   * identity says whose.
   */
  readonly sources: readonly unknown[];
  /** How long the connection is kept after its last component has left, ms. */
  readonly gcTime: number;
  /** If it is a function, that of the newest component is called before every attempt. */
  readonly url: HookUrl;
  readonly options: ResilientWebSocketOptions;
}

/** One component's use of a connection. A component has at most one subscription. */
export interface Subscription {
  readonly owner: object;
  /** What the component wants now. */
  readonly getWanted: () => WantedConnection;
  /** Removes the listeners from the client. */
  readonly close: () => void;
  /** The connection was destroyed. If the component still uses it, the reason is that the user is another one. */
  readonly ended: () => void;
}

// Builds for production replace the whole expression process.env.NODE_ENV, and leave out what is for development.
declare const process: { readonly env: { readonly NODE_ENV?: string } };

type Callback = (...args: unknown[]) => unknown;
/** `destroyed`: the component wants no connection; `identity`: it is another user's now. */
export type EndReason = 'destroyed' | 'identity';
type Read = (options: unknown) => unknown;
type Values = Readonly<Record<string, unknown>>;

export class Connection {
  readonly client: ResilientWebSocket;
  readonly key: string | null;
  readonly #cache: ConnectionCache;
  // Oldest first. The last one stays in the list during the gcTime, for the events of dropped messages.
  readonly #subscriptions: Subscription[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isExpected = false;
  // Whose connection it is, and whether only the first token has shown it.
  #user: string | null;
  readonly #isUserLearned: boolean;

  /** Adds itself to the cache. Throws what the client throws: SyntaxError for the URL, RangeError for an option. */
  constructor({ key, identity, url, options, cache }: WantedConnection) {
    this.key = key;
    this.#user = identity;
    this.#isUserLearned = identity === null;
    this.#cache = cache;
    this.client = new ResilientWebSocket(
      typeof url === 'function'
        ? () => (this.#getNewest((wanted) => wanted.url) as Callback | undefined)?.(this) as Address
        : url,
      this.#toClientOptions(options),
    );
    cache.add(this);
  }

  /** Whether a component with these sources may use it. */
  accepts(sources: readonly unknown[], owner: object): boolean {
    return this.#subscriptions.every(
      ({ owner: other, getWanted }) => other === owner || isSameList(getWanted().sources, sources),
    );
  }

  /** Assigns the client what the owner gives now and did not give before. Throws the client's RangeError. */
  assign(owner: object, given: ResilientWebSocketOptions, before: ResilientWebSocketOptions = {}): void {
    if (this.client.isDestroyed) return;
    const current: Record<string, unknown> = this.client.options as never;
    const [values, earlier] = [given, before] as [Values, Values];
    const prepared = this.#toClientOptions(given) as Values;
    for (const name of Object.keys({ ...earlier, ...values })) {
      const value = values[name] ?? this.#getNewest(({ options: others }) => (others as Values)[name], true);
      const isKnown = [earlier, current].some((known) => isSameOption(value, known[name]));
      if (isKnown || !(name in current)) continue;
      try {
        if (process.env.NODE_ENV !== 'production') warnOfOthers(this.#subscriptions, owner, name, given);
      } catch {
        // There is no `process`: nothing is written.
      }
      current[name] = name in prepared ? prepared[name] : value;
    }
  }

  /** A component is being rendered with the connection, and may join it in the commit that follows. */
  expect(): void {
    this.#isExpected = true;
    queueMicrotask(() => {
      this.#isExpected = false;
    });
  }

  /** Returns whether the subscription is the only one. */
  add(subscription: Subscription): boolean {
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#subscriptions.pop()?.close();
    }
    return this.#subscriptions.push(subscription) === 1;
  }

  /**
   * Ends a component's subscription. After the last one the client is destroyed: at once if a reason is given, otherwise
   * after `gcTime`. With the reason `destroyed` it is also kept for `gcTime` if another component is expected.
   */
  remove(owner: object, reason?: EndReason): void {
    const index = this.#subscriptions.findIndex((subscription) => subscription.owner === owner);
    if (this.#subscriptions.length > 1) {
      this.#subscriptions.splice(index, 1)[0]?.close();
    } else if (reason === 'identity' || (reason && !this.#isExpected)) {
      this.#destroy(reason);
    } else {
      this.#timer = setTimeout(() => {
        this.#destroy('destroyed');
      }, this.#subscriptions[index]?.getWanted().gcTime);
    }
  }

  /** Destroys the client now if no component uses it. */
  collect(): void {
    if (this.#timer !== undefined) this.#destroy('destroyed');
  }

  /**
   * For a URL function that has read a token: whether the connection may use it. The first user is the connection's;
   * for another one it ends, and its queued messages are dropped. Where a token does not name its user, both may be the
   * same user's: while nothing is queued or unacknowledged, the new token is accepted.
   */
  admit(identity: string): boolean {
    this.#user ??= identity;
    const isUnclear = this.#isUserLearned && !(isNamed(identity) && isNamed(this.#user));
    const { queuedMessages, session } = this.client.getStatus();
    if (isUnclear && !queuedMessages && !session?.unacknowledged) this.#user = identity;
    if (this.#user === identity) return true;
    // Not in the middle of the attempt.
    queueMicrotask(() => {
      this.#destroy('identity');
    });
    return false;
  }

  /** The options in the form that is passed to the client. */
  #toClientOptions(given: ResilientWebSocketOptions): ResilientWebSocketOptions {
    return withNewest(given, (read) => this.#getNewest(({ options }) => read(options)));
  }

  /** The value of the newest component that gives one. `isAny` false: only functions count. */
  #getNewest(select: (wanted: WantedConnection) => unknown, isAny = false): unknown {
    const values = this.#subscriptions.map(({ getWanted }) => select(getWanted()));
    return values.filter((value) => (isAny ? value !== undefined : typeof value === 'function')).pop();
  }

  #destroy(reason: EndReason): void {
    clearTimeout(this.#timer);
    this.#cache.delete(this);
    this.client.destroy(reason);
    const subscriptions = this.#subscriptions.splice(0);
    for (const { ended } of subscriptions) ended();
    // Later: when a listener has led to this, the messageDropped events follow after that listener.
    queueMicrotask(() => {
      for (const { close } of subscriptions) close();
    });
  }
}

/** Warns if another component gives the option another value than the owner does. */
function warnOfOthers(
  all: readonly Subscription[],
  owner: object,
  name: string,
  given: ResilientWebSocketOptions,
): void {
  const value = (given as Values)[name];
  const isContested = all.some(({ owner: other, getWanted }) => {
    const theirs = (getWanted().options as Values)[name];
    return other !== owner && value !== undefined && theirs !== undefined && !isSameOption(theirs, value);
  });
  if (!isContested) return;
  const text = `different values of the option "${name}" on one connection: the last one is in force`;
  logWarning(text, given.logLevel);
}

/** The connection that the component would get; undefined if there is none yet. */
export function findConnection(
  { cache, key, sources }: WantedConnection,
  owner: object,
): Connection | undefined {
  return [...cache].find(
    (connection) =>
      connection.key === key && !connection.client.isDestroyed && connection.accepts(sources, owner),
  );
}

/** All functions count as the same, because a client always calls the newest one. A connection keeps its class. */
export function isSameOption(one: unknown, other: unknown): boolean {
  if (typeof one === 'function' && typeof other === 'function') return true;
  const areLists = Array.isArray(one) && Array.isArray(other);
  if (areLists || (isPlain(one) && isPlain(other))) return isSameOptions(one as object, other as object);
  return Object.is(one, other);
}

/** Whether both objects have the same values. */
export function isSameOptions(one: object, other: object): boolean {
  const [left, right] = [one, other] as [Values, Values];
  return Object.keys({ ...left, ...right }).every((name) => isSameOption(left[name], right[name]));
}

/**
 * The options with each function, also those of the heartbeat and the session, replaced by one that calls the function that
 * `find` returns at the time of the call, or the given one if there is none. A class stays.
 */
export function withNewest<Value>(
  value: Value,
  find: (read: Read) => unknown,
  read: Read = (options) => options,
): Value {
  if (isPlain(value)) {
    const members = Object.entries(value).map(([name, member]) => [
      name,
      name === 'WebSocket'
        ? member
        : withNewest(member, find, (options) => (read(options) as Values | undefined)?.[name]),
    ]);
    return Object.fromEntries(members) as Value;
  }
  const newest = (...args: unknown[]): unknown => ((find(read) ?? value) as Callback)(...args);
  return typeof value === 'function' ? (newest as Value) : value;
}

/** The options `heartbeat` and `session` may be such objects. */
function isPlain(value: unknown): value is Values {
  return (value as Values | null | undefined)?.constructor === Object;
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

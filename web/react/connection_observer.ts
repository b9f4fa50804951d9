// Observes, for one hook, the connection that the hook's options ask for: takes it from the cache when the options
// are committed, gives it back at the unmount, and answers at every render what its options would show. It does not
// depend on React.
import type { ResilientWebSocket } from '../index.js';
import {
  type ConnectionState,
  type EventMap,
  type MessageDroppedEvent,
  type Sendable,
  type SendOptions,
} from '../types.js';
import {
  type Connection,
  type ConnectionCache,
  isSameOption,
  type Subscription,
  type WantedConnection,
} from './connection_cache.js';
import {
  configurationError,
  type ConnectionResult,
  type HookError,
  notSentError,
  ResultMemo,
} from './connection_result.js';
import { isDevelopment, logError, logWarning } from './environment.js';

// What each hook listens to. Changes of the status come from the client's `subscribe`.
const EVENTS = ['message', 'open', 'close', 'error', 'stateChange', 'messageDropped'] as const;

type EventName = (typeof EVENTS)[number];
type Listener = (...args: unknown[]) => unknown;

/** Callbacks of the hook's user, by event. */
export type Handlers = {
  readonly [Name in EventName]?: ((...args: EventMap[Name]) => unknown) | undefined;
};

/** What a render of a hook asks for. */
export interface ObserverOptions extends WantedConnection {
  readonly cache: ConnectionCache;
  /** Whether to connect without a call of `connect()`. */
  readonly isEnabled: boolean;
  readonly handlers: Handlers;
}

/** The functions of one connection, the same on every render until the key changes. */
export interface ConnectionCalls {
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
  /** Reports an error that is not the client's own. */
  readonly fail: (error: HookError) => void;
}

/** What an observer keeps for each connection that a render asked for. */
export interface ObserverSession<Options> {
  /** Called for each event before the handlers. */
  readonly onEvent?: (
    event: EventName,
    args: readonly unknown[],
    options: Options,
    client: ResilientWebSocket,
  ) => void;
  /** The connection was given back. */
  readonly end?: () => void;
}

/** The session of one key, and messages that were sent before the connection was there. */
interface Entry<Session> {
  readonly key: string | null;
  readonly cache: ConnectionCache;
  readonly session: Session;
  readonly memo: ResultMemo<Session>;
  readonly serverMemo: ResultMemo<Session>;
  /** Null once the options were committed. */
  early: (readonly [data: Sendable, options: SendOptions | undefined])[] | null;
}

export class ConnectionObserver<Options extends ObserverOptions, Session extends ObserverSession<Options>> {
  readonly #createSession: (calls: ConnectionCalls, options: Options) => Session;
  /** The options of the last commit. */
  #options: Options | undefined;
  #entry: Entry<Session> | undefined;
  // Of the latest render whose options were not committed.
  #rendered: Entry<Session> | undefined;
  #connection: Connection | undefined;
  #subscription: (Subscription & { wanted: Options }) | undefined;
  #listener: (() => void) | undefined;
  #isMounted = false;
  // connect() was called when there could be no connection yet.
  #isRequested = false;
  #lastError: HookError | null = null;
  // The options that were refused.
  #failed: Options | undefined;
  // The connection ended because its user is another one; a render with that user follows.
  #isEnded = false;
  // The last opening of a connection that the hook knows, and whether its user must still be told of it.
  #opening: readonly [client: ResilientWebSocket, count: number] | undefined;
  #isOpenToAnnounce = false;

  constructor(createSession: (calls: ConnectionCalls, options: Options) => Session) {
    this.#createSession = createSession;
  }

  // --- for renders

  /** What the options show, whether they are committed or not. The same object until something changes. */
  getOptimisticResult(options: Options): ConnectionResult & { readonly session: Session } {
    const entry = this.#getEntry(options);
    if (entry === this.#entry) {
      const client = this.#connection?.client ?? null;
      return entry.memo.get(entry.session, client, this.#getStateWithoutClient(options), this.#lastError);
    }
    const isWanted = options.key !== null && options.isEnabled;
    const client = isWanted ? (options.cache.find(options, this)?.client ?? null) : null;
    return entry.memo.get(entry.session, client, isWanted ? 'connecting' : 'disconnected', null);
  }

  /** What a server shows, and the first render of a page that a server has rendered. */
  getServerResult(options: Options): ConnectionResult & { readonly session: Session } {
    const { serverMemo, session } = this.#getEntry(options);
    return serverMemo.get(
      session,
      null,
      options.key !== null && options.isEnabled ? 'connecting' : 'disconnected',
      null,
    );
  }

  // --- for effects

  /** Called at each commit. Leaves a connection that the options no longer mean, and takes the one they do. */
  setOptions(next: Options): void {
    const before = this.#options;
    const entry = this.#getEntry(next);
    const isOther = entry !== this.#entry;
    const isRefused = this.#connection?.accepts(next.sources, this) === false;
    this.#options = next;
    this.#isMounted = true;
    if (isOther || isRefused || (before?.isEnabled && !next.isEnabled)) {
      this.#leave(before !== undefined && next.key !== null && before.identity !== next.identity);
    }
    if (isOther) {
      this.#lastError = null;
      this.#failed = undefined;
      this.#isEnded = false;
      this.#entry = entry;
    }
    if (this.#subscription) this.#subscription.wanted = next;
    if (this.#failed && !isSameWanted(this.#failed, next)) {
      this.#failed = undefined;
      this.#lastError = null;
    }
    this.#take(before);
    this.#flush(entry);
    this.#notify();
  }

  /** The hook is mounted until the returned function is called; meanwhile the listener is called for each change. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listener = listener;
    this.#isMounted = true;
    this.#take();
    return () => {
      this.#listener = undefined;
      this.#isMounted = this.#isRequested = false;
      this.#leave(false);
    };
  };

  /** Tells a component that has joined an open connection that it is open, once for each opening. */
  announceOpen(): void {
    if (!this.#isOpenToAnnounce) return;
    this.#isOpenToAnnounce = false;
    if (this.#connection?.client.isConnected) this.#call(() => this.#options?.handlers.open?.());
  }

  // --- the connection

  #take(before?: Options): void {
    const options = this.#options;
    if (this.#connection) {
      this.#guard(() => {
        this.#applyOptions(before);
      });
      return;
    }
    if (!options || options.key === null || !this.#isMounted || this.#failed || this.#isEnded) return;
    if (!options.isEnabled && !this.#isRequested) return;
    this.#guard(() => {
      const found = options.cache.find(options, this);
      this.#join(options, found ?? options.cache.create(options), found === undefined);
    });
    this.#notify();
  }

  /** A new client has the options already. */
  #join(options: Options, connection: Connection, isNew: boolean): void {
    const { client } = connection;
    this.#isRequested = false;
    this.#connection = connection;
    this.#subscription = this.#createSubscription(options, connection);
    const isOnly = connection.add(this.#subscription);
    if (!isNew) this.#applyOptions();
    if (client.isConnected && this.#isNewOpening(client)) {
      this.#isOpenToAnnounce = true;
      this.#entry?.session.onEvent?.('open', [], options, client);
    }
    if (this.#entry) this.#flush(this.#entry);
    if (isOnly) void client.connect();
  }

  /** The options of the entry are committed: its early messages are sent, or reported if there is no connection. */
  #flush(entry: Entry<Session>): void {
    const { early } = entry;
    entry.early = null;
    for (const [data, sendOptions] of early ?? []) this.#send(entry, data, sendOptions);
  }

  #createSubscription(options: Options, { client }: Connection): Subscription & { wanted: Options } {
    const session = this.#entry?.session;
    const subscription = {
      owner: this,
      wanted: options,
      close: () => {
        for (const remove of removers) remove();
      },
      ended: () => {
        this.#connection = this.#subscription = undefined;
        session?.end?.();
        // With an identity in the key the render with the next one takes the next connection.
        this.#isEnded = options.identity !== null;
        this.#take();
        this.#notify();
      },
    };
    const isCurrent = () => this.#subscription === subscription;
    const listen = (event: EventName) => {
      const listener: Listener = (...args) => {
        if (isCurrent()) this.#receive(event, args, client);
        // Messages that are dropped later are reported, too.
        else if (event !== 'messageDropped') return;
        session?.onEvent?.(event, args, subscription.wanted, client);
        callHandler(subscription.wanted, event, args);
      };
      client.on(event, listener);
      return () => client.off(event, listener);
    };
    const removers = [
      ...EVENTS.map(listen),
      client.subscribe(() => {
        if (isCurrent()) this.#notify();
      }),
    ];
    return subscription;
  }

  #leave(isOtherUser: boolean): void {
    const [connection, subscription] = [this.#connection, this.#subscription];
    this.#connection = this.#subscription = undefined;
    this.#entry?.session.end?.();
    if (connection && subscription) connection.remove(subscription, isOtherUser);
  }

  #receive(event: EventName, [argument]: readonly unknown[], client: ResilientWebSocket): void {
    if (event === 'error') this.#lastError = argument as HookError;
    if (event === 'open') {
      this.#lastError = null;
      this.#isNewOpening(client);
    }
    if (event === 'error' || event === 'open') this.#notify();
  }

  #isNewOpening(client: ResilientWebSocket): boolean {
    const { totalConnections } = client.getSnapshot().stats;
    const isNew = this.#opening?.[0] !== client || this.#opening[1] !== totalConnections;
    this.#opening = [client, totalConnections];
    return isNew;
  }

  /** Assigns the client options that changed since `before`, or all. Throws the client's RangeError. */
  #applyOptions(before?: Options): void {
    const [connection, options] = [this.#connection, this.#options];
    if (!connection || !options || connection.client.isDestroyed) return;
    const current = connection.client.options as unknown as Readonly<Record<string, unknown>>;
    const given = options.options as Readonly<Record<string, unknown>>;
    const earlier = (before?.options ?? {}) as Readonly<Record<string, unknown>>;
    const prepared = connection.toClientOptions(options.options) as Readonly<Record<string, unknown>>;
    for (const name of Object.keys({ ...earlier, ...given })) {
      if (!(name in current) || isSameOption(given[name], earlier[name])) continue;
      if (isSameOption(given[name], current[name])) continue;
      if (isDevelopment() && given[name] !== undefined && connection.isContested(name, given[name], this)) {
        logWarning(
          `components on one connection give different values of the option "${name}"; the last one is in force`,
          options.options.logLevel,
        );
      }
      Object.assign(current, { [name]: prepared[name] });
    }
  }

  // --- the functions of a session

  #createCalls(getEntry: () => Entry<Session>): ConnectionCalls {
    const isCurrent = () => getEntry() === this.#entry;
    const connect = () => {
      if (getEntry().early !== null) this.#isRequested = true;
      if (!isCurrent() || !this.#isMounted) return;
      if (this.#connection?.client.isDestroyed) this.#leave(false);
      this.#isRequested = this.#connection === undefined;
      this.#failed = undefined;
      this.#take();
      void this.#connection?.client.connect();
    };
    return {
      connect,
      send: (data, options) => this.#send(getEntry(), data, options),
      disconnect: () => {
        if (!isCurrent()) return;
        this.#isRequested = false;
        const client = this.#connection?.client;
        if (client && !client.isDestroyed) client.disconnect();
      },
      reconnect: () => {
        const client = this.#connection?.client;
        // A client that is created now connects anyway.
        if (isCurrent() && client && !client.isDestroyed) client.reconnect();
        else connect();
      },
      fail: (error) => {
        if (isCurrent()) this.fail(error);
        else this.#report(error);
      },
    };
  }

  #send(entry: Entry<Session>, data: Sendable, options: SendOptions | undefined): boolean {
    const client = entry === this.#entry ? this.#connection?.client : this.#findEarlier(entry);
    if (client && !client.isDestroyed) return client.send(data, options);
    if (options?.volatile === true) return false;
    if (entry.early !== null && entry.key !== null) entry.early.push([data, options]);
    else this.fail(notSentError(this.#options?.options.locale));
    return false;
  }

  /** The client of a session that the hook has left, if other components or its gcTime keep it. */
  #findEarlier({ early, key, cache }: Entry<Session>): ResilientWebSocket | undefined {
    const options = this.#options;
    return early === null && options ? cache.find({ ...options, key }, this)?.client : undefined;
  }

  // --- errors and notifications

  /** A bad option or URL, or no WebAssembly, is no reason for a blank page. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (thrown) {
      const error = configurationError(thrown);
      this.#failed = this.#options;
      logError(error.message, this.#options?.options.logLevel);
      this.fail(error);
    }
  }

  /** Shows and reports an error that is not the client's own. */
  fail(error: HookError): void {
    this.#lastError = error;
    this.#notify();
    this.#report(error);
  }

  #report(error: HookError): void {
    this.#call(() => this.#options?.handlers.error?.(error as EventMap['error'][0]));
  }

  #call(callback: () => unknown): void {
    try {
      callback();
    } catch (thrown) {
      console.error('ResilientWebSocket: a callback threw', thrown);
    }
  }

  #notify(): void {
    this.#listener?.();
  }

  // --- sessions

  #getEntry(options: Options): Entry<Session> {
    const isOf = (entry: Entry<Session> | undefined) =>
      entry?.key === options.key && entry.cache === options.cache;
    if (this.#entry && isOf(this.#entry)) return this.#entry;
    if (this.#rendered && isOf(this.#rendered)) return this.#rendered;
    const session = this.#createSession(
      this.#createCalls(() => entry),
      options,
    );
    const entry: Entry<Session> = {
      key: options.key,
      cache: options.cache,
      session,
      memo: new ResultMemo(session),
      serverMemo: new ResultMemo(session),
      early: [],
    };
    this.#rendered = entry;
    return entry;
  }

  #getStateWithoutClient(options: Options): ConnectionState {
    if (this.#failed) return 'failed';
    const isWanted = options.key !== null && (options.isEnabled || this.#isRequested);
    return isWanted && !this.#isEnded ? 'connecting' : 'disconnected';
  }
}

function callHandler(
  { handlers, options }: ObserverOptions,
  event: EventName,
  args: readonly unknown[],
): void {
  const handler = handlers[event] as Listener | undefined;
  // A dropped message is always reported: without its own handler, as an error.
  if (event !== 'messageDropped' || handler) handler?.(...args);
  else {
    const { reason } = args[0] as MessageDroppedEvent;
    handlers.error?.(notSentError(options.locale, reason) as EventMap['error'][0]);
  }
}

/** Whether nothing has changed that a client is made of. */
function isSameWanted(one: ObserverOptions, other: ObserverOptions): boolean {
  const given = [one.options, other.options] as unknown as readonly [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  return (
    String(one.url) === String(other.url) &&
    Object.keys({ ...given[0], ...given[1] }).every((name) => isSameOption(given[0][name], given[1][name]))
  );
}

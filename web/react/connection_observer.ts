// Observes, for one hook, the connection that the hook's options ask for: takes it from the cache when the options
// are committed, gives it back at the unmount, and answers at every render what its options would show. It does not
// depend on React.
import type { ResilientWebSocket } from '../index.js';
import { type EventMap, type Sendable, type SendOptions } from '../types.js';
import { type Connection, type ConnectionCache } from './connection_cache.js';
import {
  configurationError,
  type ConnectionResult,
  type HookError,
  notSentError,
  ResultMemo,
} from './connection_result.js';
import {
  callSafely,
  type ConnectionCalls,
  createSubscription,
  isSameClient,
  isWanted,
  type ObserverOptions,
  type ObserverSession,
  type ObserverSubscription,
} from './connection_subscription.js';
import { logError } from './environment.js';

/** The session of one key, and messages that were sent before the connection was there. */
interface Entry<Session> {
  readonly key: string | null;
  readonly cache: ConnectionCache;
  readonly session: Session;
  readonly memo: ResultMemo<Session>;
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
  #subscription: ObserverSubscription<Options> | undefined;
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
    if (entry !== this.#entry) {
      const client = isWanted(options) ? options.cache.find(options, this)?.client : null;
      return entry.memo.get(client, isWanted(options), false, null);
    }
    const isExpected = !this.#isEnded && isWanted(options, this.#isRequested);
    return entry.memo.get(this.#connection?.client, isExpected, this.#failed !== undefined, this.#lastError);
  }

  /** What a server shows, and the first render of a page that a server has rendered. */
  getServerResult(options: Options): ConnectionResult & { readonly session: Session } {
    return this.#getEntry(options).memo.get(null, isWanted(options), false, null);
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
      this.#isEnded = false;
      this.#entry = entry;
    }
    if (isOther || (this.#failed && !isSameClient(this.#failed, next))) {
      this.#failed = undefined;
      this.#lastError = null;
    }
    if (this.#subscription) this.#subscription.wanted = next;
    this.#take(before);
    this.#flush(entry);
    this.#listener?.();
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
    if (this.#connection?.client.isConnected) callSafely(() => this.#options?.handlers.open?.());
  }

  // --- the connection

  #take(before?: Options): void {
    const [options, connection] = [this.#options, this.#connection];
    if (options && connection) {
      this.#guard(() => {
        connection.assign(this, options.options, before?.options);
      });
      return;
    }
    if (!options || !isWanted(options, this.#isRequested)) return;
    if (!this.#isMounted || this.#failed || this.#isEnded) return;
    this.#guard(() => {
      const found = options.cache.find(options, this);
      this.#join(options, found ?? options.cache.create(options), found === undefined);
    });
    this.#listener?.();
  }

  /** A new client has the options already. */
  #join(options: Options, connection: Connection, isNew: boolean): void {
    const [{ client }, entry] = [connection, this.#getEntry(options)];
    this.#isRequested = false;
    this.#connection = connection;
    this.#subscription = this.#createSubscription(options, connection, entry);
    const isOnly = connection.add(this.#subscription);
    if (!isNew) connection.assign(this, options.options);
    if (client.isConnected && this.#isNewOpening(client)) {
      this.#isOpenToAnnounce = true;
      entry.session.onEvent?.('open', [], options, client);
    }
    this.#flush(entry);
    if (isOnly) void client.connect();
  }

  /** The options of the entry are committed: its early messages are sent, or reported if there is no connection. */
  #flush(entry: Entry<Session>): void {
    const { early } = entry;
    entry.early = null;
    for (const [data, sendOptions] of early ?? []) this.#send(entry, data, sendOptions);
  }

  #createSubscription(options: Options, { client }: Connection, { session }: Entry<Session>) {
    const ended = () => {
      this.#connection = this.#subscription = undefined;
      session.end?.();
      // With an identity in the key the render with the next one takes the next connection.
      this.#isEnded = options.identity !== null;
      this.#take();
      this.#listener?.();
    };
    return createSubscription(client, session, { owner: this, wanted: options, ended }, (event, argument) => {
      if (event === 'error') this.#lastError = argument as HookError;
      if (event === 'open') {
        this.#lastError = null;
        this.#isNewOpening(client);
      }
      if (event === 'error' || event === 'open' || event === 'status') this.#listener?.();
    });
  }

  #leave(isOtherUser: boolean): void {
    const [connection, subscription] = [this.#connection, this.#subscription];
    this.#connection = this.#subscription = undefined;
    this.#entry?.session.end?.();
    if (!connection || !subscription) return;
    subscription.isActive = false;
    connection.remove(subscription, isOtherUser);
  }

  #isNewOpening(client: ResilientWebSocket): boolean {
    const { totalConnections } = client.getSnapshot().stats;
    const isNew = this.#opening?.[0] !== client || this.#opening[1] !== totalConnections;
    this.#opening = [client, totalConnections];
    return isNew;
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
    this.#listener?.();
    this.#report(error);
  }

  #report(error: HookError): void {
    callSafely(() => this.#options?.handlers.error?.(error as EventMap['error'][0]));
  }

  // --- sessions

  #getEntry(options: Options): Entry<Session> {
    const known = [this.#entry, this.#rendered].find(
      (entry) => entry?.key === options.key && entry.cache === options.cache,
    );
    if (known) return known;
    const session = this.#createSession(
      this.#createCalls(() => entry),
      options,
    );
    const entry: Entry<Session> = {
      key: options.key,
      cache: options.cache,
      session,
      memo: new ResultMemo(session),
      early: [],
    };
    this.#rendered = entry;
    return entry;
  }
}

// Observes, for one hook, the connection of one key: takes it from the cache when the options are committed, gives it
// back at the unmount or when another key is committed, and answers at every render what its options would show. It
// does not depend on React.
import type { ResilientWebSocket } from '../index.js';
import { type Sendable, type SendOptions } from '../types.js';
import {
  Connection,
  type EndReason,
  findConnection,
  isSameOptions,
  type Subscription,
} from './connection_cache.js';
import { createSendError, type HookError, toResult } from './connection_result.js';
import {
  callHandler,
  callSafely,
  type ConnectionCalls,
  EVENTS,
  type EventName,
  isMessageEnd,
  type ObserverOptions,
  type ObserverSession,
  type ResultWith,
} from './connection_subscription.js';
import { logError } from './environment.js';

type SessionClass<Options, Session> = new (calls: ConnectionCalls, options: Options) => Session;

/** The observers of one hook: one for each key that its renders ask for. */
export class Observers<Options extends ObserverOptions, Session extends ObserverSession<Options>> {
  readonly Session: SessionClass<Options, Session>;
  /** The one whose options were committed last; undefined while the hook is not mounted. */
  current: ConnectionObserver<Options, Session> | undefined;
  /** The options of the last commit. */
  options: Options | undefined;
  /** connect() was called when there could be no connection yet. */
  isRequested = false;
  // Of the latest render whose key was a new one.
  #rendered: ConnectionObserver<Options, Session> | undefined;

  constructor(Session: SessionClass<Options, Session>) {
    this.Session = Session;
  }

  get(options: Options): ConnectionObserver<Options, Session> {
    const known = [this.current, this.#rendered].find((observer) => observer?.isFor(options));
    return known ?? (this.#rendered = new ConnectionObserver(this, options));
  }
}

export class ConnectionObserver<
  Options extends ObserverOptions,
  Session extends ObserverSession<Options>,
> implements ConnectionCalls {
  readonly session: Session;
  readonly #observers: Observers<Options, Session>;
  /** Of the last commit; before, of the first render. */
  #options: Options;
  /** Messages that were sent before the options were committed; null afterwards. */
  #early: (readonly [data: Sendable, options: SendOptions | undefined])[] | null = [];
  #connection: Connection | undefined;
  #listener: (() => void) | undefined;
  #result: ResultWith<Session> | undefined;
  #lastError: HookError | null = null;
  // The options that were refused.
  #failed: Options | undefined;
  // The connection ended because its user is another one; a render with that user follows.
  #isEnded = false;
  // The socket of the last opening that the hook knows.
  #opened: unknown;

  constructor(observers: Observers<Options, Session>, options: Options) {
    this.#observers = observers;
    this.#options = options;
    this.session = new observers.Session(this, options);
  }

  get isCurrent(): boolean {
    return this.#observers.current === this;
  }

  /** The client of the hook's connection; otherwise that of the cache, which other components or its gcTime keep. */
  #getClient(options: Options): ResilientWebSocket | undefined {
    const connection = this.isCurrent ? this.#connection : findConnection(options, this.#observers);
    return connection?.client;
  }

  // --- for renders

  /** For each render: a connection that another component leaves in the commit that follows is kept for this one. */
  expect(options: Options): void {
    if (!this.#connection && this.#isExpected(options)) findConnection(options, this.#observers)?.expect();
  }

  isFor({ key, cache }: Options): boolean {
    return this.#options.key === key && this.#options.cache === cache;
  }

  /**
   * What the options show, whether they are committed or not. The same object until something changes. `isServer`: what
   * a server shows, and the first render of a page that a server has rendered.
   */
  getOptimisticResult(options: Options, isServer = false): ResultWith<Session> {
    const isExpected = this.#isExpected(options);
    const client = !isServer && (isExpected || this.isCurrent) ? this.#getClient(options) : undefined;
    const state = this.#failed ? 'failed' : isExpected ? 'connecting' : 'disconnected';
    const result: ResultWith<Session> = {
      ...toResult(client, state, this.#lastError ?? options.problem ?? null),
      ...this.session.state,
    };
    return this.#result && isSameOptions(this.#result, result) ? this.#result : (this.#result = result);
  }

  /** Whether there should be a connection. */
  #isExpected({ key, isEnabled }: Options): boolean {
    return !this.#isEnded && key !== null && (isEnabled || this.#observers.isRequested);
  }

  // --- for effects

  /** Called at each commit. Leaves a connection that the options no longer mean, and takes the one they do. */
  setOptions(next: Options): void {
    const { current } = this.#observers;
    const [before, early] = [this.#options, this.#early ?? []];
    this.#options = this.#observers.options = next;
    this.#observers.current = this;
    if (current && current !== this) {
      const isSameUser = current.#options.identity === next.identity;
      // At once, while the listeners of the page are still there.
      const isUnwanted = next.key === null || !next.isEnabled;
      current.#leave(isUnwanted ? 'destroyed' : isSameUser ? undefined : 'identity');
    }
    const isRefused = this.#connection?.accepts(next.sources, this.#observers) === false;
    const isSwitchedOff = before.isEnabled && !next.isEnabled;
    if (isRefused || isSwitchedOff) this.#leave(isSwitchedOff ? 'destroyed' : undefined);
    const { address, options } = this.#failed ?? next;
    // The refused options have changed: they are tried again.
    if (address !== next.address || !isSameOptions(options, next.options)) {
      this.#failed = undefined;
      this.#lastError = null;
    }
    this.#early = null;
    this.#take(before);
    for (const message of early) this.send(...message);
    this.notify();
  }

  /** The hook is mounted until the returned function is called; meanwhile the listener is called for each change. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listener = listener;
    this.#observers.current = this;
    this.#take();
    return () => {
      this.#listener = undefined;
      this.#observers.isRequested = false;
      if (this.isCurrent) this.#observers.current = undefined;
      this.#leave();
    };
  };

  // --- the connection

  #take(before?: Options): void {
    const [options, connection] = [this.#options, this.#connection];
    try {
      if (connection) connection.assign(this.#observers, options.options, before?.options);
      else if (this.isCurrent && !this.#failed && this.#isExpected(options)) {
        this.#join(findConnection(options, this.#observers) ?? new Connection(options));
        this.notify();
      }
    } catch (thrown) {
      // A bad option or URL, or no WebAssembly, is no reason for a blank page.
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const { message } = error;
      this.#failed = options;
      logError(message, options.options.logLevel);
      this.fail({ type: 'configuration_error', message, recoverable: false, error });
    }
  }

  #join(connection: Connection): void {
    const { client } = connection;
    this.#observers.isRequested = false;
    this.#connection = connection;
    const isOnly = connection.add(this.#createSubscription(connection));
    connection.assign(this.#observers, this.#options.options);
    if (client.isConnected && client.ws !== this.#opened) {
      this.#opened = client.ws;
      this.session.onJoin(client);
    }
    if (isOnly) void client.connect();
  }

  #createSubscription(connection: Connection): Subscription {
    const { client } = connection;
    // When the hook has left, only the ends of messages are reported.
    const isActive = () => this.#connection === connection;
    const listen = (event: EventName) => {
      const listener = (...args: unknown[]) => {
        if (!isActive() && !isMessageEnd(event)) return;
        if (event === 'open') this.#opened = client.ws;
        if (event === 'open' || event === 'error') {
          this.#lastError = (args[0] as HookError | undefined) ?? null;
          this.notify();
        }
        this.session.onEvent?.(event, args, this.#options, client);
        callHandler(this.#options, event, args);
      };
      client.on(event, listener);
      return () => client.off(event, listener);
    };
    const removers = [
      ...EVENTS.map(listen),
      client.subscribe(() => {
        if (isActive()) this.notify();
      }),
    ];
    return {
      owner: this.#observers,
      getWanted: () => this.#options,
      close: () => {
        for (const remove of removers) remove();
      },
      ended: () => {
        if (!isActive()) return;
        this.#connection = undefined;
        this.session.end();
        // With an identity in the key the render with the next one takes the next connection.
        this.#isEnded = this.#options.identity !== null;
        this.#take();
        this.notify();
      },
    };
  }

  #leave(reason?: EndReason): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.session.end();
    connection?.remove(this.#observers, reason);
  }

  // --- for the session

  readonly notify = (): void => {
    this.#listener?.();
  };

  /** Shows and reports an error that is not the client's own. */
  fail(error: HookError): void {
    this.#lastError = error;
    this.notify();
    callSafely(() => this.#observers.options?.handlers.onError?.(error as never));
  }

  // --- for the hook's user; functions that were kept while the key was changed belong to the former connection

  readonly send = (data: Sendable, options?: SendOptions): boolean => {
    const own = this.#options;
    const client = this.#early ? undefined : this.#getClient(own);
    if (client?.isDestroyed === false) return client.send(data, options);
    if (options?.volatile) return false;
    if (this.#early && own.key !== null) this.#early.push([data, options]);
    else this.fail(createSendError(own.options.locale));
    return false;
  };

  readonly connect = (): void => {
    if (this.#early) this.#observers.isRequested = true;
    if (!this.isCurrent) return;
    if (this.#connection?.client.isDestroyed) this.#leave();
    this.#observers.isRequested = this.#connection === undefined;
    this.#failed = undefined;
    this.#take();
    void this.#connection?.client.connect();
  };

  readonly disconnect = (): void => {
    if (!this.isCurrent) return;
    this.#observers.isRequested = false;
    const client = this.#connection?.client;
    if (client?.isDestroyed === false) client.disconnect();
  };

  readonly reconnect = (): void => {
    const client = this.#connection?.client;
    // A client that is created now connects anyway.
    if (client?.isDestroyed === false) client.reconnect();
    else this.connect();
  };
}

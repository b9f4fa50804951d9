// The session server, as applications use it.
import { Connection, type ConnectionHost, type Stream } from './connection.js';
import { Emitter } from './emitter.js';
import { QueueFullError, ruleText, SessionEndedError } from './errors.js';
import { MAX_HELLO_BYTES } from './frames.js';
import { greet } from './greeting.js';
import { checkOptions, checkPrincipalOf, checkStore } from './options.js';
import { Registry, type Report } from './registry.js';
import { createMessage, mayBeIgnored, outsideHandlings } from './session.js';
import type { NewMessage, Payload } from './store.js';
import type { SendOptions, ServerSocket, SessionServerEvents, SessionServerOptions } from './types.js';

const SHUTDOWN = 'the server is shutting down';

/** Serves resumable sessions on the WebSockets that it is given. */
export class SessionServer<Request = unknown> extends Emitter<SessionServerEvents> {
  readonly #registry: Registry;
  readonly #principalOf: NonNullable<SessionServerOptions<Request>['principalOf']>;
  readonly #connections = new Set<Connection>();
  #isClosing = false;

  /** Throws TypeError or RangeError that names the option and its rule. */
  constructor(options: SessionServerOptions<Request> = {}) {
    super();
    const checked = checkOptions(options);
    this.#principalOf = checkPrincipalOf(options.principalOf);
    const report: Report = (event, ...args) => {
      const hasListener = this.emit(event, ...args);
      if (event === 'error' && !hasListener) console.error('SessionServer:', ...args);
    };
    this.#registry = new Registry(checked, checkStore(options.store), report);
  }

  /** The largest frame that the server has to accept, bytes: for the option `maxPayload` of npm `ws`. */
  get maxPayload(): number {
    return Math.max(this.#registry.options.maxMessage, MAX_HELLO_BYTES);
  }

  /**
   * Serves an open socket. Call it as soon as the socket is open: earlier frames are lost. `principalOf` gets the request. If it
   * is an `IncomingMessage`, what is sent in one turn leaves with one system call.
   */
  attach(socket: ServerSocket, request: Request): void {
    if (this.#isClosing) socket.close(1012, SHUTDOWN);
    else this.#connections.add(new Connection(this.#connectionHost(request), socket, streamOf(request)));
  }

  /**
   * Sends a message in a session, whichever server holds it; it waits in the store while there is no connection. As
   * `Session.send` outside of a handler; rejects with SessionEndedError for a session that the store does not know.
   */
  send(sessionId: string, data: Payload, options: SendOptions = {}): Promise<void> {
    const message = createMessage(data, options, this.#registry.options.maxMessage);
    const holding = this.#registry.find(sessionId);
    return mayBeIgnored(
      outsideHandlings(() => holding?.send(message) ?? this.#sendElsewhere(sessionId, message)),
    );
  }

  /**
   * Shuts down (rule 13): takes no new socket, hands no further message over, waits for the running handlers, stores and
   * acknowledges their counts, and closes the sockets with 1012. The sessions stay in the store. It waits at most `timeout` for a
   * handler (ms, integer >= 0, default 10000); the message of a slower one is handed over again by the next server. A handler
   * must not await it. Rejects with RangeError for a bad `timeout`.
   */
  async close({ timeout = 10_000 }: { readonly timeout?: number } = {}): Promise<void> {
    if (!(Number.isSafeInteger(timeout) && timeout >= 0)) {
      throw new RangeError(ruleText('timeout', 'an integer of at least 0'));
    }
    this.#isClosing = true;
    for (const connection of this.#connections) {
      if (!connection.isOpen) connection.close(1012, SHUTDOWN);
    }
    await this.#registry.shutDown(timeout, SHUTDOWN);
  }

  async #sendElsewhere(session: string, message: NewMessage): Promise<void> {
    const { data } = message;
    const refuse = (reason: 'queueFull' | 'closed' | 'storeFailed'): void => {
      this.emit('messageUnconfirmed', { session, principal: undefined, seq: 0, data, reason });
    };
    const writer = this.#registry.writerOf(session);
    const outcome = await writer.write([message], false).catch((error: unknown) => {
      refuse('storeFailed');
      throw error;
    });
    if (outcome.status === 'stored') {
      // The session may be held here by now.
      this.#registry.find(session)?.sender.learned(outcome.first, false);
      return;
    }
    refuse(outcome.status === 'full' ? 'queueFull' : 'closed');
    if (outcome.status === 'full') throw new QueueFullError(this.#registry.options.maxQueue);
    throw new SessionEndedError();
  }

  #connectionHost(request: Request): ConnectionHost {
    const registry = this.#registry;
    return {
      options: registry.options,
      greet: (connection, hello) => {
        void greet(registry, connection, hello, (auth) => this.#principalOf(request, auth));
      },
      violated: ({ principal }, code, reason) => {
        registry.report('violation', { code, reason, principal });
      },
      closed: (connection) => {
        this.#connections.delete(connection);
      },
    };
  }
}

/** The TCP connection of an `IncomingMessage`; undefined for other requests, also for one whose members throw. */
function streamOf(request: unknown): Stream | undefined {
  try {
    const { socket } = (request ?? {}) as { readonly socket?: Partial<Stream> };
    const isStream = typeof socket?.cork === 'function' && typeof socket.uncork === 'function';
    return isStream ? (socket as Stream) : undefined;
  } catch {
    return undefined;
  }
}

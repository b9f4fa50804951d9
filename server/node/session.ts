// A session, as applications use it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { DONE, Emitter, onFailure } from './emitter.js';
import { ruleText } from './errors.js';
import { CONTROL_PREFIX } from './frames.js';
import type { CheckedOptions } from './options.js';
import type { Hold, NewMessage, Payload } from './store.js';
import type { EndReason, MessageContext, SendOptions } from './types.js';
import type { Job, WriteOutcome } from './writer.js';

/** The arguments of the listeners of a session. */
export interface SessionEvents {
  /**
   * A message of the client. It is counted when all listeners have returned and their promises are settled; the next message
   * waits for that. What a listener sends in its session is stored together with the count: both or neither.
   */
  message: [data: Payload, context: MessageContext];
  /** A new connection carries the session. */
  resumed: [];
  /** The session has ended for this server. */
  end: [reason: EndReason];
}

/** The hold of the session that a number is handled under. */
export interface HandlingHost {
  /** The fence under which the handling began. */
  readonly fence: number;
  hold(): Hold;
  /** A listener has thrown, or rejected. */
  listenerFailed(handling: Handling, data: Payload, error: unknown): void;
  /** All listeners have finished. */
  listenersFinished(handling: Handling): void;
  /** The store has answered. */
  settled(handling: Handling, outcome: WriteOutcome): void;
  /** The store has failed. */
  storeFailed(handling: Handling, error: unknown): void;
}

/**
 * What one number of the client causes: its listeners run, then their messages and the count are stored. A skipped number
 * calls no listeners.
 */
export class Handling implements Job {
  /** What the listeners have sent so far. */
  messages: NewMessage[] = [];
  /** Whether a listener has closed the session. */
  isClosing = false;
  /** Whether all listeners have finished. */
  isOver = false;

  constructor(
    readonly session: Session,
    readonly holding: HandlingHost,
    readonly counted: number,
  ) {}

  /** See MessageContext. */
  get id(): string {
    return `${this.session.id}:${this.counted}`;
  }

  add(message: NewMessage): void {
    // push() makes room for 17 elements. Most handlers send one message.
    if (this.messages.length === 0) this.messages = [message];
    else this.messages.push(message);
  }

  settled(outcome: WriteOutcome): void {
    this.holding.settled(this, outcome);
  }

  failed(error: unknown): void {
    this.holding.storeFailed(this, error);
  }
}

/** The handling whose listener has called the code that runs now, also after an `await` or in a timer. */
const handlings = new AsyncLocalStorage<Handling | undefined>();

/**
 * Calls the listeners of a message, then `listenersFinished`. Returns a promise of that if a listener has not finished at once.
 */
export function callListeners(
  handling: Handling,
  data: Payload,
  context: MessageContext,
): Promise<void> | undefined {
  const unfinished = handlings.run(handling, call, handling.session, data, context);
  if (unfinished.length > 0) return finish(handling, data, unfinished);
  handling.holding.listenersFinished(handling);
  return undefined;
}

/** Waits for listeners that have not finished. */
async function finish(
  handling: Handling,
  data: Payload,
  unfinished: readonly Promise<unknown>[],
): Promise<void> {
  const failed = (error: unknown): void => {
    handling.holding.listenerFailed(handling, data, error);
  };
  await Promise.all(unfinished.map((listener) => onFailure(listener, failed)));
  handling.holding.listenersFinished(handling);
}

/** A function of its own, so that no closure is made for each message. */
function call(session: Session, data: Payload, context: MessageContext): readonly Promise<unknown>[] {
  return session.call('message', [data, context]);
}

/** Calls the function outside of all handlings, so that the listeners of events that it causes belong to none. */
export function outsideHandlings<Result>(step: () => Result): Result {
  return handlings.run(undefined, step);
}

const NO_OPTIONS: SendOptions = {};

/** What a session needs of its hold. */
export interface SessionPort {
  readonly isConnected: boolean;
  readonly options: CheckedOptions;
  /** Stores a message of the application. Rejects if it is not stored. */
  send(message: NewMessage): Promise<void>;
  /** Checks that a handler's message may be kept; it is stored when the handler has finished. Throws QueueFullError. */
  admit(message: NewMessage, handling: Handling): void;
  /** Ends the session after what was sent so far. */
  close(): Promise<void>;
}

/** A session with one client, for as long as this server holds it. */
export class Session extends Emitter<SessionEvents> {
  readonly #port: SessionPort;
  // Private, so that consoles and loggers do not show it.
  readonly #id: string;
  /** Who the session belongs to: what `principalOf` gave. */
  readonly principal: string;

  /** @internal */
  constructor(id: string, principal: string, port: SessionPort) {
    super();
    this.#id = id;
    this.principal = principal;
    this.#port = port;
  }

  /** Identifies the session. It is a secret of client and server: without `principalOf` it is enough to take the session over. */
  get id(): string {
    return this.#id;
  }

  /** Whether a connection carries the session now. Messages are kept while none does. */
  get isConnected(): boolean {
    return this.#port.isConnected;
  }

  /**
   * Sends a text (string) or a binary message (Uint8Array, copied). In a `message` listener of the session, also after an
   * `await`, the message is stored when the listeners have finished, and the promise resolves at once; anywhere else the
   * promise resolves when the message is stored.
   *
   * Rejects with QueueFullError if the session keeps `maxQueue` messages, with SessionEndedError if it has ended or was
   * closed, with the store's error if that failed. Each of them is an event `messageUnconfirmed`, too; so the promise may be
   * ignored. Throws TypeError for other data, RangeError for a message above `maxMessage`, or a text that begins with
   * `{"rws":"`, or a bad `ttl`.
   */
  send(data: Payload, options: SendOptions = NO_OPTIONS): Promise<void> {
    const message = createMessage(data, options, this.#port.options.maxMessage);
    const handling = handlings.getStore();
    if (handling?.session !== this || handling.isOver) return this.#sendAlone(message);
    try {
      this.#port.admit(message, handling);
    } catch (error) {
      return mayBeIgnored(Promise.reject(error as Error));
    }
    handling.add(message);
    return DONE;
  }

  /** A function of its own, so that send() makes no closure for the message of a handler. */
  #sendAlone(message: NewMessage): Promise<void> {
    return mayBeIgnored(outsideHandlings(() => this.#port.send(message)));
  }

  /**
   * Ends the session: the client gets what was sent so far, and closes the connection; without one, when it comes back. In a
   * `message` listener of the session this is done when the listeners have finished. No further message is handed over.
   * Resolves when that is stored; rejects with SessionEndedError if the session has ended.
   */
  close(): Promise<void> {
    const handling = handlings.getStore();
    if (handling?.session !== this || handling.isOver)
      return mayBeIgnored(outsideHandlings(() => this.#port.close()));
    handling.isClosing = true;
    return DONE;
  }
}

/** Returns the promise. If its rejection is ignored, the process does not end. */
export function mayBeIgnored<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

/** Checks the arguments of `send`. Throws TypeError or RangeError. */
export function createMessage(data: unknown, { ttl }: SendOptions, maxMessage: number): NewMessage {
  if (ttl !== undefined && !(Number.isSafeInteger(ttl) && ttl >= 0)) {
    throw new RangeError(ruleText('ttl', 'an integer of at least 0'));
  }
  const expiresAt = ttl === undefined ? undefined : Date.now() + ttl;
  if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
    throw new TypeError(ruleText('data', 'a string or a Uint8Array'));
  }
  // The bytes are counted only if they may be too many: a UTF-16 unit has at most 3 bytes in UTF-8.
  if (3 * data.length > maxMessage && Buffer.byteLength(data) > maxMessage) {
    throw new RangeError(ruleText('data', `at most ${maxMessage} bytes (option "maxMessage")`));
  }
  if (typeof data !== 'string') return { data: Buffer.from(data), expiresAt };
  if (data.startsWith(CONTROL_PREFIX)) {
    throw new RangeError(ruleText('data', `a text that does not begin with ${CONTROL_PREFIX}`));
  }
  return { data, expiresAt };
}

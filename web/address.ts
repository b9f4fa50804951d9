// The address of a client: URL and subprotocols, as values or as functions called before every attempt. No reason or log
// line quotes them: they may hold secrets.
import { type CoreClient } from '#core';
import { isThenable } from './connection_promises.js';
import { UrlError } from './errors.js';
import { type EventQueue } from './event_queue.js';
import { type Logger } from './logger.js';
import { type PresentationOptions, type ProtocolsSource, type UrlSource } from './types.js';
import { toLoggableUrl, toUrlText, toWebSocketUrl } from './websocket_url.js';

/** The result of a function that threw, or whose promise was rejected. */
const THROWN = Symbol('thrown');

/** Of a subprotocol name: RFC 6455, 4.1, and RFC 7230. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The longest list that the core takes. */
const MAX_LIST = 100;

export const PROTOCOLS_RULE =
  'a subprotocol name (a token of RFC 7230), a list of up to 100 different ones, or a function that gives them';

export class Address {
  /** What was passed, as a string; of a function its latest result, '' before the first. */
  url: string;
  #source: UrlSource;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;
  // The attempt whose address is being resolved, 0 for none.
  #attempt = 0;

  /** Throws SyntaxError for a URL that no WebSocket can be opened with. */
  constructor(source: UrlSource, presentation: PresentationOptions, logger: Logger) {
    [this.url, this.#source] = toSource(source);
    this.#presentation = presentation;
    this.#logger = logger;
  }

  /** Another source, from the next attempt on. Throws SyntaxError as the constructor does. */
  set(source: UrlSource): void {
    [this.url, this.#source] = toSource(source);
  }

  /** Gives the client the address for the attempt: at once, unless a function returns a promise. */
  resolve(client: CoreClient, events: EventQueue, attempt: number): void {
    this.#attempt = attempt;
    const [url, protocols] = events.runCallback(() => [
      this.#call('url', this.#source),
      this.#call('protocols', this.#presentation.protocols),
    ]);
    if (!isThenable(url) && !isThenable(protocols)) {
      this.#conclude(client, attempt, url, protocols);
      return;
    }
    void Promise.all([url, protocols]).then(
      ([finalUrl, finalProtocols]) => {
        this.#conclude(client, attempt, finalUrl, finalProtocols);
      },
      () => {
        this.#conclude(client, attempt, THROWN, THROWN);
      },
    );
  }

  /** The attempt is over: its address is not needed. */
  cancel(attempt: number): void {
    if (this.#attempt === attempt) this.#attempt = 0;
  }

  /** No address is needed any more. */
  cancelAll(): void {
    this.#attempt = 0;
  }

  #call(name: string, source: unknown): unknown {
    if (typeof source !== 'function') return source;
    try {
      return (source as () => unknown)();
    } catch {
      this.#logger.warn(`the ${name} function threw`);
      return THROWN;
    }
  }

  #conclude(client: CoreClient, attempt: number, url: unknown, protocols: unknown): void {
    if (attempt !== this.#attempt) return;
    const address = toAddress(url, protocols);
    if (typeof address === 'string') {
      this.#fail(client, attempt, address);
      return;
    }
    if (typeof this.#source === 'function') this.url = address.given;
    this.#logger.info(`connecting to ${toLoggableUrl(address.url)}`);
    client.addressResolved(attempt, address.url, address.protocols);
  }

  #fail(client: CoreClient, attempt: number, reason: string): void {
    if (attempt !== this.#attempt) return;
    this.#logger.warn(`no address: ${reason}`);
    client.attemptFailed(attempt, reason);
  }
}

/** The text to show, and the source to use. A relative URL is resolved now, before the page navigates. */
function toSource(source: UrlSource): [text: string, source: UrlSource] {
  if (typeof source === 'function') return ['', source];
  const text = toUrlText(source);
  return [text, toWebSocketUrl(text)];
}

interface SocketAddress {
  /** The URL as it was given. */
  readonly given: string;
  readonly url: string;
  readonly protocols: readonly string[];
}

/** What to open a socket with, or the reason why there is nothing. Values of the user are read once, and may throw. */
function toAddress(url: unknown, protocols: unknown): SocketAddress | string {
  if (url === THROWN || protocols === THROWN) return 'The URL or protocols function failed';
  try {
    const list = toProtocols(protocols);
    if (list === null) return 'The protocols function gave no valid protocols';
    const given = toUrlText(url);
    return { given, url: toWebSocketUrl(given), protocols: list };
  } catch (error) {
    return error instanceof UrlError ? error.message : 'The URL or protocols function gave no valid value';
  }
}

/** A list of subprotocols, which is the caller's; null for a value that breaks the rule. */
export function toProtocols(value: unknown): readonly string[] | null {
  if (value === undefined) return [];
  const list = copyList(value) ?? [value];
  if (!list.every((entry): entry is string => typeof entry === 'string' && TOKEN.test(entry))) return null;
  return list.length <= MAX_LIST && new Set(list).size === list.length ? list : null;
}

/**
 * A copy of a list of the user, which may be a Proxy or have getters: the module must get no other. Null for what is no
 * list. Of a longer list than any rule allows only the beginning, which breaks the rule as well.
 */
export function copyList(value: unknown): unknown[] | null {
  if (!Array.isArray(value)) return null;
  const list: readonly unknown[] = value;
  return Array.from({ length: Math.min(list.length, MAX_LIST + 1) }, (_, index) => list[index]);
}

export function isProtocolsSource(value: unknown): value is ProtocolsSource | undefined {
  return typeof value === 'function' || toProtocols(value) !== null;
}

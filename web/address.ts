// Owns where to connect to: the URL and the subprotocols, as values or as functions asked before every attempt.
// Refuses to say in a reason or log line what they were, or to answer for an attempt that is no longer the last.
import { type CoreConnection } from './core/connection.js';
import { type Logger } from './logger.js';
import { protocolsOf } from './protocols.js';
import { type PresentationOptions, type UrlSource } from './types.js';
import { loggableUrl, websocketUrlOf } from './websocket_url.js';

/** Stands for the value of a function that threw. */
const NOTHING = Symbol('nothing');

export class Address {
  /** What was passed, as a string; of a function its latest answer, '' before the first. */
  url: string;
  readonly #source: UrlSource;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;
  #attempt = 0;

  /** Throws SyntaxError for a URL no WebSocket can be opened with. */
  constructor(source: UrlSource, presentation: PresentationOptions, logger: Logger) {
    this.url = typeof source === 'function' ? '' : String(source);
    // A relative URL means the page the client was created on, wherever it has navigated since.
    this.#source = typeof source === 'function' ? source : websocketUrlOf(source);
    this.#presentation = presentation;
    this.#logger = logger;
  }

  /** Answers the core, at once if nothing has to be waited for. */
  find(core: CoreConnection, attempt: number): void {
    this.#attempt = attempt;
    const url = this.#ask('url', this.#source);
    const protocols = this.#ask('protocols', this.#presentation.protocols);
    if (!isThenable(url) && !isThenable(protocols)) {
      this.#answer(core, attempt, url, protocols);
      return;
    }
    void Promise.all([url, protocols]).then(
      ([foundUrl, foundProtocols]) => {
        this.#answer(core, attempt, foundUrl, foundProtocols);
      },
      () => {
        this.#fail(core, attempt, 'The URL or protocols function rejected');
      },
    );
  }

  /** No function's answer is wanted any more. */
  forget(): void {
    this.#attempt = 0;
  }

  #ask(name: string, source: unknown): unknown {
    if (typeof source !== 'function') return source;
    try {
      return (source as () => unknown)();
    } catch {
      this.#logger.warn(`the ${name} function threw`);
      return NOTHING;
    }
  }

  #answer(core: CoreConnection, attempt: number, url: unknown, protocols: unknown): void {
    if (attempt !== this.#attempt) return;
    if (url === NOTHING || protocols === NOTHING) {
      this.#fail(core, attempt, 'The URL or protocols function threw');
      return;
    }
    const list = protocolsOf(protocols);
    if (list === null) {
      this.#fail(core, attempt, 'The protocols function gave no valid protocols');
      return;
    }
    let absolute: string;
    try {
      absolute = websocketUrlOf(url);
    } catch (error) {
      // Quotes no URL.
      this.#fail(core, attempt, (error as SyntaxError).message);
      return;
    }
    if (typeof this.#source === 'function') this.url = String(url);
    this.#logger.info(`connecting to ${loggableUrl(absolute)}`);
    core.addressFound(attempt, absolute, list.join(','));
  }

  #fail(core: CoreConnection, attempt: number, reason: string): void {
    if (attempt !== this.#attempt) return;
    this.#logger.warn(`no address: ${reason}`);
    core.addressFailed(attempt, reason);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

// The native socket of the current attempt: sends through it and takes what arrives on it. The core opens and closes it.
import { type CoreClient, type CoreSendResults } from '#core';
import { type Core } from './core/load.js';
import { type EventQueue } from './event_queue.js';
import { getTexts } from './locales.js';
import { type Logger } from './logger.js';
import { type Payload } from './payload.js';
import { type PresentationOptions } from './types.js';

const OPEN = 1;
const CLOSED = 3;

export const SendResult: CoreSendResults = { sent: 0, refused: 1, closing: 2 };

export class CurrentSocket {
  /** The attempt the socket was created for, 0 without a socket. */
  attempt = 0;
  native: WebSocket | null = null;
  readonly #core: Core;
  readonly #client: CoreClient;
  readonly #clientId: number;
  readonly #events: EventQueue;
  readonly #presentation: PresentationOptions;
  readonly #logger: Logger;

  constructor(
    core: Core,
    client: CoreClient,
    events: EventQueue,
    presentation: PresentationOptions,
    logger: Logger,
  ) {
    this.#core = core;
    this.#client = client;
    this.#clientId = client.id();
    this.#events = events;
    this.#presentation = presentation;
    this.#logger = logger;
  }

  get readyState(): number {
    return this.native?.readyState ?? CLOSED;
  }

  /** A new socket was created. */
  adopt(attempt: number, native: WebSocket): void {
    this.attempt = attempt;
    this.native = native;
    // A test double may call without an event.
    native.onmessage = (event?: MessageEvent<unknown>) => {
      this.#receive(attempt, event?.data);
    };
    this.applyBinaryType();
  }

  /** The attempt is given up or over: nothing that arrives on its socket counts any more. */
  leave(attempt: number): void {
    if (this.attempt !== attempt) return;
    this.attempt = 0;
    this.native = null;
  }

  applyBinaryType(): void {
    const { binaryType } = this.#presentation;
    if (this.native === null) return;
    try {
      // Some platforms throw even for the type that they have.
      if (this.native.binaryType !== binaryType) this.native.binaryType = binaryType;
    } catch {
      this.#logger.warn(`the WebSocket does not take the binaryType '${binaryType}'`);
    }
  }

  /**
   * Sends a payload; returns a number of CoreSendResults. A socket that is closing would discard it (WHATWG WebSockets,
   * send()), and WebKit would then count its framing in `bufferedAmount`, which has to show what was not sent.
   */
  send(payload: Payload): number {
    if (this.native === null) return SendResult.refused;
    try {
      // Test doubles may have no state.
      if (this.native.readyState > OPEN) return SendResult.closing;
      this.native.send(payload);
      return SendResult.sent;
    } catch {
      return SendResult.refused;
    }
  }

  #receive(attempt: number, data: unknown): void {
    // A handler that was kept may be called after the attempt, and after the client was destroyed.
    if (attempt !== this.attempt) return;
    if (typeof data === 'string' && this.#mayBeControlFrame(data)) {
      if (this.#client.textReceived(attempt, data)) return;
    } else {
      this.#core.module._rwsFrameReceived(this.#clientId, attempt);
    }
    // A listener that has just run may have ended the attempt.
    if (attempt !== this.attempt) return;
    if (typeof data === 'string' && this.#presentation.messageFormat === 'json') this.#deliverJson(data);
    else this.#events.deliverOne('message', data);
  }

  #mayBeControlFrame(text: string): boolean {
    return text.length <= this.#core.maxControlFrame && text.includes(this.#core.controlFrameMarker);
  }

  #deliverJson(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#events.add('message', text);
      const message = getTexts(this.#presentation.locale).errors.parse_error;
      this.#events.add('error', { type: 'parse_error', message, recoverable: true });
      this.#events.deliver();
      return;
    }
    this.#events.deliverOne('message', value);
  }
}

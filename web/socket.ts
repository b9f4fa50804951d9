// The native socket of the current attempt: sends through it and takes what arrives on it. The core opens and closes it.
import { type CoreClient, type CoreSendResults } from '#core';
import { CustomFrames, toCustom } from './heartbeat.js';
import { type Core } from './core/load.js';
import { type EventQueue } from './event_queue.js';
import { type Handshake } from './handshake.js';
import { type Logger } from './logger.js';
import { type Payload } from './payload.js';
import { type PresentationOptions } from './types.js';
import { toLoggableMessage } from './websocket_url.js';

const OPEN = 1;
const CLOSED = 3;

export const SendResult: CoreSendResults = { sent: 0, refused: 1, closing: 2 };

/** The same integer in V8's form of small integers: the core's numbers are floating-point, and each that is stored is an object. */
export function toInteger(number: number): number {
  return Math.floor(number);
}

export type CloseArguments = readonly [code: number, reason: string | undefined];
export const DEFAULT_CLOSE: CloseArguments = [1000, undefined];

export class CurrentSocket {
  /** The attempt the socket was created for, 0 without a socket. */
  attempt = 0;
  native: WebSocket | null = null;
  /** The id of the client in the core. */
  readonly clientId: number;
  /** Whether the socket belongs to a session: then the core decides which frames are messages. */
  isInSession = false;
  /** The attempt whose session has ended by `bye`: its control frames are still read. 0 without one. */
  leaving = 0;
  /** The running handshake. */
  handshake: Handshake | undefined;
  /** What `send` or the handshake threw, or what the platform said of an error. */
  lastError: unknown;
  readonly core: Core;
  readonly client: CoreClient;
  readonly events: EventQueue;
  readonly presentation: PresentationOptions;
  readonly logger: Logger;
  #customFrames: CustomFrames | undefined;

  constructor(
    core: Core,
    client: CoreClient,
    events: EventQueue,
    presentation: PresentationOptions,
    logger: Logger,
  ) {
    this.core = core;
    this.client = client;
    this.clientId = toInteger(client.id());
    this.events = events;
    this.presentation = presentation;
    this.logger = logger;
  }

  /** For a heartbeat in the form of another protocol. */
  get customFrames(): CustomFrames {
    return (this.#customFrames ??= new CustomFrames(this));
  }

  get readyState(): number {
    try {
      return this.native?.readyState ?? CLOSED;
    } catch {
      return CLOSED;
    }
  }

  /** NaN if it cannot be read. */
  get bufferedAmount(): number {
    try {
      return Number(this.native?.bufferedAmount);
    } catch {
      return NaN;
    }
  }

  /** The last error, for one error event: afterwards it is undefined. */
  takeError(): unknown {
    const error = this.lastError;
    this.lastError = undefined;
    return error;
  }

  /** A new socket was created. The client's handlers for its end are set. */
  adopt(attempt: number, native: WebSocket): void {
    this.attempt = attempt;
    this.native = native;
    try {
      this.#listen(attempt, native);
      this.applyBinaryType();
    } catch {
      this.logger.warn('the WebSocket does not take a handler');
      this.#refuse(native);
    }
  }

  /** The attempt is given up or over: nothing that arrives on its socket counts any more. */
  leave(attempt: number): void {
    if (this.attempt !== attempt) return;
    this.attempt = 0;
    this.native = null;
    this.isInSession = false;
    this.handshake?.abort();
    this.handshake = undefined;
    this.#customFrames?.leave();
  }

  /** Closes the socket with a code and reason of the user, before the client closes it with 1000. */
  close(code: number, reason: string | undefined): void {
    try {
      this.native?.close(code, reason);
    } catch {
      // The client closes it.
    }
  }

  /** The handshake is done: returns the messages that it has not received. */
  endHandshake(): readonly unknown[] {
    const messages = this.handshake?.messages ?? [];
    this.handshake = undefined;
    return messages;
  }

  applyBinaryType(): void {
    const { binaryType } = this.presentation;
    if (this.native === null) return;
    try {
      // Some platforms throw even for the type that they have.
      if (this.native.binaryType !== binaryType) this.native.binaryType = binaryType;
    } catch {
      this.logger.warn(`the WebSocket does not take the binaryType '${binaryType}'`);
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
    } catch (error) {
      this.lastError = error;
      return SendResult.refused;
    }
  }

  #receive(attempt: number, event: MessageEvent<unknown> | undefined): void {
    const data = event?.data;
    if (attempt === this.leaving && this.#isSessionFrame(data)) this.client.textReceived(attempt, data);
    // A handler that was kept may be called after the attempt, and after the client was destroyed.
    if (attempt !== this.attempt) return;
    if (this.isInSession) this.#receiveInSession(attempt, data, event);
    else this.#receivePlain(attempt, data, event);
  }

  #receiveInSession(attempt: number, data: unknown, event: unknown): void {
    if (this.#isSessionFrame(data)) {
      this.client.textReceived(attempt, data);
      return;
    }
    const isCounted = this.core.module._rwsFrameReceived(this.clientId, attempt) !== 0;
    // The server may have turned out to know no sessions.
    if (!isCounted && (attempt !== this.attempt || this.isInSession)) return;
    const message = this.#parse(data, event);
    if (this.handshake !== undefined && attempt === this.attempt) this.handshake.add(message);
    else this.events.deliverOne('message', message, isCounted);
  }

  #receivePlain(attempt: number, data: unknown, event: unknown): void {
    const heartbeat = toCustom(this.presentation.heartbeat);
    let value: unknown;
    if (heartbeat !== undefined) {
      value = this.#parse(data, event);
      if (this.customFrames.receive(heartbeat, attempt, value)) return;
    }
    if (heartbeat === undefined && typeof data === 'string' && this.#mayBeControlFrame(data)) {
      if (this.client.textReceived(attempt, data)) return;
    } else {
      this.core.module._rwsFrameReceived(this.clientId, attempt);
    }
    // A listener that has just run may have ended the attempt.
    if (attempt !== this.attempt) return;
    const message = heartbeat === undefined ? this.#parse(data, event) : value;
    if (this.handshake !== undefined) this.handshake.add(message);
    else this.events.deliverOne('message', message);
  }

  #isSessionFrame(data: unknown): data is string {
    return typeof data === 'string' && data.startsWith(this.core.sessionMarker);
  }

  #mayBeControlFrame(text: string): boolean {
    const { maxLength, marker } = this.core.controlFrames;
    return text.length <= maxLength && text.includes(marker);
  }

  /** What the user gets of a message: as it came if it cannot be read. */
  #parse(data: unknown, event: unknown): unknown {
    const { messageFormat, parse } = this.presentation;
    if (parse !== undefined) {
      try {
        return parse(data as Payload, event);
      } catch (error) {
        this.logger.thrown('parse', error);
        return data;
      }
    }
    if (typeof data !== 'string' || messageFormat === 'text') return data;
    try {
      return JSON.parse(data);
    } catch {
      this.logger.debug('a message is no JSON: it is delivered as a string');
      return data;
    }
  }

  // The attempt fails, as where the socket does not take a handler of the client.
  #refuse(native: WebSocket): void {
    this.close(1000, undefined);
    try {
      native.onclose?.({ code: 1006, reason: 'Error' } as CloseEvent);
    } catch {
      // The attempt ends by its time limit.
    }
  }

  // One function sets all handlers, so that they share one scope. Those for the end are put before the client's.
  #listen(attempt: number, native: WebSocket): void {
    const { onopen, onerror, onclose } = native;
    let hasOpened = false;
    let hasFailed = false;
    // A test double may call without an event.
    native.onmessage = (event?: MessageEvent<unknown>) => {
      this.#receive(attempt, event);
    };
    if (!onopen || !onerror || !onclose) return;
    native.onopen = (event) => {
      hasOpened = true;
      onopen.call(native, event);
    };
    native.onerror = (event) => {
      if (attempt === this.attempt) this.lastError = this.#toCause(event);
      hasFailed = !hasOpened;
      onerror.call(native, event);
      // Node 22 reports a refused connection by an error alone, and mock-socket the loss of a connection. Elsewhere the
      // close event follows in the same task, and the client takes no second one.
      if (!isOver(native, hasOpened)) return;
      setTimeout(() => {
        // A test double may open after an error.
        if (isOver(native, hasOpened)) onclose.call(native, {} as CloseEvent);
      }, 0);
    };
    // mock-socket closes an attempt that failed with the code 1000, after which there would be no retry.
    native.onclose = (event) => {
      const isFailure = hasFailed && !hasOpened && read(event, 'code') === 1000;
      onclose.call(native, isFailure ? ({} as CloseEvent) : event);
    };
  }

  // Platforms of servers give a message. Browsers give none: a page must not learn what answers at an address.
  #toCause(event: unknown): Error | undefined {
    try {
      const { error, message } = event as { error?: { message?: string; code?: string }; message?: string };
      // Node has an error without a message for an address with several hosts.
      const text = [message, error?.message, error?.code].find((part) => part !== undefined && part !== '');
      if (text === undefined) return undefined;
      const cause = new Error(toLoggableMessage(text));
      this.logger.debug(cause.message);
      return cause;
    } catch {
      return undefined;
    }
  }
}

/** Whether an error ends the attempt of this socket. */
function isOver(native: WebSocket, hasOpened: boolean): boolean {
  return !hasOpened || read(native, 'readyState') === CLOSED;
}

/** A member of a socket or event, undefined if it cannot be read: test doubles may throw, or give no event. */
function read(owner: unknown, name: string): unknown {
  try {
    return Reflect.get(owner as object, name);
  } catch {
    return undefined;
  }
}

// The events of the WebSocket class: the platform's classes where it has them.
import { type CloseDetails, type ConnectionErrorEvent, type NativeWebSocket } from '../types.js';

/** An `error` event. A platform's WebSocket fires a plain `Event`. */
export class ErrorEvent extends Event {
  /** The platform's message, or the client's reason; `TIMEOUT` if the attempt took longer than `connectionTimeout`. */
  readonly message: string;
  /** The error with that message. */
  readonly error: Error;

  constructor(message: string, error: Error = new Error(message)) {
    super('error');
    this.message = message;
    this.error = error;
  }
}

/** For Node.js before 22, which has no CloseEvent. */
class OwnCloseEvent extends Event {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly [Symbol.toStringTag] = 'CloseEvent';

  constructor({ code, reason, wasClean }: CloseDetails) {
    super('close');
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

export function createCloseEvent({ code, reason, wasClean, shouldReconnect }: CloseDetails): CloseEvent {
  if (typeof globalThis.CloseEvent === 'function') {
    return new globalThis.CloseEvent('close', { code, reason, wasClean });
  }
  return new OwnCloseEvent({ code, reason, wasClean, shouldReconnect });
}

/** For React Native, which has no MessageEvent. */
class OwnMessageEvent extends Event {
  readonly data: unknown;
  readonly origin: string;
  readonly lastEventId = '';
  readonly source = null;
  readonly ports: readonly MessagePort[] = [];
  readonly [Symbol.toStringTag] = 'MessageEvent';

  constructor(data: unknown, origin: string) {
    super('message');
    this.data = data;
    this.origin = origin;
  }
}

export function createMessageEvent(data: unknown, origin: string): Event {
  return typeof globalThis.MessageEvent === 'function'
    ? new globalThis.MessageEvent('message', { data, origin })
    : new OwnMessageEvent(data, origin);
}

/** The event before the `close` of an attempt that failed. */
export function createErrorEvent({ cause }: ConnectionErrorEvent, { reason }: CloseDetails): ErrorEvent {
  // The reason of the core for an attempt that took too long.
  const text = reason === 'Connection timeout' ? 'TIMEOUT' : reason;
  return new ErrorEvent(cause?.message ?? text, cause);
}

// --- types

/** The events and their classes. */
export interface WebSocketEvents {
  /** A connection is open. */
  open: Event;
  /** A message arrived. */
  message: MessageEvent;
  /** An attempt failed, or a message was larger than `maxMessageSize`. */
  error: ErrorEvent;
  /** A connection is lost, or an attempt has failed. */
  close: CloseEvent;
}

/** A handler as the attributes have it. */
export type Handler<EventType> = ((this: NativeWebSocket, event: EventType) => unknown) | null;

type Listener<EventType> =
  ((this: NativeWebSocket, event: EventType) => unknown) | { handleEvent(event: EventType): unknown } | null;

/** An EventTarget with a type for each event name, and with the constants that objects inherit from the class. */
export interface TypedEventTarget extends EventTarget {
  /** 0 */
  readonly CONNECTING: 0;
  /** 1 */
  readonly OPEN: 1;
  /** 2 */
  readonly CLOSING: 2;
  /** 3 */
  readonly CLOSED: 3;
  /** As in EventTarget. */
  addEventListener<Name extends keyof WebSocketEvents>(
    type: Name,
    listener: Listener<WebSocketEvents[Name]>,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** As in EventTarget. */
  removeEventListener<Name extends keyof WebSocketEvents>(
    type: Name,
    listener: Listener<WebSocketEvents[Name]>,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The platform's EventTarget, with these types. */
export const TypedEventTarget = EventTarget as unknown as new () => TypedEventTarget;

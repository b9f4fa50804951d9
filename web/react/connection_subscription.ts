// What a hook asks for, what it listens to, and how events reach the handlers of the hook's user.
import type { ResilientWebSocket } from '../index.js';
import { type EventMap, type Sendable, type SendOptions } from '../types.js';
import { type WantedConnection } from './connection_cache.js';
import { type ConnectionResult, createSendError, type HookError } from './connection_result.js';

// What each hook listens to. Changes of the status come from the client's `subscribe`.
export const EVENTS = [
  ...(['message', 'open', 'close', 'error', 'stateChange'] as const),
  ...(['messageDropped', 'messageUnconfirmed'] as const),
] as const;

export type EventName = (typeof EVENTS)[number];
type Listener = (...args: unknown[]) => unknown;

/** Callbacks of the hook's user: `onOpen` for the event `open`, and so on. */
export type Handlers = {
  readonly [Name in EventName as `on${Capitalize<Name>}`]?:
    ((...args: EventMap[Name]) => unknown) | undefined;
};

/** What a render of a hook asks for. */
export interface ObserverOptions extends WantedConnection {
  /** The URL as text: refused options are tried again when it changes. Undefined where the key contains the URL. */
  readonly address?: string;
  /** Whether to connect without a call of `connect()`. */
  readonly isEnabled: boolean;
  readonly handlers: Handlers;
  /** Shown as `lastError` while there is no other. */
  readonly problem?: HookError | null;
}

/** One connection as its session uses it. The functions are the same on every render until the key changes. */
export interface ConnectionCalls {
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
  /** Reports an error that is not the client's own. */
  readonly fail: (error: HookError) => void;
  /** Whether it is the connection that the mounted hook shows. */
  readonly isCurrent: boolean;
  /** The state of the session has changed. */
  readonly notify: () => void;
}

/** What an observer keeps for each connection that a render asked for. */
export interface ObserverSession<Options> {
  /** Its members become part of the hook's result. */
  readonly state: object;
  /** Called for each event before the handlers. */
  readonly onEvent?: (
    event: EventName,
    args: readonly unknown[],
    options: Options,
    client: ResilientWebSocket,
  ) => void;
  /** The hook has joined a connection that is open already; once for each opening. */
  readonly onJoin: (client: ResilientWebSocket) => void;
  /** The connection was given back. */
  readonly end: () => void;
}

/** What a hook shows of a connection and of its session. */
export type ResultWith<Session extends { readonly state: object }> = ConnectionResult & Session['state'];

/** Whether the event reports the end of a message: dropped or unconfirmed. */
export function isMessageEnd(event: EventName): event is 'messageDropped' | 'messageUnconfirmed' {
  // `message` itself does not match.
  return /^message./.test(event);
}

export function callHandler(
  { handlers, options }: ObserverOptions,
  event: EventName,
  args: readonly unknown[],
): void {
  const name = event.replace(/^./, (first) => `on${first.toUpperCase()}`) as keyof Handlers;
  const handler = handlers[name] as Listener | undefined;
  if (handler) handler(...args);
  // The end of a message is always reported: without its own handler, as an error.
  else if (isMessageEnd(event)) {
    handlers.onError?.(createSendError(options.locale, event) as EventMap['error'][0]);
  }
}

/** For callbacks that no event of the client calls. */
export function callSafely(callback: () => unknown): void {
  try {
    callback();
  } catch (thrown) {
    console.error('ResilientWebSocket: a callback threw', thrown);
  }
}

// The chat's wire protocol: what the backend's frames contain, and the callbacks that receive it.
import { type MessageDroppedEvent, type MessageUnconfirmedEvent } from '../../types.js';
import { type HookError } from '../connection_result.js';
import { isId } from '../identity.js';

/** A message of the chat. */
export interface ChatMessage {
  /** The server's id of the message. */
  readonly id: number;
  /** The text. */
  readonly content: string;
  /** Who wrote it. */
  readonly role: 'user' | 'assistant';
  /** When it was stored, ISO 8601. */
  readonly created_at: string;
  /** Whatever else the server stores with it. */
  readonly message_metadata?: unknown;
}

/** A changed message; for one that the assistant is still writing, its content so far. */
export interface ChatMessageUpdate {
  /** The server's id of the message. */
  readonly id: number;
  /** The text so far. */
  readonly content: string;
  /** Who wrote it. */
  readonly role: 'user' | 'assistant';
  /** When it changed, ISO 8601. */
  readonly updated_at: string;
  /** Whatever else the server stores with it. */
  readonly message_metadata?: unknown;
}

/** A session of the user, as the server lists it. */
export interface ChatSessionUpdate {
  /** The server's id of the session. */
  readonly id: number;
  /** The title. */
  readonly title: string;
  /** When it changed, ISO 8601. */
  readonly updated_at: string;
  /** Number of its messages. */
  readonly message_count: number;
}

/** The server's id of a user. */
export type UserId = number | string;

/**
 * An error of the connection or of the hook, or an error frame of the server, with the server's error code.
 * `no_token`: there is no token to connect with. `other_user`: another tab of the browser has logged in another user.
 */
export interface ChatErrorEvent extends Omit<HookError, 'type'> {
  /** What the error is about. */
  readonly type: HookError['type'] | 'no_token' | 'other_user';
  /** The server's code (error frames). */
  readonly errorCode?: string;
}

/** A callback whose parameter type may be narrowed by the page (method parameters are bivariant). */
export type FrameCallback<Data> = { method(data: Data): unknown }['method'];

/** The callbacks of the chat hook; each may change on every render. */
export interface ChatCallbacks {
  /** A message of the session arrived. */
  readonly onNewMessage?: FrameCallback<ChatMessage> | undefined;
  /** A user started or stopped typing; the server returns the user's own typing as well. */
  readonly onTyping?: ((userId: UserId, isTyping: boolean) => unknown) | undefined;
  /** A session of the user changed. */
  readonly onSessionUpdate?: FrameCallback<ChatSessionUpdate> | undefined;
  /** A message changed, or grew while it is being written. */
  readonly onMessageUpdate?: FrameCallback<ChatMessageUpdate> | undefined;
  /** The answer was stopped. */
  readonly onGenerationStopped?: ((message: string) => unknown) | undefined;
  /** The connection or the server reported an error. */
  readonly onError?: FrameCallback<ChatErrorEvent> | undefined;
  /** A message was dropped. Without this callback it is reported to `onError`, as a `send_error`. */
  readonly onMessageDropped?: ((event: MessageDroppedEvent) => unknown) | undefined;
  /** A message was sent, and nothing shows whether it arrived. Without this callback it is a `send_error`, too. */
  readonly onMessageUnconfirmed?: ((event: MessageUnconfirmedEvent) => unknown) | undefined;
}

/** The id of a session. `null`, 0 and '' are the general channel. */
export type SessionId = number | string | null;

export type Frame = Readonly<Record<string, unknown>>;

// The types of frames that belong to one session. The others concern the user or the connection.
const SESSION_FRAMES: readonly unknown[] = ['new_message', 'message_update', 'typing', 'generation_stopped'];

/** Digits, also after a word: `7`, `session_7`, `chat-7`. */
const NUMBERED = /^(?:[a-z]+[-_]?)?(\d+)$/i;

/**
 * The part of the address that names the session: the digits of a number or of a word with a number, any other id as
 * it is; '' for the general channel.
 */
export function toSessionName(sessionId: unknown): string {
  if (!sessionId || !isId(sessionId)) return '';
  const id = String(sessionId);
  return NUMBERED.exec(id)?.[1] ?? id;
}

/** Whether the frame concerns one session only; the backend sends the frames of all to every connection. */
export function isOfOneSession({ type, session_id: sessionId }: Frame): boolean {
  return sessionId !== null && sessionId !== undefined && SESSION_FRAMES.includes(type);
}

export function isObject(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object whose fields can be read; any other value has no fields. */
export function toFields(value: unknown): Frame {
  return Object(value) as Frame;
}

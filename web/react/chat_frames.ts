// The types of the chat: what the backend's frames contain, and the callbacks that receive it.
import { type ConnectionErrorEvent, type MessageDroppedEvent } from '../types.js';

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

/** An error of the connection, or an error frame of the server, with the server's error code. */
export interface ChatErrorEvent extends ConnectionErrorEvent {
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
  readonly onError?: ((error: ChatErrorEvent) => unknown) | undefined;
  /** A message was dropped. Without this callback it is reported to `onError`, as a `send_error`. */
  readonly onMessageDropped?: ((event: MessageDroppedEvent) => unknown) | undefined;
}

export interface ChatSnapshot {
  /** Whether an answer of the assistant is being written or expected. */
  readonly isGenerating: boolean;
  /** Ids of the users who are typing, without the user's own. */
  readonly typingUsers: readonly UserId[];
}

export type Frame = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object whose fields can be read; any other value has no fields. */
export function toFields(value: unknown): Frame {
  return Object(value) as Frame;
}

// The types of the chat: what the backend's frames contain, and the callbacks that receive it.
import { type ConnectionErrorEvent, type MessageDroppedEvent } from '../types.js';

/** A message of the chat. */
export interface ChatMessage {
  readonly id: number;
  readonly content: string;
  readonly role: 'user' | 'assistant';
  readonly created_at: string;
  readonly message_metadata?: unknown;
}

/** A changed message; for one that the assistant is still writing, its content so far. */
export interface ChatMessageUpdate {
  readonly id: number;
  readonly content: string;
  readonly role: 'user' | 'assistant';
  readonly updated_at: string;
  readonly message_metadata?: unknown;
}

export interface ChatSessionUpdate {
  readonly id: number;
  readonly title: string;
  readonly updated_at: string;
  readonly message_count: number;
}

export type UserId = number | string;

/** An error of the connection, or an error frame of the server, with the server's error code. */
export interface ChatErrorEvent extends ConnectionErrorEvent {
  readonly errorCode?: string;
}

/** A callback whose parameter type may be narrowed by the page (method parameters are bivariant). */
export type FrameCallback<Data> = { method(data: Data): unknown }['method'];

/** The callbacks of the chat hook; each may change on every render. */
export interface ChatCallbacks {
  readonly onNewMessage?: FrameCallback<ChatMessage> | undefined;
  /** A user started or stopped typing; the server returns the user's own typing as well. */
  readonly onTyping?: ((userId: UserId, isTyping: boolean) => unknown) | undefined;
  readonly onSessionUpdate?: FrameCallback<ChatSessionUpdate> | undefined;
  readonly onMessageUpdate?: FrameCallback<ChatMessageUpdate> | undefined;
  readonly onGenerationStopped?: ((message: string) => unknown) | undefined;
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

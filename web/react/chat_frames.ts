// Owns the vocabulary of the chat: what the backend's frames carry, and the callbacks that get it.
// Refuses to trust a frame: what arrives is looked at before it is called one of these.
import { type ConnectionErrorEvent, type MessageDroppedEvent } from '../types.js';

/** A message of the chat. */
export interface ChatMessage {
  readonly id: number;
  readonly content: string;
  readonly role: 'user' | 'assistant';
  readonly created_at: string;
  readonly message_metadata?: unknown;
}

/** A message that was changed, one under way among them: its content so far. */
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

/** An error of the connection, or one that the server sent as a frame: then with its code. */
export interface ChatErrorEvent extends ConnectionErrorEvent {
  readonly errorCode?: string;
}

/** A callback whose parameter may be declared as the page's own, narrower type. */
export type FrameCallback<Data> = { method(data: Data): unknown }['method'];

/** What the hook tells its user; each may change on every render. */
export interface ChatCallbacks {
  readonly onNewMessage?: FrameCallback<ChatMessage> | undefined;
  /** Somebody began or ended typing; the user's own typing comes back as well. */
  readonly onTyping?: ((userId: UserId, isTyping: boolean) => unknown) | undefined;
  readonly onSessionUpdate?: FrameCallback<ChatSessionUpdate> | undefined;
  readonly onMessageUpdate?: FrameCallback<ChatMessageUpdate> | undefined;
  readonly onGenerationStopped?: ((message: string) => unknown) | undefined;
  readonly onError?: ((error: ChatErrorEvent) => unknown) | undefined;
  /** A message is lost. Without this callback it is told to `onError`, as a `send_error`. */
  readonly onMessageDropped?: ((event: MessageDroppedEvent) => unknown) | undefined;
}

export interface ChatSnapshot {
  /** Whether an answer of the assistant is being written or waited for. */
  readonly isGenerating: boolean;
  /** Ids of those who type, without the user's own. */
  readonly typingUsers: readonly UserId[];
}

export type Frame = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object whose fields may be asked for; without any if it is none. */
export function fieldsOf(value: unknown): Frame {
  return Object(value) as Frame;
}

// The JSON frames that the demo's server and its page exchange.

export type Role = 'user' | 'assistant';

/**
 * State of a stored message; only answers of the assistant have a state other than `complete`. `stopped`: by
 * the user's stop button; `superseded`: by the user's next message; `interrupted`: the server process ended.
 */
export type Progress = 'complete' | 'generating' | 'stopped' | 'superseded' | 'interrupted';

export interface MessageMetadata {
  /**
   * The sender's id for the message, which the server returns so that the sender recognises its own message.
   */
  readonly client_id?: string;
  readonly progress: Progress;
}

export interface ChatMessage {
  readonly id: number;
  readonly content: string;
  readonly role: Role;
  readonly created_at: string;
  readonly message_metadata: MessageMetadata;
}

export interface MessageUpdate {
  readonly id: number;
  readonly content: string;
  readonly role: Role;
  readonly updated_at: string;
  readonly message_metadata: MessageMetadata;
}

export interface SessionSummary {
  readonly id: number;
  readonly title: string;
  readonly updated_at: string;
  readonly message_count: number;
}

export type ErrorCode =
  'invalid_json' | 'unknown_message_type' | 'message_too_large' | 'message_processing_error';

export type ServerFrame =
  | { readonly type: 'ping'; readonly timestamp: number }
  | { readonly type: 'pong'; readonly timestamp: unknown }
  | {
      readonly type: 'connection_established';
      readonly payload: {
        readonly user_id: number;
        readonly session_id: number | null;
        readonly available_channels: readonly string[];
      };
      readonly timestamp: number;
    }
  | {
      readonly type: 'typing';
      readonly user_id: number;
      readonly is_typing: boolean;
      readonly session_id: number | null;
    }
  | { readonly type: 'new_message'; readonly data: ChatMessage; readonly session_id: number }
  | { readonly type: 'message_update'; readonly data: MessageUpdate; readonly session_id: number }
  | { readonly type: 'session_update'; readonly data: SessionSummary }
  | { readonly type: 'generation_stopped'; readonly message: string; readonly session_id: number }
  | {
      readonly type: 'error';
      readonly message: string;
      readonly error_code: ErrorCode;
      readonly timestamp: number;
    };

/** The user id of the assistant in typing frames. */
export const assistantUserId = 0;

// Handles a frame of a chat session: calls the callback for its type and updates the session's activity. The
// caller has checked that the frame is for this session.
import type { ResilientWebSocket } from '../index.js';
import { type ChatActivity } from './chat_activity.js';
import {
  type ChatCallbacks,
  type ChatErrorEvent,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type Frame,
  isObject,
  toFields,
} from './chat_frames.js';

// The user's own id on each connection. The server sends it once, when the connection opens, and hooks that
// share the connection later need it too.
const ownIds = new WeakMap<ResilientWebSocket, unknown>();

export function handleFrame(
  frame: Frame,
  client: ResilientWebSocket,
  callbacks: ChatCallbacks,
  activity: ChatActivity,
  fail: (error: ChatErrorEvent) => void,
): void {
  const { type, data, user_id: userId, error_code: errorCode } = frame;
  const message = typeof frame.message === 'string' ? frame.message : '';
  switch (type) {
    case 'connection_established':
      ownIds.set(client, toFields(frame.payload).user_id);
      break;
    case 'new_message':
      if (!isObject(data)) break;
      updateGenerating(data, true, activity);
      callbacks.onNewMessage?.(data as unknown as ChatMessage);
      break;
    case 'message_update':
      if (!isObject(data)) break;
      updateGenerating(data, false, activity);
      callbacks.onMessageUpdate?.(data as unknown as ChatMessageUpdate);
      break;
    case 'typing': {
      if (typeof userId !== 'number' && typeof userId !== 'string') break;
      const isTyping = frame.is_typing === true;
      activity.setTyping(userId, isTyping && userId !== ownIds.get(client));
      callbacks.onTyping?.(userId, isTyping);
      break;
    }
    case 'session_update':
      if (isObject(data)) callbacks.onSessionUpdate?.(data as unknown as ChatSessionUpdate);
      break;
    case 'generation_stopped':
      activity.setGenerating(false);
      callbacks.onGenerationStopped?.(message);
      break;
    case 'error':
      activity.setGenerating(false);
      fail({
        type: 'server_error',
        message,
        recoverable: true,
        ...(typeof errorCode === 'string' && { errorCode }),
      });
  }
}

/** Derives from a message whether the assistant is writing an answer. */
function updateGenerating(
  { role, message_metadata: metadata }: Frame,
  isNew: boolean,
  { setGenerating }: ChatActivity,
): void {
  const { progress } = toFields(metadata);
  if (role === 'user' && isNew) setGenerating(true);
  if (role === 'assistant')
    setGenerating(isNew || progress !== undefined ? progress === 'generating' : undefined);
}

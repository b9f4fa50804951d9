// Owns what the frames of a chat mean: which callback hears of each, and what it says of the session's activity.
// Refuses to say whom a frame is meant for.
import type { ResilientWebSocket } from '../index.js';
import { type ChatActivity } from './chat_activity.js';
import {
  type ChatCallbacks,
  type ChatErrorEvent,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  fieldsOf,
  type Frame,
  isObject,
} from './chat_frames.js';

// As the server told when the connection was opened, which a hook that joins it later did not hear.
const ownIds = new WeakMap<ResilientWebSocket, unknown>();

export function hearFrame(
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
      ownIds.set(client, fieldsOf(frame.payload).user_id);
      break;
    case 'new_message':
      if (!isObject(data)) break;
      followMessage(data, true, activity);
      callbacks.onNewMessage?.(data as unknown as ChatMessage);
      break;
    case 'message_update':
      if (!isObject(data)) break;
      followMessage(data, false, activity);
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

/** Concludes from a message whether an answer is under way. */
function followMessage(
  { role, message_metadata: metadata }: Frame,
  isNew: boolean,
  { setGenerating }: ChatActivity,
): void {
  const { progress } = fieldsOf(metadata);
  if (role === 'user' && isNew) setGenerating(true);
  if (role === 'assistant')
    setGenerating(isNew || progress !== undefined ? progress === 'generating' : undefined);
}

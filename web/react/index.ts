// The exports of the React entry. Importing it has no side effects.

export { ResilientWebSocketProvider, type ResilientWebSocketProviderProps } from './provider.js';
export {
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
  type UseResilientWebSocketResult,
} from './use_resilient_websocket.js';
export {
  useChatWebSocket,
  type UseChatWebSocketOptions,
  type UseChatWebSocketResult,
} from './use_chat_websocket.js';
export { type SessionId } from './chat_address.js';
export {
  type ChatErrorEvent,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type UserId,
} from './chat_frames.js';
export { WebSocketStatus, type WebSocketStatusProps } from './status/websocket_status.js';
export { type StatusSource } from './status/status_source.js';
export { type StatusTexts } from './status/status_texts.js';

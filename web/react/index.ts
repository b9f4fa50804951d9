// The exports of the React entry. Importing it has no side effects.

export { ResilientWebSocketProvider, type ResilientWebSocketProviderProps } from './provider.js';
export {
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
  type UseResilientWebSocketResult,
} from './use_resilient_websocket.js';
export { useSubscription, type UseSubscriptionOptions } from './use_subscription.js';
export { useLastMessage, type UseLastMessageOptions } from './use_last_message.js';
export {
  useChatWebSocket,
  type UseChatWebSocketOptions,
  type UseChatWebSocketResult,
} from './use_chat_websocket.js';
export {
  type ChatErrorEvent,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type SessionId,
  type UserId,
} from './chat/protocol.js';
export { type HookError } from './connection_result.js';
export { type Identity } from './identity.js';
export { WebSocketStatus, type WebSocketStatusProps } from './status/websocket_status.js';
export { type StatusSource } from './status/status_source.js';
export { type StatusTexts } from './status/status_texts.js';

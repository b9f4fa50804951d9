// Owns what a loss of the connection means to the chat: which messages are queued, that others are in doubt.
// Refuses to interpret frames: the hook hands those on.
import type ResilientWebSocket from '@advakod/resilient-websocket';
import type { ChatAction } from './chat_state.js';

/** Starts telling; the function returned stops it. */
export function followClient(
  websocket: ResilientWebSocket,
  dispatch: (action: ChatAction) => void,
): () => void {
  const onClose = (): void => {
    // In this order: what went back to the queue is not in doubt.
    dispatch({ type: 'queue', queued: new Set(websocket.messageQueue.flatMap(clientIdOf)) });
    dispatch({ type: 'lost' });
  };
  websocket.on('close', onClose);
  return () => {
    websocket.off('close', onClose);
  };
}

/** The page's own name of a message, if it has one. */
export function clientIdOf(data: unknown): string[] {
  const isOurs = typeof data === 'object' && data !== null && 'client_id' in data;
  return isOurs ? [String(data.client_id)] : [];
}

// What a lost connection means for the chat: which messages are queued again, and which are unconfirmed.
import type ResilientWebSocket from '@advakod/resilient-websocket';
import type { ChatAction } from './chat_state.js';

/** Starts observing; the returned function stops it. */
export function observeClient(
  websocket: ResilientWebSocket,
  dispatch: (action: ChatAction) => void,
): () => void {
  const onClose = (): void => {
    // In this order, so that messages that went back to the queue do not become unconfirmed.
    dispatch({ type: 'queue', queued: new Set(websocket.messageQueue.flatMap(toClientId)) });
    // In a session they are sent again; those that are not are reported.
    if (websocket.options.session === false) dispatch({ type: 'lost' });
  };
  websocket.on('close', onClose);
  return () => {
    websocket.off('close', onClose);
  };
}

/** The page's id of a message, if it has one. */
export function toClientId(data: unknown): string[] {
  const isOurs = typeof data === 'object' && data !== null && 'client_id' in data;
  return isOurs ? [String(data.client_id)] : [];
}

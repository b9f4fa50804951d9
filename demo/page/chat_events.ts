// Owns which events of the connection concern the chat, and hands them to its reducer.
// Refuses to interpret frames.
import type { MessageDroppedEvent } from '@advakod/resilient-websocket';
import type { ServerFrame } from '../server/frames.js';
import type { ChatAction } from './chat_state.js';
import type { Connection } from './use_connection.js';

/** Starts handing over; the function returned stops it. */
export function followConnection(
  { websocket, subscribe }: Connection,
  dispatch: (action: ChatAction) => void,
): () => void {
  const tellQueue = (): void => {
    dispatch({ type: 'queue', queued: new Set(websocket.messageQueue.flatMap(clientIdOf)) });
  };
  const onMessage = (frame: unknown): void => {
    // The page trusts its own server to keep to the protocol of frames.ts.
    dispatch({ type: 'frame', frame: frame as ServerFrame });
  };
  const onClose = (): void => {
    tellQueue();
    dispatch({ type: 'lost' });
  };
  const onDropped = ({ data, reason }: MessageDroppedEvent): void => {
    for (const clientId of clientIdOf(data)) dispatch({ type: 'dropped', clientId, reason });
  };
  const unsubscribe = subscribe(tellQueue);
  websocket.on('message', onMessage);
  websocket.on('close', onClose);
  websocket.on('messageDropped', onDropped);
  return () => {
    unsubscribe();
    websocket.off('message', onMessage);
    websocket.off('close', onClose);
    websocket.off('messageDropped', onDropped);
  };
}

function clientIdOf(data: unknown): string[] {
  const isOurs = typeof data === 'object' && data !== null && 'client_id' in data;
  return isOurs ? [String(data.client_id)] : [];
}

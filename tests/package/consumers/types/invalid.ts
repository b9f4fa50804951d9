// Code that must not compile; the comment at the end of a line is the expected error.
import ResilientWebSocket, { type ResilientWebSocketOptions } from '@advakod/resilient-websocket';
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import { createElement } from 'react';

const websocket = new ResilientWebSocket('wss://example.com/ws');
new ResilientWebSocket('wss://example.com/ws', { pingInterval: '5 s' }); // TS2322
export const options: ResilientWebSocketOptions = { pingIntervall: 5 }; // TS2322
new ResilientWebSocket(42); // TS2345
websocket.options.locale = 'de'; // TS2322
websocket.connectionState = 'connected'; // TS2540
websocket.on('close', (details: number) => details); // TS2345
websocket.on('stateChange', (state) => state === 'open'); // TS2367
websocket.send('x', { volatile: 1 }); // TS2322

export function Chat() {
  useChatWebSocket('7', () => undefined, { token: 42 }); // TS2769
  useChatWebSocket('7', (message) => message.text); // TS2339
  useChatWebSocket({}, () => undefined); // TS2345
  const { sendChatMessage } = useChatWebSocket('7', () => undefined);
  sendChatMessage(42); // TS2345
  return createElement(WebSocketStatus, { websocket: {} }); // TS2769
}

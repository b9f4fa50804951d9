// Code that must not compile; the comment at the end of a line is the expected error.
import ResilientWebSocket, { type ResilientWebSocketOptions } from '@advakod/resilient-websocket';
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import { useLastMessage, useResilientWebSocket, useSubscription } from '@advakod/resilient-websocket/react';
import WebSocketClass, { type WebSocketOptions } from '@advakod/resilient-websocket/websocket';
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

export const socketOptions: WebSocketOptions = { maxRetrys: 3 }; // TS2322
new WebSocketClass('wss://example.com/ws', 5); // TS2345
new WebSocketClass('wss://example.com/ws').readyState = 1; // TS2540

export function Chat() {
  useChatWebSocket('7', () => undefined, { token: 42 }); // TS2769
  useChatWebSocket('7', (message) => message.text); // TS2339
  useChatWebSocket({}, () => undefined); // TS2345
  const { sendChatMessage } = useChatWebSocket('7', () => undefined);
  sendChatMessage(42); // TS2345
  return createElement(WebSocketStatus, { websocket: {} }); // TS2769
}

export function Feed() {
  const feed = useResilientWebSocket<{ price: number }, 'subscribe'>('wss://example.com/feed', {
    onMessage: (message) => message.cost, // TS2339
  });
  feed.send('unsubscribe'); // TS2345
  feed.websocket?.on('mesage', () => undefined); // TS2345
  feed.websocket?.on('message', ({ cost }) => cost); // TS2339
  useSubscription(feed.websocket, { key: 'price', subscribe: 'buy' }); // TS2322
  useSubscription(feed.websocket, { subscribe: 'subscribe' }); // TS2345
  useLastMessage(feed.websocket, { filter: (message) => message.cost > 0 }); // TS2339
}

// Owns rendering the package on a server that speaks ECMAScript modules, as frameworks do; prints the markup.
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import { ResilientWebSocketProvider, useResilientWebSocket } from '@advakod/resilient-websocket/react';
import ResilientWebSocket from '@advakod/resilient-websocket';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { pageOf } from './page.cjs';

const parts = {
  h,
  ResilientWebSocket,
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  WebSocketStatus,
};
console.log(renderToString(h(pageOf(parts))));

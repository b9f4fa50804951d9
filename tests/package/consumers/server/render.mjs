// Renders the page on a server with ECMAScript modules, as frameworks do, and prints the HTML.
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import { ResilientWebSocketProvider, useResilientWebSocket } from '@advakod/resilient-websocket/react';
import ResilientWebSocket from '@advakod/resilient-websocket';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { createPage } from './page.cjs';

const modules = {
  h,
  ResilientWebSocket,
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  WebSocketStatus,
};
console.log(renderToString(h(createPage(modules))));

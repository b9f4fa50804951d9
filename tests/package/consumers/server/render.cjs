// Owns rendering the package on a server that speaks CommonJS; prints the markup.
const { default: ResilientWebSocket } = require('@advakod/resilient-websocket');
const { default: WebSocketStatus } = require('@advakod/resilient-websocket/components/WebSocketStatus');
const { useChatWebSocket } = require('@advakod/resilient-websocket/hooks/useChatWebSocket');
const { ResilientWebSocketProvider, useResilientWebSocket } = require('@advakod/resilient-websocket/react');
const { createElement: h } = require('react');
const { renderToString } = require('react-dom/server');
const { pageOf } = require('./page.cjs');

const parts = {
  h,
  ResilientWebSocket,
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  WebSocketStatus,
};
console.log(renderToString(h(pageOf(parts))));

// Renders the page on a server with CommonJS modules, and prints the HTML.
const { default: ResilientWebSocket } = require('@advakod/resilient-websocket');
const { default: WebSocketStatus } = require('@advakod/resilient-websocket/components/WebSocketStatus');
const { useChatWebSocket } = require('@advakod/resilient-websocket/hooks/useChatWebSocket');
const { ResilientWebSocketProvider, useResilientWebSocket } = require('@advakod/resilient-websocket/react');
const { createElement: h } = require('react');
const { renderToString } = require('react-dom/server');
const { createPage } = require('./page.cjs');

const modules = {
  h,
  ResilientWebSocket,
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  WebSocketStatus,
};
console.log(renderToString(h(createPage(modules))));

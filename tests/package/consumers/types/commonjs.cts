// Code that must compile in a CommonJS module, with `import = require()`.
import ResilientWebSocket = require('@advakod/resilient-websocket');
import service = require('@advakod/resilient-websocket/services/ResilientWebSocket');
import status = require('@advakod/resilient-websocket/components/WebSocketStatus');
import chat = require('@advakod/resilient-websocket/hooks/useChatWebSocket');
import all = require('@advakod/resilient-websocket/react');
import demo = require('@advakod/resilient-websocket/demo/websocket-demo');
import withoutWasm = require('@advakod/resilient-websocket/no-wasm');
import server = require('@advakod/resilient-websocket/server');
import redis = require('@advakod/resilient-websocket/server/redis');
import socketEntry = require('@advakod/resilient-websocket/websocket');
import React = require('react');

const websocket = new ResilientWebSocket.default('wss://example.com/ws');
const same: ResilientWebSocket.ResilientWebSocket = new service.ResilientWebSocket('wss://example.com/ws');
same.on('close', ({ code }) => code.toFixed());
const translated: ResilientWebSocket.ResilientWebSocket = new withoutWasm.default('wss://example.com/ws');
translated.destroy();
new socketEntry.default('wss://example.com/ws').close(4000);
new socketEntry.WebSocket('wss://example.com/ws').setUrl('wss://example.com/other');
void new server.SessionServer({ store: new server.MemoryStore() }).close();
const Store: typeof redis.RedisStore = redis.RedisStore;
void Store;
void demo.demonstrateResilientWebSocket();
React.createElement(all.ResilientWebSocketProvider, null, React.createElement(status.default, { websocket }));
export = () =>
  chat.default('7', () => undefined, { url: 'wss://example.com' }).isConnected && all.useChatWebSocket;

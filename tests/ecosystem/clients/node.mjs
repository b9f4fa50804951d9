// The clients in a Node process that has no WebSocket of its own, as Node has none before version 22.
import ws from 'ws';
import { serveCalls } from '../servers/calls.mjs';

delete globalThis.WebSocket;
const { createRemote, echoWithoutOptions } = await import('./for_node.js');

serveCalls({
  ...createRemote(ws),
  echoWithoutOptions,
  setGlobalWebSocket: () => {
    globalThis.WebSocket = ws;
  },
});

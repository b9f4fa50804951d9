// The servers in a process of their own, which the tests control. When a server is killed, its connections and its port are
// closed at once. It is started again on the same port.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { serveCalls } from './calls.mjs';
import { create as centrifugo } from './centrifugo.mjs';
import { create as echo } from './echo.mjs';
import { create as graphqlWs } from './graphql_ws.mjs';
import { create as mqtt } from './mqtt.mjs';
import { create as rpcWebsockets } from './rpc_websockets.mjs';
import { create as sharedb } from './sharedb.mjs';
import { create as stomp } from './stomp.mjs';
import { create as trpc } from './trpc.mjs';
import { create as vscodeWsJsonrpc } from './vscode_ws_jsonrpc.mjs';
import { create as yWebsocket } from './y_websocket.mjs';

const kinds = {
  echo,
  sharedb,
  'vscode-ws-jsonrpc': vscodeWsJsonrpc,
  'rpc-websockets': rpcWebsockets,
  'graphql-ws': graphqlWs,
  'y-websocket': yWebsocket,
  trpc,
  stomp,
  centrifugo,
  mqtt,
};

const running = new Map();

async function start(service) {
  const { host, port, sockets } = service;
  const server = createServer();
  service.server = server;
  await service.attach(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
}

serveCalls({
  start: async (name, kind, host, port) => {
    const record = [];
    const service = { host, port, record, sockets: new Set(), ...kinds[kind](record) };
    running.set(name, service);
    await start(service);
  },

  kill: async (name) => {
    const { server, sockets } = running.get(name);
    for (const socket of sockets) socket.resetAndDestroy();
    server.close();
    if (server.listening) await once(server, 'close');
  },

  restart: (name) => start(running.get(name)),

  /** The texts that arrived, in order. */
  texts: (name) => running.get(name).record,

  /** The number of open connections, without those from before `forget`. */
  connections: (name) => running.get(name).sockets.size,

  forget: (name) => running.get(name).sockets.clear(),
});

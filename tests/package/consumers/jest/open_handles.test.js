/** @jest-environment node */
// Checks that a client that was destroyed leaves nothing that keeps Jest from exiting. jsdom would end what is left.
const { default: WS } = require('jest-websocket-mock');
const { ResilientWebSocket } = require('@advakod/resilient-websocket');
const { default: WebSocket } = require('@advakod/resilient-websocket/websocket');

const url = 'ws://localhost:1234/feed';

afterEach(() => WS.clean());

test('a client that is connected, and one that waits for a retry', async () => {
  const server = new WS(url);
  const clients = [0, 1].map(() => new ResilientWebSocket(url, { logLevel: 'silent' }));
  void clients[0].connect();
  await server.connected;
  server.close({ code: 1006 });
  const next = new WS(url);
  void clients[1].connect();
  await next.connected;
  const states = clients.map((client) => client.connectionState);
  expect(states).toEqual(['reconnecting', 'connected']);
  const closed = new Promise((resolve) => next.on('close', resolve));
  for (const client of clients) client.destroy();
  await closed;
});

test('a WebSocket that is closed', async () => {
  const server = new WS(url);
  const socket = new WebSocket(url);
  await server.connected;
  socket.close();
  await server.closed;
  expect(socket.readyState).toBe(WebSocket.CLOSED);
});

/** @jest-environment node */
// Checks that nothing keeps Jest from exiting after destroy() or close(). In Node: jsdom would clear the timers that are left.
const { Server } = require('mock-socket');
const { ResilientWebSocket } = require('@advakod/resilient-websocket');
const { default: WebSocket } = require('@advakod/resilient-websocket/websocket');

const url = 'ws://localhost:1234/feed';

let server;

beforeEach(() => (server = new Server(url)));

// Unlike close(), this does not close the connections.
afterEach(() => server.stop());

const nextEvent = (name) => new Promise((resolve) => server.on(name, resolve));

test('a client that was connected', async () => {
  const client = new ResilientWebSocket(url, { logLevel: 'silent' });
  void client.connect();
  await nextEvent('connection');
  expect(client.connectionState).toBe('connected');
  client.destroy();
  await nextEvent('close');
});

test('a client that waited for a retry', async () => {
  server.close();
  const client = new ResilientWebSocket(url, { logLevel: 'silent' });
  client.connect().catch(() => undefined);
  await new Promise((resolve) => client.once('reconnectScheduled', resolve));
  client.destroy();
});

test('a client that was connecting', () => {
  const client = new ResilientWebSocket(url, { logLevel: 'silent' });
  client.connect().catch(() => undefined);
  expect(client.connectionState).toBe('connecting');
  client.destroy();
});

test('a WebSocket', async () => {
  const socket = new WebSocket(url);
  await nextEvent('connection');
  socket.close();
  await nextEvent('close');
  expect(socket.readyState).toBe(WebSocket.CLOSED);
});

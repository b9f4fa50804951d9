// Tests with the package jest-websocket-mock, as in its documentation: real timers, and a server for each test.
require('@testing-library/jest-dom');
const { fireEvent, render, screen } = require('@testing-library/react');
const { default: WS } = require('jest-websocket-mock');
const { createElement, useState } = require('react');
const { ResilientWebSocket } = require('@advakod/resilient-websocket');
const { useChatWebSocket } = require('@advakod/resilient-websocket/react');
const { default: WebSocket } = require('@advakod/resilient-websocket/websocket');

const url = 'ws://localhost:1234/feed';
const options = { reconnectDelay: 10, jitter: 0, enableHeartbeat: false, logLevel: 'silent' };

afterEach(() => WS.clean());

test('ResilientWebSocket exchanges messages and reconnects to the next server', async () => {
  const server = new WS(url, { jsonProtocol: true });
  const client = new ResilientWebSocket(url, options);
  const messages = [];
  client.on('message', (data) => messages.push(data));
  void client.connect();
  await server.connected;
  client.send({ hello: 'server' });
  await expect(server).toReceiveMessage({ hello: 'server' });
  server.send({ hello: 'client' });
  expect(messages).toEqual([{ hello: 'client' }]);
  server.close({ code: 1006, reason: 'restart', wasClean: false });
  expect(client.send({ hello: 'queued' })).toBe(false);
  const next = new WS(url, { jsonProtocol: true });
  await next.connected;
  await expect(next).toReceiveMessage({ hello: 'queued' });
  client.destroy();
  await next.closed;
});

test('ResilientWebSocket reports an error of the server', async () => {
  const server = new WS(url);
  const client = new ResilientWebSocket(url, { ...options, enableAutoReconnect: false });
  const errors = [];
  client.on('error', ({ type }) => errors.push(type));
  void client.connect();
  await server.connected;
  server.error({ code: 1011 });
  expect(client.connectionState).toBe('failed');
  expect(errors).toEqual(['server_error']);
  client.destroy();
});

test('ResilientWebSocket retries while the server refuses connections', async () => {
  const server = new WS(url, { verifyClient: () => false });
  const client = new ResilientWebSocket(url, { ...options, maxReconnectAttempts: 2 });
  await expect(client.connect()).rejects.toMatchObject({ code: 1006 });
  expect(client.getStatus().stats.totalErrors).toBe(3);
  expect(server).toHaveReceivedMessages([]);
  client.destroy();
});

test('WebSocket has its events for each connection', async () => {
  const server = new WS(url);
  const socket = new WebSocket(url, [], options);
  const log = [];
  for (const type of ['open', 'message', 'close']) {
    socket.addEventListener(type, ({ data, code }) => log.push([type, data ?? code]));
  }
  await server.connected;
  socket.send('hello');
  await expect(server).toReceiveMessage('hello');
  server.send('hello everyone');
  server.close({ code: 4001, reason: 'moved', wasClean: true });
  expect(socket.readyState).toBe(WebSocket.CONNECTING);
  const next = new WS(url);
  await next.connected;
  socket.close(4002, 'bye');
  await next.closed;
  expect(socket.readyState).toBe(WebSocket.CLOSED);
  expect(log).toEqual([
    ['open', undefined],
    ['message', 'hello everyone'],
    ['close', 4001],
    ['open', undefined],
    ['close', 4002],
  ]);
});

function Chat() {
  const [messages, setMessages] = useState([]);
  const chat = useChatWebSocket(7, ({ content }) => setMessages((known) => [...known, content]), {
    url: 'ws://localhost:1234',
    token: 'secret',
    options,
  });
  return createElement(
    'button',
    { onClick: () => chat.sendChatMessage('hello') },
    `${chat.connectionState}: ${messages.join()}`,
  );
}

test('a component with the hook shows messages and reconnects', async () => {
  const chatUrl = 'ws://localhost:1234/session/7?token=secret';
  const server = new WS(chatUrl, { jsonProtocol: true });
  const { unmount } = render(createElement(Chat));
  const button = screen.getByRole('button');
  expect(button).toHaveTextContent('connecting:');
  await server.connected;
  expect(button).toHaveTextContent('connected:');
  fireEvent.click(button);
  await expect(server).toReceiveMessage({ type: 'new_message', content: 'hello', session_id: 7 });
  const data = { id: 1, content: 'hi', role: 'assistant', created_at: '2026-01-01T00:00:00Z' };
  server.send({ type: 'new_message', session_id: 7, data });
  expect(button).toHaveTextContent('connected: hi');
  server.close({ code: 1006 });
  expect(button).toHaveTextContent('reconnecting: hi');
  const next = new WS(chatUrl, { jsonProtocol: true });
  await next.connected;
  expect(button).toHaveTextContent('connected: hi');
  unmount();
  await next.closed;
});

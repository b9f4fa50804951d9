/** @jest-environment-options {"customExportConditions": [""]} */
// The WebSocket of jsdom with a real server on this machine. Without the line above Jest loads the file that the package ws
// has for browsers, which contains no server.
require('@testing-library/jest-dom');
const { configure, fireEvent, render, screen, waitFor } = require('@testing-library/react');
const { createElement, useState } = require('react');
const { WebSocketServer } = require('ws');
const { ResilientWebSocket } = require('@advakod/resilient-websocket');
const { useResilientWebSocket } = require('@advakod/resilient-websocket/react');
const { default: WebSocket } = require('@advakod/resilient-websocket/websocket');

// For slow machines.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 20_000 });

const options = { reconnectDelay: 50, jitter: 0, enableHeartbeat: false, logLevel: 'silent' };

let server;
let url;

function loseConnections() {
  for (const socket of server.clients) socket.terminate();
}

beforeEach(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${server.address().port}/`;
});

afterEach(async () => {
  loseConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('ResilientWebSocket exchanges texts and binary messages, and reconnects', async () => {
  const client = new ResilientWebSocket(url, { ...options, binaryType: 'arraybuffer' });
  const messages = [];
  client.on('message', (data) => messages.push(data));
  await client.connect();
  client.send({ hello: 'server' });
  client.send(new Uint8Array([1, 2, 3]));
  await waitFor(() => expect(messages).toHaveLength(2));
  expect(messages[0]).toEqual({ hello: 'server' });
  expect([...new Uint8Array(messages[1])]).toEqual([1, 2, 3]);
  client.once('close', () => client.send({ hello: 'queued' }));
  loseConnections();
  await waitFor(() => expect(messages[2]).toEqual({ hello: 'queued' }));
  client.destroy();
  await waitFor(() => expect(server.clients.size).toBe(0));
});

test('WebSocket has the events of jsdom for each connection', async () => {
  const socket = new WebSocket(url, [], options);
  expect(socket).toBeInstanceOf(EventTarget);
  const events = [];
  for (const type of ['open', 'message', 'close']) {
    socket.addEventListener(type, (event) => events.push(event));
  }
  socket.send('hello');
  await waitFor(() => expect(events).toHaveLength(2));
  loseConnections();
  await waitFor(() => expect(events).toHaveLength(4));
  socket.close(4002, 'bye');
  await waitFor(() => expect(events).toHaveLength(5));
  expect(events.map(({ type, data, code }) => [type, data ?? code])).toEqual([
    ['open', undefined],
    ['message', 'hello'],
    ['close', 1006],
    ['open', undefined],
    ['close', 4002],
  ]);
  expect(events[1]).toBeInstanceOf(MessageEvent);
  expect(events[4]).toBeInstanceOf(CloseEvent);
});

function Feed() {
  const [messages, setMessages] = useState([]);
  const { connectionState, send } = useResilientWebSocket(url, {
    onMessage: (data) => setMessages((known) => [...known, data]),
    ...options,
  });
  return createElement('button', { onClick: () => send('hello') }, `${connectionState}: ${messages.join()}`);
}

test('a component with the hook shows messages and reconnects', async () => {
  const { unmount } = render(createElement(Feed));
  const button = screen.getByRole('button');
  await waitFor(() => expect(button).toHaveTextContent('connected:'));
  fireEvent.click(button);
  await waitFor(() => expect(button).toHaveTextContent('connected: hello'));
  loseConnections();
  await waitFor(() => expect(button).toHaveTextContent('reconnecting: hello'));
  fireEvent.click(button);
  await waitFor(() => expect(button).toHaveTextContent('connected: hello,hello'));
  unmount();
  await waitFor(() => expect(server.clients.size).toBe(0));
});

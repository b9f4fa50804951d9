// Tests with the package mock-socket and fake timers: a Server replaces the global WebSocket until it is stopped.
require('@testing-library/jest-dom');
const { act, render, screen } = require('@testing-library/react');
const { Server } = require('mock-socket');
const { createElement, useState } = require('react');
const { ResilientWebSocket } = require('@advakod/resilient-websocket');
const { useResilientWebSocket } = require('@advakod/resilient-websocket/react');
const { default: WebSocket } = require('@advakod/resilient-websocket/websocket');

const url = 'ws://localhost:8080/feed';
const options = { jitter: 0, enableHeartbeat: false, logLevel: 'silent' };

let server;

function startServer() {
  server = new Server(url);
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(`echo of ${data}`));
  });
}

beforeEach(() => {
  jest.useFakeTimers();
  startServer();
});

afterEach(() => {
  server.stop();
  jest.useRealTimers();
});

test('ResilientWebSocket reconnects when the server is restarted', async () => {
  const client = new ResilientWebSocket(url, options);
  const messages = [];
  client.on('message', (data) => messages.push(data));
  const connected = client.connect();
  jest.advanceTimersByTime(4); // mock-socket answers after 4 ms
  await connected;
  client.send('one');
  jest.advanceTimersByTime(4);
  expect(messages).toEqual(['echo of one']);
  server.close({ code: 1001, reason: 'restart', wasClean: true });
  client.send('two');
  startServer();
  jest.advanceTimersByTime(999);
  expect(client.connectionState).toBe('reconnecting');
  jest.advanceTimersByTime(1 + 4 + 4); // the retry, its connection, its message
  expect(messages).toEqual(['echo of one', 'echo of two']);
  // Without pings there are no timers without end.
  jest.runAllTimers();
  expect(client.connectionState).toBe('connected');
  client.destroy();
});

test('ResilientWebSocket retries while there is no server', () => {
  const client = new ResilientWebSocket(url, { ...options, maxReconnectAttempts: 2 });
  server.close({ code: 1006 });
  void client.connect().catch(() => undefined);
  jest.advanceTimersByTime(4);
  expect(client.connectionState).toBe('reconnecting');
  jest.advanceTimersByTime(10_000);
  expect(client.connectionState).toBe('failed');
  client.destroy();
});

test('an error of the server without a close event ends the connection', () => {
  const client = new ResilientWebSocket(url, options);
  void client.connect();
  jest.advanceTimersByTime(4);
  server.simulate('error');
  jest.advanceTimersByTime(0);
  expect(client.connectionState).toBe('reconnecting');
  client.destroy();
});

test('WebSocket has its events for each connection', () => {
  const socket = new WebSocket(url, [], options);
  const log = [];
  for (const type of ['open', 'message', 'error', 'close']) {
    socket.addEventListener(type, ({ data, code }) => log.push([type, data ?? code]));
  }
  socket.send('one');
  jest.advanceTimersByTime(4);
  jest.advanceTimersByTime(4);
  expect(log).toEqual([
    ['open', undefined],
    ['message', 'echo of one'],
  ]);
  server.close({ code: 4001, wasClean: true });
  startServer();
  jest.advanceTimersByTime(1000);
  jest.advanceTimersByTime(4);
  expect(log.slice(2)).toEqual([
    ['close', 4001],
    ['open', undefined],
  ]);
  socket.close(4002);
  expect(socket.readyState).toBe(WebSocket.CLOSING);
  jest.advanceTimersByTime(4);
  expect(log.slice(4)).toEqual([['close', 4002]]);
  expect(socket.readyState).toBe(WebSocket.CLOSED);
});

function Feed() {
  const [messages, setMessages] = useState([]);
  const { connectionState, send } = useResilientWebSocket(url, {
    onMessage: (data) => setMessages((known) => [...known, data]),
    ...options,
  });
  return createElement('button', { onClick: () => send('hello') }, `${connectionState}: ${messages.join()}`);
}

test('a component with the hook shows messages and the loss of the connection', () => {
  const { unmount } = render(createElement(Feed));
  const button = screen.getByRole('button');
  expect(button).toHaveTextContent('connecting:');
  act(() => jest.advanceTimersByTime(4));
  expect(button).toHaveTextContent('connected:');
  act(() => {
    button.click();
    jest.advanceTimersByTime(4);
  });
  expect(button).toHaveTextContent('connected: echo of hello');
  act(() => server.close({ code: 1006 }));
  expect(button).toHaveTextContent('reconnecting: echo of hello');
  startServer();
  act(() => jest.advanceTimersByTime(1000));
  act(() => jest.advanceTimersByTime(4));
  expect(button).toHaveTextContent('connected: echo of hello');
  unmount();
  expect(server.clients()).toHaveLength(1);
  act(() => jest.advanceTimersByTime(1000));
  expect(server.clients()).toHaveLength(0);
});

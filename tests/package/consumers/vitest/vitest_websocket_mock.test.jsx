// Tests with the package vitest-websocket-mock, as in its documentation: real timers, and a server for each test.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { useResilientWebSocket } from '@advakod/resilient-websocket/react';
import WebSocket from '@advakod/resilient-websocket/websocket';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import WS from 'vitest-websocket-mock';

const url = 'ws://localhost:1234/feed';
const options = { reconnectDelay: 10, jitter: 0, enableHeartbeat: false, logLevel: 'silent' };

afterEach(() => {
  cleanup();
  WS.clean();
});

it('ResilientWebSocket exchanges messages and reconnects to the next server', async () => {
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
  server.error({ code: 1006, wasClean: false });
  client.send({ hello: 'queued' });
  const next = new WS(url, { jsonProtocol: true });
  await next.connected;
  await expect(next).toReceiveMessage({ hello: 'queued' });
  client.destroy();
  await next.closed;
});

it('WebSocket has its events for each connection', async () => {
  const server = new WS(url, { selectProtocol: () => 'chat.v2' });
  const socket = new WebSocket(url, ['chat.v1', 'chat.v2'], options);
  const log = [];
  for (const type of ['open', 'message', 'close']) {
    socket.addEventListener(type, ({ data, code }) => log.push([type, data ?? code]));
  }
  await server.connected;
  expect(socket.protocol).toBe('chat.v2');
  socket.send('hello');
  await expect(server).toReceiveMessage('hello');
  server.send('hello everyone');
  server.close({ code: 4001, reason: 'moved', wasClean: true });
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

function Feed() {
  const [messages, setMessages] = useState([]);
  const { connectionState, send } = useResilientWebSocket(url, {
    onMessage: (data) => setMessages((known) => [...known, data]),
    ...options,
  });
  return <button onClick={() => send('hello')}>{`${connectionState}: ${messages.join()}`}</button>;
}

it('a component with the hook shows messages and reconnects', async () => {
  const server = new WS(url);
  const { unmount } = render(<Feed />);
  const button = screen.getByRole('button');
  expect(button.textContent).toBe('connecting: ');
  await server.connected;
  expect(button.textContent).toBe('connected: ');
  fireEvent.click(button);
  await expect(server).toReceiveMessage('hello');
  server.send('hi');
  expect(button.textContent).toBe('connected: hi');
  server.close({ code: 1006, wasClean: false });
  expect(button.textContent).toBe('reconnecting: hi');
  const next = new WS(url);
  await next.connected;
  expect(button.textContent).toBe('connected: hi');
  unmount();
  await next.closed;
});

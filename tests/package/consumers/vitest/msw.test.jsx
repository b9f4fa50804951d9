// Tests with the WebSocket handlers of MSW, as in its documentation: one server for the file, handlers for each test.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { useChatWebSocket } from '@advakod/resilient-websocket/react';
import WebSocket from '@advakod/resilient-websocket/websocket';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { ws } from 'msw';
import { setupServer } from 'msw/node';
import { useState } from 'react';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';

// For slow machines.
configure({ asyncUtilTimeout: 20_000 });

const url = 'wss://example.com/feed';
const options = { reconnectDelay: 10, jitter: 0, enableHeartbeat: false, logLevel: 'silent' };
const feed = ws.link(url);
const server = setupServer();

beforeAll(() => server.listen());
afterEach(() => {
  cleanup();
  server.resetHandlers();
  vi.useRealTimers();
});
afterAll(() => server.close());

it('ResilientWebSocket exchanges messages and reconnects when the handler closes the connection', async () => {
  const connections = [];
  server.use(
    feed.addEventListener('connection', ({ client }) => {
      connections.push(client);
      client.send(JSON.stringify({ welcome: connections.length }));
      client.addEventListener('message', ({ data }) => client.send(data));
    }),
  );
  const client = new ResilientWebSocket(url, options);
  const messages = [];
  client.on('message', (data) => messages.push(data));
  await client.connect();
  client.send({ hello: 'MSW' });
  await expect.poll(() => messages).toEqual([{ welcome: 1 }, { hello: 'MSW' }]);
  client.once('close', () => client.send({ hello: 'queued' }));
  connections[0].close(1011, 'restart');
  await expect.poll(() => messages.slice(2)).toEqual([{ welcome: 2 }, { hello: 'queued' }]);
  client.destroy();
  await expect.poll(() => connections[1].socket.readyState).toBe(3);
});

it('ResilientWebSocket retries with fake timers until the handler accepts', async () => {
  vi.useFakeTimers();
  let attempts = 0;
  server.use(
    feed.addEventListener('connection', ({ client }) => {
      if (++attempts < 3) client.close(4000, 'not yet');
    }),
  );
  const client = new ResilientWebSocket(url, { ...options, reconnectDelay: 1000 });
  const connected = client.connect();
  await vi.advanceTimersByTimeAsync(2999);
  expect([attempts, client.connectionState]).toEqual([2, 'reconnecting']);
  await vi.advanceTimersByTimeAsync(1);
  await connected;
  expect([attempts, client.connectionState]).toEqual([3, 'connected']);
  client.destroy();
});

it('ResilientWebSocket counts an error that the handler throws as a failed attempt', async () => {
  const reported = vi.spyOn(console, 'error').mockReturnValue();
  server.use(
    feed.addEventListener('connection', () => {
      throw new Error('of the handler');
    }),
  );
  const client = new ResilientWebSocket(url, { ...options, maxReconnectAttempts: 1 });
  await expect(client.connect()).rejects.toMatchObject({ code: 1011 });
  expect(reported).toHaveBeenCalled();
  client.destroy();
});

it('WebSocket has its events for each connection', async () => {
  const received = [];
  server.use(
    feed.addEventListener('connection', ({ client, info }) => {
      client.addEventListener('message', ({ data }) => {
        received.push([info.protocols, data]);
        if (data === 'close') client.close(4001, 'moved');
        else client.send('hello client');
      });
      client.addEventListener('close', ({ code }) => received.push(code));
    }),
  );
  const socket = new WebSocket(url, 'chat.v2', options);
  const log = [];
  for (const type of ['open', 'message', 'close']) {
    socket.addEventListener(type, ({ data, code }) => log.push([type, data ?? code]));
  }
  socket.send('hello');
  await expect
    .poll(() => log)
    .toEqual([
      ['open', undefined],
      ['message', 'hello client'],
    ]);
  socket.send('close');
  await expect
    .poll(() => log.slice(2))
    .toEqual([
      ['close', 4001],
      ['open', undefined],
    ]);
  expect([socket.url, socket.protocol, socket.readyState]).toEqual([url, 'chat.v2', WebSocket.OPEN]);
  socket.close(4002);
  await expect.poll(() => log.slice(4)).toEqual([['close', 4002]]);
  expect(socket.readyState).toBe(WebSocket.CLOSED);
  expect(received).toEqual([[['chat.v2'], 'hello'], [['chat.v2'], 'close'], 4001, 4002]);
});

function Chat() {
  const [messages, setMessages] = useState([]);
  const chat = useChatWebSocket(7, ({ content }) => setMessages((known) => [...known, content]), {
    url: 'wss://chat.example.com',
    token: 'secret',
    options,
  });
  return (
    <button onClick={() => chat.sendChatMessage('hello')}>
      {`${chat.connectionState}: ${messages.join()}`}
    </button>
  );
}

it('a component with the hook shows messages and reconnects', async () => {
  const connections = [];
  server.use(
    ws.link('wss://chat.example.com/session/:id').addEventListener('connection', ({ client, params }) => {
      connections.push(client);
      client.addEventListener('message', ({ data }) => {
        const { type, content } = JSON.parse(data);
        const message = {
          id: 1,
          content: `echo of ${content}`,
          role: 'user',
          created_at: '2026-01-01T00:00:00Z',
        };
        client.send(JSON.stringify({ type, session_id: Number(params.id), data: message }));
      });
    }),
  );
  const { unmount } = render(<Chat />);
  await screen.findByText('connected:');
  fireEvent.click(screen.getByRole('button'));
  await screen.findByText('connected: echo of hello');
  connections[0].close(4000);
  await expect.poll(() => connections).toHaveLength(2);
  await screen.findByText('connected: echo of hello');
  unmount();
  await expect.poll(() => connections[1].socket.readyState).toBe(3);
});

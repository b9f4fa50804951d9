// Tests with a real server on this machine, for the WebSocket of each environment.
import { once } from 'node:events';
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { useResilientWebSocket } from '@advakod/resilient-websocket/react';
import WebSocket from '@advakod/resilient-websocket/websocket';
import { cleanup, configure, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';

// For slow machines.
configure({ asyncUtilTimeout: 20_000 });

export const options = { reconnectDelay: 50, jitter: 0, enableHeartbeat: false, logLevel: 'silent' };

/** An echo server; a restarted one has the port of the one before. */
export const real = {
  async start() {
    const port = real.url === undefined ? 0 : Number(new URL(real.url).port);
    real.server = new WebSocketServer({ host: '127.0.0.1', port });
    real.server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    await once(real.server, 'listening');
    real.url = `ws://127.0.0.1:${real.server.address().port}/`;
  },
  async stop() {
    for (const socket of real.server.clients) socket.terminate();
    await new Promise((resolve) => real.server.close(resolve));
  },
  async restart() {
    await real.stop();
    await real.start();
  },
};

function Feed() {
  const [messages, setMessages] = useState([]);
  const { connectionState, send } = useResilientWebSocket(real.url, {
    onMessage: (data) => setMessages((known) => [...known, data]),
    ...options,
  });
  return <button onClick={() => send('hello')}>{`${connectionState}: ${messages.join()}`}</button>;
}

export function testWithRealServer() {
  beforeEach(real.start);
  afterEach(async () => {
    cleanup();
    await real.stop();
  });

  it('ResilientWebSocket exchanges texts and binary messages, and reconnects', async () => {
    const client = new ResilientWebSocket(real.url, { ...options, binaryType: 'arraybuffer' });
    const messages = [];
    client.on('message', (data) => messages.push(data));
    await client.connect();
    client.send({ hello: 'server' });
    client.send(new Uint8Array([1, 2, 3]));
    await expect.poll(() => messages).toHaveLength(2);
    expect(messages[0]).toEqual({ hello: 'server' });
    expect([...new Uint8Array(messages[1])]).toEqual([1, 2, 3]);
    const lost = new Promise((resolve) => client.once('close', resolve));
    await real.restart();
    expect(await lost).toMatchObject({ code: 1006, shouldReconnect: true });
    client.send({ hello: 'queued' });
    await expect.poll(() => messages[2]).toEqual({ hello: 'queued' });
    client.destroy();
    await expect.poll(() => real.server.clients.size).toBe(0);
  });

  it('ResilientWebSocket counts refused connections as failed attempts', async () => {
    await real.stop();
    const client = new ResilientWebSocket(real.url, { ...options, maxReconnectAttempts: 1 });
    await expect(client.connect()).rejects.toMatchObject({ code: 1006 });
    expect(client.getStatus().stats.totalErrors).toBe(2);
    client.destroy();
    await real.start();
  });

  it('WebSocket has the events of the environment for each connection', async () => {
    const socket = new WebSocket(real.url, [], options);
    expect(socket).toBeInstanceOf(EventTarget);
    const events = [];
    for (const type of ['open', 'message', 'close']) {
      socket.addEventListener(type, (event) => events.push(event));
    }
    socket.send('hello');
    await expect.poll(() => events).toHaveLength(2);
    await real.restart();
    await expect.poll(() => events).toHaveLength(4);
    socket.close(4002, 'bye');
    await expect.poll(() => events).toHaveLength(5);
    expect(events.map(({ type, data, code }) => [type, data ?? code])).toEqual([
      ['open', undefined],
      ['message', 'hello'],
      ['close', 1006],
      ['open', undefined],
      ['close', 4002],
    ]);
    expect(events[1]).toBeInstanceOf(MessageEvent);
    expect(events[4]).toBeInstanceOf(CloseEvent);
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });

  it('a component with the hook shows messages and reconnects', async () => {
    const { unmount } = render(<Feed />);
    await screen.findByText('connected:');
    fireEvent.click(screen.getByRole('button'));
    await screen.findByText('connected: hello');
    await real.stop();
    await screen.findByText('reconnecting: hello');
    fireEvent.click(screen.getByRole('button'));
    await real.start();
    await screen.findByText('connected: hello,hello');
    unmount();
    await expect.poll(() => real.server.clients.size).toBe(0);
  });
}

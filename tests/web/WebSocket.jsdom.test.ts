// @vitest-environment jsdom
// The class `WebSocket` in jsdom, whose classes of events are its own.
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket as PackageWebSocket, WebSocketServer } from 'ws';
import WebSocket from '../../web/websocket/index.js';

test('uses the events of the page', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (peer) =>
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
  );
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const socket = new WebSocket(url, null, { WebSocket: PackageWebSocket });
  expect(socket).toBeInstanceOf(window.EventTarget);
  socket.send('hello');
  const events: Event[] = [];
  await new Promise<void>((resolve) => {
    socket.onopen = (event) => events.push(event);
    socket.onmessage = (event) => {
      events.push(event);
      socket.close(4000, 'enough');
    };
    socket.onclose = (event) => {
      events.push(event);
      resolve();
    };
  });
  expect(events).toMatchObject([
    { type: 'open', target: socket },
    { data: 'hello', origin: url.slice(0, -1) },
    { code: 4000, reason: 'enough', wasClean: true },
  ]);
  expect(events.map(({ constructor }) => constructor)).toEqual([
    window.Event,
    window.MessageEvent,
    window.CloseEvent,
  ]);
  expect(() => new WebSocket('ftp://server.test/')).toThrow(window.DOMException);
  server.close();
});

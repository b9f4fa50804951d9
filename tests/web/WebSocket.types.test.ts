// The types of the entry `./websocket`. The compiler reads the tests with the sources, and reports what is wrong here.
import { expect, expectTypeOf, test } from 'vitest';
import WebSocket, { type ErrorEvent, type WebSocketOptions } from '@advakod/resilient-websocket/websocket';
import { type ResilientWebSocket } from '@advakod/resilient-websocket';
import { useScriptedWorld } from './support/harness.js';

useScriptedWorld();

type Native = typeof globalThis.WebSocket;

test('the class can be used wherever the platform has its own', () => {
  const Class: Native = WebSocket;
  const socket: InstanceType<Native> = new Class('wss://server.test/', ['chat']);
  expect(socket).toBeInstanceOf(WebSocket);
  expectTypeOf<WebSocket>().toExtend<InstanceType<Native>>();
  (socket as WebSocket).client.destroy();
});

test('listeners and handlers get the events of their names', () => {
  const socket = new WebSocket('wss://server.test/', null, { startClosed: true });
  socket.onopen = (event) => expectTypeOf(event).toEqualTypeOf<Event>();
  socket.onmessage = (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>();
  socket.onerror = (event) => expectTypeOf(event.message).toBeString();
  socket.onclose = (event) => expectTypeOf(event).toEqualTypeOf<CloseEvent>();
  socket.onclose = null;
  socket.addEventListener('error', (event) => expectTypeOf(event).toEqualTypeOf<ErrorEvent>());
  socket.addEventListener('close', ({ code }) => expectTypeOf(code).toBeNumber(), { once: true });
  socket.addEventListener('message', { handleEvent: ({ data }) => expectTypeOf(data).toBeAny() });
  socket.addEventListener('other', (event) => expectTypeOf(event).toEqualTypeOf<Event>());
  expectTypeOf(socket.client).toEqualTypeOf<ResilientWebSocket>();
  expectTypeOf(socket.binaryType).toEqualTypeOf<BinaryType>();
  expectTypeOf(socket.setUrl).parameter(0).toExtend<string | URL | (() => unknown)>();
  socket.client.destroy();
});

test('options are those of the client and of reconnecting-websocket', () => {
  const options: WebSocketOptions = {
    ...{ maxReconnectionDelay: 1, minReconnectionDelay: 1, reconnectionDelayGrowFactor: 2, minUptime: 1 },
    ...{ connectionTimeout: 1, maxRetries: 1, maxEnqueuedMessages: 1, startClosed: true, debug: false },
    ...{ jitter: 0, WebSocket: globalThis.WebSocket, heartbeat: { message: 'ping', isReply: () => true } },
    shouldReconnectOnClose: (event) => event.wasClean,
    shouldReconnect: ({ code }) => code !== 4000,
  };
  expectTypeOf(options.maxRetries).toEqualTypeOf<number | undefined>();
  expectTypeOf<WebSocketOptions>().not.toHaveProperty('messageFormat');
  expectTypeOf<WebSocketOptions>().not.toHaveProperty('parse');
  expectTypeOf(WebSocket).toBeConstructibleWith('wss://server.test/', () => null, options);
  expectTypeOf(WebSocket).toBeConstructibleWith(() => Promise.resolve('wss://server.test/'));
});

// The options of the class `WebSocket`: those of reconnecting-websocket and partysocket, its own defaults, and what has no
// effect.
import { describe, expect, it, test, vi } from 'vitest';
import { ResilientWebSocket } from '../../web/index.js';
import WebSocket from '../../web/websocket/index.js';
import { settle, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { acknowledge, controlOn, messagesOn, welcome } from './support/sessions.js';
import { createOpen, createSocket, useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

test('the defaults are those of the client, but nothing is limited and no frame is added', async () => {
  const { socket } = await createSocket();
  const client = new ResilientWebSocket(serverUrl);
  const own = { ...socket.client.options, shouldReconnect: undefined };
  const usual = { ...client.options };
  client.destroy();
  const different = Object.entries(own).filter(
    ([name, value]) => !Object.is(value, Reflect.get(usual, name)),
  );
  expect(Object.fromEntries(different)).toEqual({
    jitter: 0,
    messageFormat: 'text',
    parse: expect.any(Function) as unknown,
    logLevel: 'silent',
    enableHeartbeat: false,
    answerPings: false,
    maxReconnectAttempts: Infinity,
    maxMessageSize: Number.MAX_SAFE_INTEGER,
    maxQueueSize: Number.MAX_SAFE_INTEGER,
    maxQueueBytes: Number.MAX_SAFE_INTEGER,
    fatalCloseCodes: [],
  });
});

test('the names of reconnecting-websocket stand for options of the client', async () => {
  const { socket } = await createSocket({
    maxReconnectionDelay: 20_000,
    minReconnectionDelay: 200,
    minUptime: 300,
    connectionTimeout: 400,
    maxRetries: 5,
    maxEnqueuedMessages: 6,
    debug: false,
  });
  expect(socket.client.options).toMatchObject({
    maxReconnectDelay: 20_000,
    reconnectDelay: 200,
    stableAfter: 300,
    connectionTimeout: 400,
    maxReconnectAttempts: 5,
    maxQueueSize: 6,
    logLevel: 'silent',
  });
});

test('an option that is undefined has its default', async () => {
  const { socket } = await createSocket({
    maxRetries: undefined,
    maxQueueSize: undefined,
    WebSocket: undefined,
  });
  expect(socket.client.options.maxReconnectAttempts).toBe(Infinity);
});

describe('delays and retries', () => {
  it('double from minReconnectionDelay to maxReconnectionDelay', async () => {
    const { socket } = await createSocket({
      minReconnectionDelay: 100,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 2,
    });
    const delays: number[] = [];
    socket.client.on('reconnectScheduled', ({ delay }) => delays.push(delay));
    for (let retry = 0; retry < 6; ++retry) {
      ScriptedWebSocket.last.break();
      vi.advanceTimersByTime(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it.each([0, 1, 5])('end after maxRetries: %i', async (maxRetries) => {
    const { socket, events } = await createSocket({ maxRetries, maxReconnectionDelay: 10 });
    const counts: number[] = [];
    socket.onerror = () => counts.push(socket.retryCount);
    for (let attempt = 0; attempt <= maxRetries; ++attempt) {
      expect(ScriptedWebSocket.made).toHaveLength(attempt + 1);
      ScriptedWebSocket.last.break();
      vi.advanceTimersByTime(10);
    }
    expect(ScriptedWebSocket.made).toHaveLength(maxRetries + 1);
    expect(events.filter(({ type }) => type === 'error')).toHaveLength(maxRetries + 1);
    expect(Math.max(...counts)).toBe(maxRetries);
    expect(socket.readyState).toBe(socket.CLOSED);
  });

  it('start afresh after minUptime', async () => {
    const { socket } = await createSocket({ minReconnectionDelay: 100, minUptime: 500 });
    const delays: number[] = [];
    const counts: number[] = [];
    socket.client.on('reconnectScheduled', ({ delay }) => delays.push(delay));
    socket.onclose = () => counts.push(socket.retryCount);
    for (const uptime of [100, 200, 300, 400, 501, 600]) {
      ScriptedWebSocket.last.open();
      vi.advanceTimersByTime(uptime);
      ScriptedWebSocket.last.end(1005);
      vi.advanceTimersByTime(delays.at(-1) ?? 0);
    }
    expect(delays).toEqual([100, 200, 400, 800, 100, 100]);
    expect(counts).toEqual([1, 2, 3, 4, 1, 1]);
  });

  it('are asked about with the close event by shouldReconnectOnClose', async () => {
    const shouldReconnectOnClose = vi.fn(({ code }: CloseEvent) => code !== 4001);
    const { socket } = await createOpen({ shouldReconnectOnClose });
    ScriptedWebSocket.last.end(1000, 'done', true);
    expect(socket.readyState).toBe(socket.CONNECTING);
    expect(shouldReconnectOnClose.mock.calls[0]?.[0]).toMatchObject({
      type: 'close',
      code: 1000,
      reason: 'done',
    });
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.end(4001);
    expect(socket.readyState).toBe(socket.CLOSED);
  });

  it('are decided by shouldReconnect where the user has set it', async () => {
    const { socket } = await createOpen({ shouldReconnect: () => undefined });
    ScriptedWebSocket.last.end(1000);
    expect(socket.readyState).toBe(socket.CLOSED);
  });

  it('follow options that are changed while the socket is open', async () => {
    const { socket } = await createOpen();
    socket.client.options.enableAutoReconnect = false;
    expect(socket.shouldReconnect).toBe(false);
    ScriptedWebSocket.last.end(1000);
    expect(socket.readyState).toBe(socket.CLOSED);
  });
});

describe('the queue', () => {
  it('has room for maxEnqueuedMessages', async () => {
    const { socket } = await createSocket({ maxEnqueuedMessages: 2 });
    for (let count = 0; count < 10; ++count) socket.send('message');
    expect(socket.bufferedAmount).toBe(2 * 'message'.length);
  });

  it('has no limit with Infinity, and none without the option', async () => {
    for (const maxEnqueuedMessages of [Infinity, undefined]) {
      const { socket } = await createSocket({ maxEnqueuedMessages });
      for (let count = 0; count < 1000; ++count) socket.send('message');
      expect(socket.bufferedAmount).toBe(1000 * 'message'.length);
    }
  });

  it('refuses messages above maxMessageSize with an error event', async () => {
    const { socket, events } = await createOpen({ maxMessageSize: 3 });
    socket.send('four');
    expect(events).toMatchObject([
      { type: 'error', message: expect.stringContaining('maxMessageSize') as string },
    ]);
    expect(ScriptedWebSocket.last.sent).toEqual([]);
  });
});

test('startClosed leaves the first attempt to reconnect()', async () => {
  const { socket, takeTypes } = await createSocket({ startClosed: true });
  expect([socket.readyState, socket.shouldReconnect]).toEqual([socket.CLOSED, false]);
  vi.advanceTimersByTime(60_000);
  expect(ScriptedWebSocket.made).toHaveLength(0);
  socket.close();
  socket.reconnect();
  expect(socket.readyState).toBe(socket.CONNECTING);
  ScriptedWebSocket.last.open();
  expect(takeTypes()).toEqual(['open']);
});

test('debug writes lines to the console', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'debug').mockImplementation(() => undefined);
  const { socket } = await createSocket({ debug: true });
  expect(socket.client.options.logLevel).toBe('debug');
  expect(log).toHaveBeenCalledWith(`ResilientWebSocket: connecting to ${serverUrl}`);
});

describe('the option WebSocket', () => {
  class Other extends ScriptedWebSocket {}

  it('is the class of the sockets of this object alone', async () => {
    const { socket } = await createSocket({ WebSocket: Other });
    expect(ScriptedWebSocket.last).toBeInstanceOf(Other);
    ScriptedWebSocket.last.end(1001);
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last).toBeInstanceOf(Other);
    expect(socket.client.ws).toBe(ScriptedWebSocket.last);
    await createSocket();
    expect(ScriptedWebSocket.last).not.toBeInstanceOf(Other);
  });

  it('needs no global WebSocket', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const { takeTypes } = await createSocket({ WebSocket: Other });
    ScriptedWebSocket.last.open();
    expect(takeTypes()).toEqual(['open']);
  });

  it('belongs to the client as well', async () => {
    vi.stubGlobal('WebSocket', undefined);
    const client = new ResilientWebSocket(serverUrl, { WebSocket: Other, logLevel: 'silent' });
    const connected = client.connect();
    ScriptedWebSocket.last.open();
    await connected;
    client.destroy();
  });
});

describe('options without effect are named on the console, once a page', () => {
  const createWith = async (options: object): Promise<unknown[]> => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    await createSocket(options);
    await createSocket(options);
    return warn.mock.calls.map(([line]) => line as unknown);
  };

  it('a grow factor other than 2', async () => {
    expect(await createWith({ reconnectionDelayGrowFactor: 2 })).toEqual([]);
    expect(await createWith({ reconnectionDelayGrowFactor: 1.3 })).toEqual([
      'ResilientWebSocket: the option "reconnectionDelayGrowFactor" has no effect: delays always double',
    ]);
  });

  it.each(['debugLogger', 'maxRetrys', 'protocols', 'messageFormat'])('%s', async (name) => {
    expect(await createWith({ [name]: 'text' })).toEqual([
      `ResilientWebSocket: the option "${name}" has no effect`,
    ]);
  });

  it('unless logLevel forbids it', async () => {
    expect(await createWith({ unknown: 1, logLevel: 'silent' })).toEqual([]);
    expect(await createWith({ jitter: 0.1, maxRetries: 1, heartbeat: false, startClosed: true })).toEqual([]);
  });
});

describe('heartbeat', () => {
  it('true sends and consumes the pings and pongs of the client', async () => {
    const { takeTypes } = await createOpen({ heartbeat: true, pingInterval: 1000 });
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.answerPing();
    expect(takeTypes()).toEqual([]);
    vi.advanceTimersByTime(900);
    expect(ScriptedWebSocket.last.closes).toEqual([]);
  });

  it('in the form of another protocol sends its pings, and delivers everything but the replies', async () => {
    const { socket, events } = await createOpen({
      heartbeat: { message: 'PING', isReply: (data) => data === 'PONG' },
      pingInterval: 1000,
      pongTimeout: 500,
    });
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last.sent).toEqual(['PING']);
    for (const text of ['PONG', 'text', '{"type":"pong"}', '{"type":"ping"}'])
      ScriptedWebSocket.last.deliver(text);
    expect(events.map(({ data }) => data as unknown)).toEqual(['text', '{"type":"pong"}', '{"type":"ping"}']);
    vi.advanceTimersByTime(900);
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('breaks no rule of the client', () => {
    const create = () => new WebSocket(serverUrl, null, { heartbeat: {} as never });
    expect(create).toThrow(RangeError);
  });
});

test('the page defaults of the client hold where neither the options nor the class say anything', async () => {
  ResilientWebSocket.defaults = { pingInterval: 5000, messageFormat: 'json', logLevel: 'debug' };
  const { socket } = await createSocket();
  ResilientWebSocket.defaults = {};
  await settle();
  expect(socket.client.options).toMatchObject({
    pingInterval: 5000,
    messageFormat: 'text',
    logLevel: 'silent',
  });
});

test('page defaults about messages and protocols are not for it', async () => {
  ResilientWebSocket.defaults = {
    parse: () => 'parsed',
    serialize: () => 'serialized',
    protocols: ['page'],
    session: true,
    unconfirmed: 'resend',
    heartbeat: {
      message: 'ping',
      isReply: (data) => data === 'pong',
      answer: (data) => (data === 'ping' ? 'pong' : undefined),
    },
  };
  const { socket, events, takeTypes } = await createOpen();
  ResilientWebSocket.defaults = {};
  const { last } = ScriptedWebSocket;
  for (const text of ['pong', 'ping', '{}']) last.deliver(text);
  expect(events.map(({ data }) => data as unknown)).toEqual(['pong', 'ping', '{}']);
  expect(takeTypes()).toEqual(['message', 'message', 'message']);
  const bytes = Uint8Array.of(1, 2);
  socket.send('text');
  socket.send(bytes);
  expect(last.sent).toEqual(['text', bytes]);
  expect(last.protocols).toBeUndefined();
  expect(socket.client.options.unconfirmed).toBe('report');
});

test('with a session of its own, open follows welcome, and control frames are no messages', async () => {
  const { socket, takeTypes } = await createSocket({ session: true });
  const { last } = ScriptedWebSocket;
  last.open();
  expect([socket.readyState, controlOn(last)]).toMatchObject([WebSocket.CONNECTING, [{ rws: 'hello' }]]);
  welcome(last);
  last.deliver('hi');
  acknowledge(0, last);
  expect([socket.readyState, takeTypes()]).toEqual([WebSocket.OPEN, ['open', 'message']]);
  socket.send('text');
  last.break();
  await vi.advanceTimersByTimeAsync(1000);
  ScriptedWebSocket.last.open();
  welcome(ScriptedWebSocket.last, { resumed: true });
  expect(messagesOn(ScriptedWebSocket.last)).toEqual(['text']);
});

// The events of the class `WebSocket`: which are fired, when, and how listeners and handlers get them.
import { describe, expect, it, vi } from 'vitest';
import { ErrorEvent } from '../../web/websocket/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { createOpen, createSocket, useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

describe('the events of a connection', () => {
  it('are open, messages, and a close for every loss', async () => {
    const { socket, states } = await createSocket({ maxReconnectionDelay: 10 });
    for (let round = 0; round < 3; ++round) {
      ScriptedWebSocket.last.open();
      ScriptedWebSocket.last.deliver('hello');
      ScriptedWebSocket.last.end(1001);
      expect(socket.readyState).toBe(socket.CONNECTING);
      vi.advanceTimersByTime(10);
    }
    const each = [
      ['open', 1],
      ['message', 1],
      ['close', 0],
    ];
    expect(states).toEqual([...each, ...each, ...each]);
  });

  it('are objects of the platform, with the socket as target', async () => {
    const { socket, events } = await createOpen();
    ScriptedWebSocket.last.deliver('hello');
    ScriptedWebSocket.last.end(4001, 'bye', true);
    const [message, close] = events;
    expect(message).toBeInstanceOf(MessageEvent);
    expect(message).toMatchObject({
      data: 'hello',
      origin: 'wss://server.test',
      target: socket,
      bubbles: false,
    });
    expect(close).toBeInstanceOf(Event);
    expect(Object.prototype.toString.call(close)).toBe('[object CloseEvent]');
    expect(close).toMatchObject({
      code: 4001,
      reason: 'bye',
      wasClean: true,
      target: socket,
      cancelable: false,
    });
  });

  it('have the CloseEvent of the platform where there is one', async () => {
    class PlatformCloseEvent extends Event {
      constructor(type: string, init: object) {
        super(type);
        Object.assign(this, init);
      }
    }
    vi.stubGlobal('CloseEvent', PlatformCloseEvent);
    const { events } = await createOpen();
    ScriptedWebSocket.last.end(1001, 'going', true);
    expect(events[0]).toBeInstanceOf(PlatformCloseEvent);
    expect(events[0]).toMatchObject({ code: 1001, reason: 'going', wasClean: true });
  });

  it('carry texts and binary messages as they are, control frames of this package too', async () => {
    const { socket, events } = await createOpen();
    const bytes = new ArrayBuffer(2);
    const messages = [
      '{"a":1}',
      'text',
      '',
      '{"type":"ping","timestamp":1}',
      '{"type":"pong","timestamp":1}',
      bytes,
    ];
    for (const message of messages) ScriptedWebSocket.last.deliver(message);
    expect(events.map(({ data }) => data as unknown)).toEqual(messages);
    vi.advanceTimersByTime(120_000);
    expect(ScriptedWebSocket.last.sent).toEqual([]);
    expect(socket.readyState).toBe(socket.OPEN);
  });

  it('of a failed attempt are error and close, once each', async () => {
    const { takeTypes, events } = await createSocket();
    ScriptedWebSocket.last.break();
    expect(events[0]).toBeInstanceOf(ErrorEvent);
    expect(takeTypes()).toEqual(['error', 'close']);
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.break();
    expect(takeTypes()).toEqual(['error', 'close']);
  });

  it('of an open connection that is lost have no error, if it will be opened again', async () => {
    const { takeTypes } = await createOpen();
    ScriptedWebSocket.last.break();
    expect(takeTypes()).toEqual(['close']);
  });

  it('of a last connection have an error unless it was closed by a handshake', async () => {
    const broken = await createOpen({ enableAutoReconnect: false });
    ScriptedWebSocket.last.break();
    expect(broken.takeTypes()).toEqual(['error', 'close']);
    const closed = await createOpen({ enableAutoReconnect: false });
    ScriptedWebSocket.last.end(4001, '', true);
    expect(closed.takeTypes()).toEqual(['close']);
  });

  it('name a time-out as reconnecting-websocket does', async () => {
    const { events } = await createSocket({ connectionTimeout: 500 });
    vi.advanceTimersByTime(500);
    expect(events[0]).toMatchObject({ type: 'error', message: 'TIMEOUT' });
    expect(events[0]).toMatchObject({ error: { message: 'TIMEOUT' } });
  });

  it('give the message of the platform', async () => {
    const { events } = await createSocket();
    ScriptedWebSocket.last.onerror?.({ type: 'error', message: 'connect ECONNREFUSED' });
    ScriptedWebSocket.last.end(1006);
    expect(events[0]).toMatchObject({ type: 'error', message: 'connect ECONNREFUSED' });
  });

  it('report an address that cannot be found', async () => {
    const { states } = await createSocket({ maxRetries: 0 }, null, () =>
      Promise.reject(new Error('no token')),
    );
    expect(states).toEqual([
      ['error', 3],
      ['close', 3],
    ]);
  });

  it('come before the queue is empty, but after it was sent', async () => {
    const { socket } = await createSocket();
    socket.send('first');
    const sentAtOpen: unknown[] = [];
    socket.onopen = () => {
      sentAtOpen.push(...ScriptedWebSocket.last.sent);
      socket.send('second');
    };
    ScriptedWebSocket.last.open();
    expect(sentAtOpen).toEqual(['first']);
    expect(ScriptedWebSocket.last.sent).toEqual(['first', 'second']);
  });
});

describe('handlers', () => {
  const calls: string[] = [];
  const call = (name: string) => () => void calls.push(name);

  it('take their turn where they were first set, and lose it when they are set to null', async () => {
    calls.length = 0;
    const { socket } = await createOpen();
    socket.addEventListener('message', call('first'));
    socket.onmessage = call('handler');
    socket.addEventListener('message', call('last'));
    socket.onmessage = call('other handler');
    ScriptedWebSocket.last.deliver('1');
    expect(calls.splice(0)).toEqual(['first', 'other handler', 'last']);
    socket.onmessage = null;
    socket.onmessage = call('handler');
    ScriptedWebSocket.last.deliver('2');
    expect(calls.splice(0)).toEqual(['first', 'last', 'handler']);
  });

  it('are what was set, and null for what is no object', async () => {
    const { socket } = await createSocket();
    for (const name of ['onopen', 'onmessage', 'onerror', 'onclose'] as const) {
      const handler = () => undefined;
      socket[name] = handler;
      expect(socket[name]).toBe(handler);
      Object.assign(socket, { [name]: 'text' });
      expect(socket[name]).toBeNull();
      const noFunction = { handleEvent: vi.fn() };
      Object.assign(socket, { [name]: noFunction });
      expect(socket[name]).toBe(noFunction);
      socket.dispatchEvent(new Event(name.slice(2)));
      expect(noFunction.handleEvent).not.toHaveBeenCalled();
    }
  });

  it('stay over reconnects, and get the socket as `this`', async () => {
    const { socket } = await createOpen({ maxReconnectionDelay: 10 });
    const handler = vi.fn(function (this: unknown) {
      expect(this).toBe(socket);
    });
    socket.onclose = handler;
    for (let round = 0; round < 2; ++round) {
      ScriptedWebSocket.last.end(1001);
      vi.advanceTimersByTime(10);
      ScriptedWebSocket.last.open();
    }
    expect(handler).toHaveBeenCalledTimes(2);
  });

  it('get events that a page dispatches', async () => {
    const { socket } = await createSocket();
    const handler = vi.fn();
    socket.onmessage = handler;
    const event = new MessageEvent('message', { data: 1 });
    socket.dispatchEvent(event);
    expect(handler).toHaveBeenCalledExactlyOnceWith(event);
  });
});

describe('listeners', () => {
  it('with once, with a signal, and with handleEvent are those of EventTarget', async () => {
    const { socket } = await createOpen();
    const once = vi.fn();
    const aborted = vi.fn();
    const abortedLater = vi.fn();
    const listener = { handleEvent: vi.fn() };
    const controller = new AbortController();
    socket.addEventListener('message', once, { once: true });
    socket.addEventListener('message', aborted, { signal: AbortSignal.abort() });
    socket.addEventListener('message', abortedLater, { signal: controller.signal });
    socket.addEventListener('message', listener);
    socket.addEventListener('message', listener);
    ScriptedWebSocket.last.deliver('1');
    controller.abort();
    ScriptedWebSocket.last.deliver('2');
    socket.removeEventListener('message', listener);
    ScriptedWebSocket.last.deliver('3');
    const counts = [once, aborted, abortedLater, listener.handleEvent].map(({ mock }) => mock.calls.length);
    expect(counts).toEqual([1, 0, 1, 2]);
  });

  it('that throw are reported by the platform, and harm nobody', async () => {
    const reported = vi.fn();
    const previous = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', reported);
    const { socket, takeTypes } = await createOpen();
    socket.onmessage = () => {
      throw new Error('of a handler');
    };
    const next = vi.fn();
    socket.addEventListener('message', next);
    ScriptedWebSocket.last.deliver('1');
    ScriptedWebSocket.last.deliver('2');
    expect(next).toHaveBeenCalledTimes(2);
    expect(takeTypes()).toEqual(['message', 'message']);
    expect(socket.readyState).toBe(socket.OPEN);
    await vi.waitFor(() => expect(reported).toHaveBeenCalledTimes(2));
    process.removeAllListeners('uncaughtException');
    for (const listener of previous) process.on('uncaughtException', listener);
  });

  it('may close and reconnect the socket at any event', async () => {
    const { socket, states } = await createSocket();
    socket.addEventListener('open', () => socket.close(4000, 'enough'), { once: true });
    ScriptedWebSocket.last.open();
    expect(ScriptedWebSocket.last.closes[0]).toEqual([4000, 'enough']);
    socket.addEventListener('close', () => socket.reconnect(), { once: true });
    ScriptedWebSocket.last.end(4000, 'enough', true);
    ScriptedWebSocket.last.open();
    expect(states).toEqual([
      ['open', 1],
      ['close', 3],
      ['open', 1],
    ]);
  });
});

it('sends texts and binary as they are, anything else as its text, and gives nothing back', async () => {
  const { socket } = await createOpen();
  const bytes = new Uint8Array([1, 2]);
  const messages = ['{"type":"ping"}', bytes, bytes.buffer, new Blob(['blob']), { a: 1 }, 5, null];
  for (const message of messages) expect(socket.send(message as string)).toBeUndefined();
  const { sent } = ScriptedWebSocket.last;
  expect(sent).toEqual([...messages.slice(0, 4), '[object Object]', '5', 'null']);
  expect(sent[1]).toBe(bytes);
});

it('queues what is sent before a connection, counts its bytes, and sends it in order', async () => {
  const { socket } = await createSocket();
  const large = 'x'.repeat(200_000);
  for (const message of ['ä', new Uint8Array(3), new Blob(['1234']), large]) socket.send(message);
  expect(socket.bufferedAmount).toBe(2 + 3 + 4 + 200_000);
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['ä', new Uint8Array(3), new Blob(['1234']), large]);
  ScriptedWebSocket.last.bufferedAmount = 7;
  expect(socket.bufferedAmount).toBe(7);
});

it('writes nothing to the console', async () => {
  const methods = (['debug', 'log', 'info', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  const { socket } = await createSocket({}, null, () => serverUrl);
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  await settle();
  ScriptedWebSocket.last.open();
  socket.send('x');
  socket.close();
  ScriptedWebSocket.last.end(1000);
  for (const method of methods) expect(method).not.toHaveBeenCalled();
});

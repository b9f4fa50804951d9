// Test doubles of users: they may leave arguments out, throw, answer at once, or be missing.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('events may come without arguments, and a close with code and reason only', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  const socket = ScriptedWebSocket.last;
  socket.onopen?.();
  expect(websocket.isConnected).toBe(true);
  socket.onmessage?.();
  socket.onerror?.();
  socket.onclose?.({ code: 1011, reason: 'why' });
  expect(getEvents('close')).toMatchObject([[{ code: 1011, reason: 'why', wasClean: false }]]);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.onclose?.();
  expect(getEvents('close')[1]).toMatchObject([{ code: 1006, reason: '', wasClean: false }]);
});

test('a double without readyState, bufferedAmount and constants will do', () => {
  class Bare {
    static last: Bare;
    onopen?: () => void;
    onclose?: () => void;
    sent: unknown[] = [];
    constructor() {
      Bare.last = this;
    }
    send(data: unknown): void {
      this.sent.push(data);
    }
    close(): void {
      this.onclose?.();
    }
  }
  vi.stubGlobal('WebSocket', Bare);
  const { websocket } = createClient();
  void websocket.connect();
  Bare.last.onopen?.();
  expect(websocket.send('x')).toBe(true);
  expect(Bare.last.sent).toEqual(['x']);
  expect(websocket.getStatus().readyState).toBe(3);
  websocket.disconnect();
  expect(websocket.connectionState).toBe('disconnected');
});

test('a mock function for send is looked up at call time', () => {
  const { websocket } = createConnected();
  const send = vi.fn();
  ScriptedWebSocket.last.send = send;
  websocket.send({ a: 1 });
  expect(send.mock.calls).toEqual([['{"a":1}']]);
});

test('a send that throws gives false, keeps the message and the connection', () => {
  const { websocket, getEvents } = createConnected();
  ScriptedWebSocket.last.send = () => {
    throw new DOMException('no', 'InvalidStateError');
  };
  expect(websocket.send('kept')).toBe(false);
  expect(websocket.messageQueue).toEqual(['kept']);
  expect(websocket.isConnected).toBe(true);
  expect(getEvents('error')).toEqual([
    [
      {
        type: 'send_error',
        message: 'Сообщение не удалось отправить, оно осталось в очереди',
        recoverable: true,
        originalError: new DOMException('no', 'InvalidStateError'),
        queued: true,
      },
    ],
  ]);
});

test('a socket that refuses a binaryType is used all the same', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  class Stubborn extends ScriptedWebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      Object.defineProperty(this, 'binaryType', {
        get: () => 'nodebuffer',
        set: () => {
          throw new SyntaxError('no');
        },
      });
    }
  }
  Stubborn.install();
  const { websocket, getEvents } = createConnected({ logLevel: 'warn' });
  expect(websocket.isConnected).toBe(true);
  ScriptedWebSocket.last.deliver('"works"');
  expect(getEvents('message')).toEqual([['works']]);
  expect(() => (websocket.options.binaryType = 'arraybuffer')).not.toThrow();
  expect(warn.mock.calls).toEqual([
    ["ResilientWebSocket: the WebSocket does not take the binaryType 'blob'"],
    ["ResilientWebSocket: the WebSocket does not take the binaryType 'arraybuffer'"],
  ]);
});

test('a WebSocket that throws, or is missing at a retry, is a failed attempt', () => {
  for (const WebSocket of [
    undefined,
    class {
      constructor() {
        throw new Error('blocked');
      }
    },
  ]) {
    const { websocket, getEvents } = createConnected();
    vi.stubGlobal('WebSocket', WebSocket);
    websocket.reconnect();
    expect(websocket.connectionState).toBe('reconnecting');
    expect(getEvents('close').at(-1)).toMatchObject([{ code: 1006, shouldReconnect: true }]);
    expect(getEvents('error')).toMatchObject([[{ type: 'network_error' }]]);
    ScriptedWebSocket.install();
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.open();
    expect(websocket.isConnected).toBe(true);
  }
});

test('a double that opens by itself soon after it was made', async () => {
  class Eager extends ScriptedWebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      queueMicrotask(() => this.open());
    }
  }
  Eager.install();
  const { websocket } = createClient();
  await websocket.connect();
  expect(websocket.isConnected).toBe(true);
});

test('a double that echoes inside send delivers after the send is accounted for', () => {
  const { websocket, names } = createClient();
  for (const text of ['"a"', '"b"']) websocket.send(text);
  void websocket.connect();
  const socket = ScriptedWebSocket.last;
  socket.send = (data) => {
    socket.sent.push(data);
    socket.deliver(data);
  };
  socket.open();
  expect(names('stateChange', 'messageSent')).toEqual(['open', 'message', 'message']);
  websocket.send('"c"');
  expect(socket.sent).toEqual(['"a"', '"b"', '"c"']);
  expect(names('stateChange').filter((name) => name === 'messageSent')).toHaveLength(3);
});

test('a double that closes inside send keeps the order and loses nothing', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  socket.send = () => {
    socket.end(1006);
    throw new Error('closed');
  };
  expect(websocket.send('a')).toBe(false);
  expect(getEvents('close')).toHaveLength(1);
  expect(websocket.connectionState).toBe('reconnecting');
});

test('a close that answers at once ends the connection once', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  socket.close = (code) => socket.end(code as number);
  websocket.disconnect();
  expect(getEvents('close')).toMatchObject([[{ code: 1000 }]]);
  expect(getEvents('stateChange').at(-1)).toEqual(['disconnected']);
});

test('an attempt that failed is retried although the close that follows its error has the code 1000', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.fail();
  ScriptedWebSocket.last.end(1000, 'normal');
  expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: '', wasClean: false }]]);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
  ScriptedWebSocket.last.end(1000);
  expect(websocket.connectionState).toBe('disconnected');
});

test('a double that opens after an error keeps its connection', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.fail();
  ScriptedWebSocket.last.open();
  vi.advanceTimersByTime(0);
  expect(websocket.isConnected).toBe(true);
  const socket = ScriptedWebSocket.last;
  socket.readyState = ScriptedWebSocket.CLOSED;
  socket.fail();
  vi.advanceTimersByTime(0);
  expect(getEvents('close')).toMatchObject([[{ code: 1006 }]]);
});

test('a close with the code 1000 without an error is final, also before the connection is open', () => {
  const { websocket } = createClient();
  websocket.connect().catch(() => undefined);
  ScriptedWebSocket.last.end(1000);
  expect(websocket.connectionState).toBe('disconnected');
});

test('an error of a socket that is CLOSED ends the connection, even if no close event follows', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  socket.fail();
  vi.advanceTimersByTime(0);
  expect(websocket.isConnected).toBe(true);
  socket.readyState = ScriptedWebSocket.CLOSED;
  socket.fail();
  vi.advanceTimersByTime(0);
  expect(websocket.connectionState).toBe('reconnecting');
  expect(getEvents('close')).toMatchObject([[{ code: 1006 }]]);
});

test('a close event that follows the error of an open connection keeps its code and reason', () => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.fail();
  ScriptedWebSocket.last.end(1011, 'why');
  vi.advanceTimersByTime(0);
  expect(getEvents('close')).toMatchObject([[{ code: 1011, reason: 'why' }]]);
});

test('the socket is created before its time-out is armed', () => {
  const { websocket } = createClient();
  const order: string[] = [];
  const realSetTimeout = globalThis.setTimeout;
  vi.stubGlobal('setTimeout', (...args: Parameters<typeof setTimeout>) => {
    order.push(`timer after ${ScriptedWebSocket.made.length} sockets`);
    return realSetTimeout(...args);
  });
  void websocket.connect();
  expect(order).toEqual(['timer after 1 sockets']);
});

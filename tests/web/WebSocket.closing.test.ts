// How an object of the class `WebSocket` closes, reconnects, gives up, and is collected.
import { describe, expect, it, test, vi } from 'vitest';
import WebSocket from '../../web/websocket/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { createOpen, createSocket, record, useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

describe('close()', () => {
  it('makes the socket CLOSING, and CLOSED with the one close event', async () => {
    const { socket, states } = await createOpen();
    socket.close();
    socket.close();
    expect(socket.readyState).toBe(socket.CLOSING);
    socket.close(4000, 'again');
    expect(ScriptedWebSocket.last.closes[0]).toEqual([1000, '']);
    ScriptedWebSocket.last.end(1000);
    socket.close();
    vi.advanceTimersByTime(60_000);
    expect(states).toEqual([['close', 3]]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('sends the code and the reason', async () => {
    const { socket, events } = await createOpen();
    socket.close(4001, 'bye');
    expect(ScriptedWebSocket.last.closes[0]).toEqual([4001, 'bye']);
    ScriptedWebSocket.last.end(4001, 'bye', true);
    expect(events[0]).toMatchObject({ code: 4001, reason: 'bye', wasClean: true });
  });

  it('ends without an answer of the server after closeGrace', async () => {
    const { socket, events } = await createOpen({ closeGrace: 500 });
    socket.close(4001, 'bye');
    vi.advanceTimersByTime(500);
    expect(events).toMatchObject([{ type: 'close', code: 4001, reason: 'bye', wasClean: false }]);
    expect(socket.readyState).toBe(socket.CLOSED);
  });

  it.each([999, 1001, 2999, 5000, 0, -1, NaN, null, 'x', 65_535])(
    'throws an InvalidAccessError for the code %j',
    async (code) => {
      const { socket } = await createOpen();
      const close = () => socket.close(code as number);
      expect(close).toThrow(DOMException);
      expect(close).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
      expect(socket.readyState).toBe(socket.OPEN);
    },
  );

  it('throws a SyntaxError for a reason of more than 123 bytes', async () => {
    const { socket } = await createOpen();
    const close = () => socket.close(1000, 'ä'.repeat(62));
    expect(close).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(socket.readyState).toBe(socket.OPEN);
    socket.close(1000, 'ä'.repeat(61));
    expect(socket.readyState).toBe(socket.CLOSING);
  });

  it('needs no TextEncoder, which jsdom does not have', async () => {
    vi.stubGlobal('TextEncoder', undefined);
    const { socket } = await createSocket();
    socket.send('ä\u{1F600}');
    expect(socket.bufferedAmount).toBe(6);
    socket.close(4001, 'ä');
    expect(ScriptedWebSocket.last.closes[0]).toEqual([4001, 'ä']);
  });

  it('takes what becomes a code as a number, as the platform does', async () => {
    const { socket } = await createOpen();
    socket.close('4000' as unknown as number, 12 as unknown as string);
    expect(ScriptedWebSocket.last.closes[0]).toEqual([4000, '12']);
  });

  it('right after the constructor leads to one close event, and never to an open one', async () => {
    const { socket, states } = record(new WebSocket(serverUrl));
    socket.close();
    expect(socket.readyState).toBe(socket.CLOSING);
    await settle();
    for (const made of ScriptedWebSocket.made) made.break();
    vi.advanceTimersByTime(60_000);
    expect(states).toEqual([['close', 3]]);
  });

  it('while connecting leads to one close event', async () => {
    const { socket, states } = await createSocket();
    socket.close();
    expect(socket.readyState).toBe(socket.CLOSING);
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(60_000);
    expect(states).toEqual([['close', 3]]);
  });

  it('while the URL function runs leads to one close event', async () => {
    const { socket, states } = await createSocket({}, null, () => new Promise(() => undefined));
    socket.close();
    vi.advanceTimersByTime(60_000);
    expect(states).toEqual([['close', 3]]);
  });

  it('between two attempts makes the socket CLOSED at once: the loss had its close event', async () => {
    const { socket, takeTypes } = await createOpen();
    ScriptedWebSocket.last.end(1001);
    takeTypes();
    socket.close();
    expect(socket.readyState).toBe(socket.CLOSED);
    vi.advanceTimersByTime(60_000);
    expect(takeTypes()).toEqual([]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('inside a listener of close keeps it closed', async () => {
    const { socket, takeTypes } = await createOpen();
    socket.onclose = ({ code }) => {
      if (code === 4001) socket.close();
    };
    ScriptedWebSocket.last.end(4001, '4001');
    vi.advanceTimersByTime(60_000);
    expect(takeTypes()).toEqual(['close']);
    expect([socket.readyState, ScriptedWebSocket.made.length]).toEqual([socket.CLOSED, 1]);
  });

  it('of a socket that has given up stops the new attempts that the browser can cause', async () => {
    const { socket } = await createSocket({ maxRetries: 1 });
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.break();
    expect([socket.readyState, socket.client.connectionState]).toEqual([socket.CLOSED, 'failed']);
    socket.close();
    expect([socket.readyState, socket.client.connectionState]).toEqual([socket.CLOSED, 'disconnected']);
  });

  it('counts what the platform has not sent until the close event', async () => {
    const { socket } = await createOpen();
    ScriptedWebSocket.last.bufferedAmount = 9;
    socket.close();
    expect(socket.bufferedAmount).toBe(9);
  });
});

describe('reconnect()', () => {
  it('replaces the connection, with a close event that has its code and reason', async () => {
    const { socket, events, states } = await createOpen();
    socket.reconnect(4002, 'moved');
    expect(ScriptedWebSocket.made[0]?.closes[0]).toEqual([4002, 'moved']);
    expect(events).toMatchObject([{ type: 'close', code: 4002, reason: 'moved' }]);
    expect([socket.readyState, socket.retryCount]).toEqual([socket.CONNECTING, 0]);
    ScriptedWebSocket.last.open();
    expect(states).toEqual([
      ['close', 0],
      ['open', 1],
    ]);
  });

  it('inside a listener makes the socket CLOSING until the close event', async () => {
    const { socket, states } = await createOpen();
    const seen: number[] = [];
    socket.onmessage = () => {
      socket.reconnect(1000, 'reconnect');
      seen.push(socket.readyState, socket.retryCount);
    };
    ScriptedWebSocket.last.deliver('1');
    expect(seen).toEqual([socket.CLOSING, 0]);
    expect(states.map(([type]) => type)).toEqual(['message', 'close']);
    expect(socket.readyState).toBe(socket.CONNECTING);
  });

  it('and close() inside one listener lead to one close event for each attempt', async () => {
    const { socket, states } = await createOpen();
    socket.onmessage = () => {
      socket.reconnect();
      socket.close();
    };
    ScriptedWebSocket.last.deliver('1');
    expect(socket.readyState).toBe(socket.CLOSING);
    ScriptedWebSocket.last.break();
    expect(states.slice(1)).toEqual([
      ['close', 2],
      ['close', 3],
    ]);
  });

  it('opens a closed socket, with what was sent meanwhile', async () => {
    const { socket } = await createOpen();
    socket.close();
    ScriptedWebSocket.last.end(1000);
    socket.send('later');
    expect(socket.bufferedAmount).toBe(5);
    socket.reconnect();
    ScriptedWebSocket.last.open();
    expect(ScriptedWebSocket.last.sent).toEqual(['later']);
  });

  it('opens a socket that is CLOSING: the close event comes at once', async () => {
    const { socket, states } = await createOpen();
    socket.close(4000, 'first');
    socket.reconnect();
    ScriptedWebSocket.last.open();
    expect(states).toEqual([
      ['close', 0],
      ['open', 1],
    ]);
  });

  it('before the first attempt changes nothing', async () => {
    const { socket, takeTypes } = record(new WebSocket(serverUrl));
    socket.reconnect();
    socket.reconnect();
    await settle();
    expect(ScriptedWebSocket.made).toHaveLength(1);
    ScriptedWebSocket.last.open();
    expect(takeTypes()).toEqual(['open']);
  });

  it('throws what close() throws', async () => {
    const { socket } = await createOpen();
    expect(() => socket.reconnect(1001)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
    expect(() => socket.reconnect(4000, 'x'.repeat(124))).toThrow(
      expect.objectContaining({ name: 'SyntaxError' }),
    );
    expect(socket.readyState).toBe(socket.OPEN);
  });
});

describe('a close by the server', () => {
  it.each([1000, 1001, 1003, 1005, 1006, 1008, 1011, 4000])(
    'with %i is followed by a retry',
    async (code) => {
      const { socket } = await createOpen();
      ScriptedWebSocket.last.end(code);
      expect([socket.readyState, socket.shouldReconnect]).toEqual([socket.CONNECTING, true]);
      vi.advanceTimersByTime(1000);
      expect(ScriptedWebSocket.made).toHaveLength(2);
    },
  );

  it.each([1000, 4001])('with %i is final if it is among the fatalCloseCodes', async (code) => {
    const { socket, states } = await createOpen({ fatalCloseCodes: [1000, 4001] });
    ScriptedWebSocket.last.end(code, '', true);
    expect(states).toEqual([['close', 3]]);
    expect(socket.shouldReconnect).toBe(false);
  });

  it('leads to a delay that the server asks for', async () => {
    await createOpen();
    ScriptedWebSocket.last.end(1013, '{"retryAfterMs":60000}');
    vi.advanceTimersByTime(59_999);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });
});

describe('without enableAutoReconnect', () => {
  it.each([1000, 1001, 1006, 4000])('the socket is CLOSED after its first close, with %i', async (code) => {
    const { socket, states } = await createOpen({ enableAutoReconnect: false });
    ScriptedWebSocket.last.end(code);
    expect(states.at(-1)).toEqual(['close', 3]);
    vi.advanceTimersByTime(120_000);
    expect([socket.readyState, socket.shouldReconnect]).toEqual([socket.CLOSED, false]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('a failed first attempt is the end, too', async () => {
    const { states } = await createSocket({ enableAutoReconnect: false });
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(120_000);
    expect(states).toEqual([
      ['error', 3],
      ['close', 3],
    ]);
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('what is sent after the end is discarded and counted, as the platform does', async () => {
    const { socket } = await createOpen({ enableAutoReconnect: false });
    socket.close();
    socket.send('äb');
    ScriptedWebSocket.last.end(1000);
    socket.send(new Uint8Array(4));
    expect(socket.bufferedAmount).toBe(7);
    expect(socket.client.messageQueue).toEqual([]);
  });

  it('the attempt has its time limit, and a heartbeat finds a dead connection', async () => {
    const late = await createSocket({ enableAutoReconnect: false, connectionTimeout: 100 });
    vi.advanceTimersByTime(100);
    expect(late.takeTypes()).toEqual(['error', 'close']);
    const dead = await createOpen({
      enableAutoReconnect: false,
      heartbeat: true,
      pingInterval: 1000,
      pongTimeout: 500,
    });
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last.controlFrames).toMatchObject([{ type: 'ping' }]);
    vi.advanceTimersByTime(4000);
    expect(dead.takeTypes()).toEqual(['error', 'close']);
    expect(dead.socket.readyState).toBe(dead.socket.CLOSED);
  });
});

test('a client that is destroyed leaves a CLOSED socket', async () => {
  const { socket, states } = await createOpen();
  socket.client.destroy();
  expect(states).toEqual([['close', 3]]);
  socket.close();
  expect([socket.readyState, socket.bufferedAmount]).toEqual([socket.CLOSED, 0]);
});

describe('close() twice', () => {
  it('in the function of a ping leaves a CLOSED socket', async () => {
    const { socket, takeTypes } = await createOpen({
      heartbeat: {
        message: () => {
          socket.close();
          socket.close();
          return 'ping';
        },
      },
      pingInterval: 1000,
    });
    vi.advanceTimersByTime(1000);
    expect(socket.readyState).toBe(2);
    ScriptedWebSocket.last.end(1000);
    vi.advanceTimersByTime(60_000);
    expect(takeTypes()).toEqual(['close']);
    expect(socket.readyState).toBe(3);
  });

  it('in the URL function of an attempt', async () => {
    let isArmed = false;
    const { socket, takeTypes } = await createSocket({}, undefined, () => {
      if (isArmed) {
        socket.close();
        socket.close();
      }
      return 'wss://server.test/';
    });
    ScriptedWebSocket.last.open();
    isArmed = true;
    ScriptedWebSocket.last.break();
    takeTypes();
    vi.advanceTimersByTime(1000);
    await settle();
    vi.advanceTimersByTime(60_000);
    expect(takeTypes()).toEqual(['close']);
    expect(socket.readyState).toBe(3);
  });

  it('in a listener of the end by destroy() does nothing', async () => {
    let isCalled = false;
    const { socket } = await createSocket({
      handshake: ({ signal }) => {
        signal.addEventListener('abort', () => {
          socket.close();
          socket.close();
          isCalled = true;
        });
        return new Promise<void>(() => undefined);
      },
    });
    ScriptedWebSocket.last.open();
    await settle();
    socket.client.destroy();
    expect(isCalled).toBe(true);
  });

  it('in shouldReconnectOnClose', async () => {
    const { socket, takeTypes } = await createOpen({
      shouldReconnectOnClose: () => {
        socket.close();
        socket.close();
        return true;
      },
    });
    ScriptedWebSocket.last.end(1006);
    vi.advanceTimersByTime(60_000);
    expect(takeTypes()).toEqual(['close']);
    expect(socket.readyState).toBe(3);
  });
});

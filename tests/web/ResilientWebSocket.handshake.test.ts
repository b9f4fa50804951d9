// The option `handshake`: the order of events around it, and what its connection does.
import { describe, expect, it, test, vi } from 'vitest';
import { createClient, outcomeOf, settle, useScriptedWorld } from './support/harness.js';
import { abortError, begin, run } from './support/handshakes.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

describe('while the handshake runs', () => {
  it('the client is connecting and queues what is sent', async () => {
    const { websocket, resolve, socket, names } = await begin();
    const connected = vi.fn();
    void websocket.whenConnected().then(connected);
    expect(websocket.send('early')).toBe(false);
    expect(websocket.connectionState).toBe('connecting');
    expect(websocket.isConnecting).toBe(true);
    expect(websocket.ws).toBe(socket);
    expect(socket.sent).toEqual([]);
    await settle();
    expect(connected).not.toHaveBeenCalled();
    await resolve();
    expect(connected).toHaveBeenCalledOnce();
    expect(socket.userFrames).toEqual(['early']);
    expect(names()).toEqual(['stateChange', 'stateChange', 'open', 'messageSent']);
  });

  it('the status shows the open socket', async () => {
    const handshake = () => new Promise<void>(() => undefined);
    const { websocket } = createClient({ handshake });
    void websocket.connect();
    await settle();
    const listener = vi.fn();
    websocket.subscribe(listener);
    ScriptedWebSocket.last.open();
    await settle();
    expect(listener).toHaveBeenCalledOnce();
    expect(websocket.getSnapshot()).toMatchObject({ readyState: 1 });
  });

  it('what is not received becomes messages, after open and before newer ones', async () => {
    const { connection, resolve, socket, events } = await begin();
    for (const number of [1, 2, 3]) socket.deliverJson(number);
    expect(await connection.receive()).toBe(1);
    await resolve();
    socket.deliverJson(4);
    expect(events.slice(1)).toEqual([
      ['stateChange', 'connected'],
      ['open'],
      ['message', 2],
      ['message', 3],
      ['message', 4],
    ]);
  });

  it('a message is received as the message event would carry it', async () => {
    const { connection, socket, websocket } = await begin();
    const received = [connection.receive(), connection.receive(), connection.receive(), connection.receive()];
    socket.deliver('{"a":1}');
    socket.deliver('no JSON');
    const bytes = new ArrayBuffer(2);
    socket.deliver(bytes);
    websocket.options.parse = (message) => `parsed ${typeof message}`;
    socket.deliver('x');
    expect(await Promise.all(received)).toEqual([{ a: 1 }, 'no JSON', bytes, 'parsed string']);
  });

  it('pings of the server are answered, and no message of the handshake', async () => {
    const { connection, socket } = await begin();
    const received = connection.receive();
    socket.deliver('{"type":"ping","timestamp":5}');
    expect(socket.sent).toEqual(['{"type":"pong","timestamp":5}']);
    socket.deliverJson('welcome');
    expect(await received).toBe('welcome');
  });

  it('a value is sent in the form in which the client sends it', async () => {
    const { connection, socket, websocket, names } = await begin();
    const bytes = new Uint8Array([1, 2]);
    const { send } = connection;
    send('text');
    send({ type: 'auth' });
    send(bytes);
    websocket.options.serialize = (value) => `<${String(value)}>`;
    send('text');
    expect(socket.sent).toEqual(['text', '{"type":"auth"}', bytes, '<text>']);
    expect(names()).toEqual(['stateChange']);
    expect(websocket.connectionStats.totalMessages).toBe(0);
  });

  it('a value that cannot be sent is a TypeError', async () => {
    const { connection, socket } = await begin();
    expect(() => {
      connection.send(() => undefined);
    }).toThrow(TypeError);
    expect(socket.sent).toEqual([]);
  });

  it('what the socket throws is thrown', async () => {
    const { connection, socket } = await begin();
    const thrown = new Error('of the socket');
    vi.spyOn(socket, 'send').mockImplementation(() => {
      throw thrown;
    });
    expect(() => {
      connection.send('x');
    }).toThrow(thrown);
    socket.readyState = ScriptedWebSocket.CLOSING;
    expect(() => {
      connection.send('x');
    }).toThrow(abortError);
  });

  it('the connection timeout goes on', async () => {
    const { connection, socket, getEvents, resolve } = await begin({ connectionTimeout: 3000 });
    const received = outcomeOf(connection.receive());
    vi.advanceTimersByTime(3000);
    expect(getEvents('close')).toEqual([
      [{ code: 1006, reason: 'Connection timeout', wasClean: false, shouldReconnect: true }],
    ]);
    expect(socket.closes[0]).toEqual([1000, 'Connection timeout']);
    expect(await received).toEqual({ state: 'rejected', value: abortError });
    await resolve();
    expect(getEvents('open')).toEqual([]);
  });
});

describe('the handshake is done', () => {
  it('by a function without a promise', async () => {
    const { websocket } = await run(({ send }) => {
      send('hello');
    });
    expect(websocket.isConnected).toBe(true);
    expect(ScriptedWebSocket.last.sent).toEqual(['hello']);
  });

  it('with a thenable', async () => {
    const { websocket } = await run(() => ({
      then: (resolve: (() => void) | null | undefined) => {
        resolve?.();
        return undefined as never;
      },
    }));
    expect(websocket.isConnected).toBe(true);
  });

  test('afterwards nothing is sent or received by it, and its signal is not aborted', async () => {
    const { connection, resolve, socket, getEvents } = await begin();
    const pending = outcomeOf(connection.receive());
    await resolve();
    expect(await pending).toEqual({ state: 'rejected', value: abortError });
    expect(await outcomeOf(connection.receive())).toEqual({ state: 'rejected', value: abortError });
    expect(() => {
      connection.send('late');
    }).toThrow(abortError);
    socket.deliverJson('news');
    expect(getEvents('message')).toEqual([['news']]);
    socket.end(1006);
    expect(connection.signal.aborted).toBe(false);
  });

  test('every connection has its own', async () => {
    const sockets: unknown[] = [];
    const client = await run(async ({ send, receive }, { ws }) => {
      sockets.push(ws);
      send('token');
      await receive();
    });
    ScriptedWebSocket.last.deliverJson('welcome');
    await settle();
    ScriptedWebSocket.last.end(1006);
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.open();
    await settle();
    expect(client.websocket.connectionState).toBe('reconnecting');
    ScriptedWebSocket.last.deliverJson('welcome');
    await settle();
    expect(client.websocket.isConnected).toBe(true);
    expect(sockets).toEqual(ScriptedWebSocket.made);
  });
});

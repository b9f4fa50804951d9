// The option `handshake`: the order of events around it, what its connection does, and how it ends.
import { describe, expect, it, test, vi } from 'vitest';
import {
  HandshakeError,
  type HandshakeConnection,
  type ResilientWebSocket,
  type ResilientWebSocketOptions,
} from '../../web/index.js';
import { createClient, outcomeOf, settle, useScriptedWorld, type Client } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

interface Scene extends Client {
  /** Of the newest handshake. */
  readonly connection: HandshakeConnection;
  readonly resolve: () => Promise<void>;
  readonly reject: (reason: unknown) => Promise<void>;
  readonly socket: ScriptedWebSocket;
}

/** A client whose handshake has begun, and ends by `resolve` or `reject`. */
async function begin(options: ResilientWebSocketOptions = {}): Promise<Scene> {
  const running: {
    connection: HandshakeConnection;
    resolve: () => void;
    reject: (reason: unknown) => void;
  }[] = [];
  const client = createClient({
    handshake: (connection) =>
      new Promise<void>((resolve, reject) => {
        running.push({ connection, resolve, reject });
      }),
    ...options,
  });
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  await settle();
  const [first] = running;
  if (first === undefined) throw new Error('No handshake has begun.');
  return {
    ...client,
    connection: first.connection,
    socket: ScriptedWebSocket.last,
    resolve: async () => {
      first.resolve();
      await settle();
    },
    reject: async (reason) => {
      first.reject(reason);
      await settle();
    },
  };
}

/** A client whose handshake is that function; its socket is open, and the function has run as far as it comes. */
async function run(
  handshake: (connection: HandshakeConnection, websocket: ResilientWebSocket) => void | PromiseLike<void>,
  options: ResilientWebSocketOptions = {},
): Promise<Client> {
  const client: Client = createClient({
    handshake: (connection) => handshake(connection, client.websocket),
    ...options,
  });
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  await settle();
  return client;
}

const abortError = expect.objectContaining({ name: 'AbortError' }) as Error;

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

describe('the handshake fails', () => {
  it('with a code that the close event and the socket get', async () => {
    const { reject, socket, getEvents, websocket } = await begin({ fatalCloseCodes: [4401] });
    const connected = outcomeOf(websocket.connect());
    await reject(new HandshakeError(4401, 'Bad token'));
    expect(socket.closes).toEqual([[4401, 'Bad token']]);
    expect(getEvents('close')).toEqual([
      [{ code: 4401, reason: 'Bad token', wasClean: false, shouldReconnect: false }],
    ]);
    expect(getEvents('error')).toMatchObject([[{ code: 4401, cause: { name: 'HandshakeError' } }]]);
    expect(websocket.connectionState).toBe('failed');
    expect(await connected).toMatchObject({ state: 'rejected', value: { code: 4401 } });
  });

  it.each([
    [4000, '', 'reconnecting', true],
    [1000, 'no need', 'disconnected', false],
  ])('with %d %s: %s', async (code, reason, state, shouldReconnect) => {
    const { reject, socket, getEvents, websocket } = await begin();
    await reject(new HandshakeError(code, reason));
    expect(socket.closes[0]?.[0]).toBe(code);
    expect(getEvents('close')).toEqual([[{ code, reason, wasClean: false, shouldReconnect }]]);
    expect(websocket.connectionState).toBe(state);
  });

  it('with any other error: it is logged, is the cause of the error event, and a retry follows', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { reject, socket, getEvents } = await begin({ logLevel: 'error' });
    const thrown = new Error('of the user');
    await reject(thrown);
    expect(socket.closes).toEqual([[1000, 'Handshake failed']]);
    expect(getEvents('error')).toMatchObject([
      [{ type: 'network_error', code: 1006, recoverable: true, cause: thrown }],
    ]);
    expect(getEvents('close')).toEqual([
      [{ code: 1006, reason: 'Handshake failed', wasClean: false, shouldReconnect: true }],
    ]);
    expect(log.mock.calls[0]).toEqual(['ResilientWebSocket: handshake threw', thrown]);
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });

  it('with what is no error', async () => {
    const { reject, getEvents } = await begin();
    await reject(undefined);
    expect(getEvents('error')[0]?.[0]).not.toHaveProperty('cause');
    expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: 'Handshake failed' }]]);
  });

  it('by a function that throws', async () => {
    const { getEvents } = await run(() => {
      throw new HandshakeError(3000);
    });
    expect(getEvents('close')).toMatchObject([[{ code: 3000, reason: '' }]]);
  });

  it('after the socket has closed: that was first', async () => {
    const { reject, socket, getEvents } = await begin();
    socket.end(1013);
    await reject(new HandshakeError(4000));
    expect(getEvents('close')).toMatchObject([[{ code: 1013 }]]);
  });

  it('when the page may be about to go: nothing is sent or received any more', async () => {
    const leave = new Event('beforeunload');
    const target = new EventTarget();
    vi.stubGlobal('window', target);
    vi.stubGlobal('addEventListener', target.addEventListener.bind(target));
    const { reject, socket, connection, getEvents } = await begin();
    target.dispatchEvent(leave);
    await reject(new HandshakeError(4000));
    socket.deliverJson('late');
    expect(() => {
      connection.send('late');
    }).toThrow(abortError);
    vi.advanceTimersByTime(6000);
    expect(getEvents('close')).toMatchObject([[{ code: 4000 }]]);
    expect(getEvents('message')).toEqual([]);
  });
});

describe('the attempt ends during the handshake', () => {
  const ends: [string, (scene: Scene) => void][] = [
    ['disconnect()', ({ websocket }) => websocket.disconnect()],
    ['disconnect() with a code', ({ websocket }) => websocket.disconnect(4001, 'bye')],
    ['reconnect()', ({ websocket }) => websocket.reconnect()],
    ['destroy()', ({ websocket }) => websocket.destroy()],
    ['a close of the server', ({ socket }) => socket.end(1011)],
    ['a loss', ({ socket }) => socket.break()],
    ['the connection timeout', () => vi.advanceTimersByTime(10_000)],
  ];

  it.each(ends)(
    'by %s: the signal is aborted, receive() rejects, and a late result changes nothing',
    async (_name, end) => {
      for (const isDone of [true, false]) {
        const scene = await begin();
        const { connection, socket } = scene;
        const received = outcomeOf(connection.receive());
        const aborted = vi.fn();
        connection.signal.addEventListener('abort', aborted);
        end(scene);
        expect(connection.signal.aborted).toBe(true);
        expect(connection.signal.reason).toEqual(abortError);
        expect(aborted).toHaveBeenCalledOnce();
        expect(await received).toEqual({ state: 'rejected', value: abortError });
        expect(() => {
          connection.send('late');
        }).toThrow(abortError);
        expect(socket.sent).toEqual([]);
        const before = scene.events.length;
        await (isDone ? scene.resolve() : scene.reject(new HandshakeError(4000)));
        expect(scene.events.length).toBe(before);
        expect(ScriptedWebSocket.last.sent).toEqual([]);
      }
    },
  );

  it('the failure of the function that follows is not logged', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const client = await run(async ({ receive }) => void (await receive()), { logLevel: 'error' });
    client.websocket.reconnect();
    await settle();
    expect(log).not.toHaveBeenCalled();
  });

  it('commands of a listener of the signal have their effect, and events come after it', async () => {
    const { connection, websocket, socket, events } = await begin();
    connection.signal.addEventListener('abort', () => {
      websocket.send('queued');
      websocket.disconnect();
      expect(events.map(([name]) => name)).toEqual(['stateChange']);
    });
    socket.end(1006);
    expect(websocket.connectionState).toBe('disconnected');
    await settle();
    expect(events.map(([name]) => name)).toContain('messageDropped');
  });

  it('disconnect() closes with its own code', async () => {
    const { websocket, socket } = await begin();
    websocket.disconnect(4001, 'bye');
    expect(socket.closes[0]).toEqual([4001, 'bye']);
  });
});

describe('commands inside the function', () => {
  it('destroy() ends everything', async () => {
    let wasAborted = false;
    const { websocket, names, getEvents } = await run(async ({ signal, receive }, client) => {
      client.destroy();
      wasAborted = signal.aborted;
      await receive();
    });
    expect(wasAborted).toBe(true);
    expect(websocket.isDestroyed).toBe(true);
    expect(getEvents('close')).toHaveLength(1);
    expect(names()).not.toContain('open');
  });

  it('disconnect() and connect() make another attempt', async () => {
    let calls = 0;
    const { websocket } = await run((_connection, client) => {
      if (++calls > 1) return;
      client.disconnect();
      void client.connect();
    });
    expect(ScriptedWebSocket.made).toHaveLength(2);
    ScriptedWebSocket.last.open();
    await settle();
    expect(websocket.isConnected).toBe(true);
    expect(calls).toBe(2);
  });

  it('it is not called for an attempt that ended before', async () => {
    const handshake = vi.fn();
    const { websocket } = createClient({ handshake });
    void websocket.connect();
    ScriptedWebSocket.last.open();
    websocket.disconnect();
    await settle();
    expect(handshake).not.toHaveBeenCalled();
  });
});

describe('the option', () => {
  it('must be a function', () => {
    expect(() => createClient({ handshake: 'token' as never })).toThrow(
      'Option "handshake" must be a function',
    );
  });

  it('counts for sockets that open from then on', async () => {
    const { websocket, resolve } = await begin();
    const other = vi.fn();
    websocket.options.handshake = other;
    expect(other).not.toHaveBeenCalled();
    await resolve();
    expect(websocket.isConnected).toBe(true);
    websocket.reconnect();
    ScriptedWebSocket.last.open();
    await settle();
    expect(other).toHaveBeenCalledOnce();
    websocket.options.handshake = undefined;
    websocket.reconnect();
    ScriptedWebSocket.last.open();
    expect(websocket.isConnected).toBe(true);
  });

  it('switched off within a callback before the socket opens, it is not called', async () => {
    const handshake = vi.fn();
    const { websocket } = createClient({ handshake });
    void websocket.connect();
    websocket.options.handshake = undefined;
    ScriptedWebSocket.last.open();
    expect(websocket.isConnected).toBe(true);
    await settle();
    expect(handshake).not.toHaveBeenCalled();
  });
});

describe('HandshakeError', () => {
  it('has its code and reason, and a name', () => {
    const error = new HandshakeError(4401, 'Bad token');
    expect(error).toMatchObject({ name: 'HandshakeError', code: 4401, reason: 'Bad token' });
    expect(error).toBeInstanceOf(Error);
    expect(new HandshakeError(1000).reason).toBe('');
  });

  it.each([999, 1001, 1006, 2999, 5000, 4000.5, NaN])('is no error with the code %d', (code) => {
    expect(() => new HandshakeError(code)).toThrow(RangeError);
  });

  it('of another copy of the package counts, too', async () => {
    class OtherError extends Error {
      override readonly name = 'HandshakeError';
      readonly code = 4401;
      readonly reason = 'Bad token';
    }
    const { reject, getEvents } = await begin();
    await reject(new OtherError());
    expect(getEvents('close')[0]?.[0]).toMatchObject({ code: 4401, reason: 'Bad token' });
  });

  it.each([undefined, 'x', Symbol('code'), 4401n])(
    'is an error of any other kind with the code %s',
    async (code) => {
      const { reject, getEvents } = await begin({ logLevel: 'silent' });
      await reject(Object.assign(new Error('x'), { name: 'HandshakeError', code }));
      expect(getEvents('close')[0]?.[0]).toMatchObject({ code: 1006, reason: 'Handshake failed' });
    },
  );

  it('takes a reason of 123 bytes', () => {
    expect(new HandshakeError(4000, 'x'.repeat(123)).reason).toHaveLength(123);
    expect(() => new HandshakeError(4000, 'ä'.repeat(62))).toThrow(RangeError);
  });
});

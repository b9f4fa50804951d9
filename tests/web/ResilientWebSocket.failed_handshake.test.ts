// The option `handshake`: how it ends without success, what its function may call, and HandshakeError.
import { describe, expect, it, vi } from 'vitest';
import { HandshakeError } from '../../web/index.js';
import { createClient, outcomeOf, settle, useScriptedWorld } from './support/harness.js';
import { abortError, begin, run, type Scene } from './support/handshakes.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { createGreeting, messagesOn, welcome } from './support/sessions.js';

useScriptedWorld();

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

  it('with 1000: its error is not the cause of a later one', async () => {
    const { reject, getEvents, websocket } = await begin();
    await reject(new HandshakeError(1000));
    websocket.setUrl(() => Promise.reject(new Error('no address')));
    void websocket.connect();
    await settle();
    expect(getEvents('error')).toHaveLength(1);
    expect(getEvents('error')[0]?.[0]).not.toHaveProperty('cause');
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

it('send() of a handshake in a session refuses a text like a control frame, and says why', async () => {
  const errors: unknown[] = [];
  createGreeting({
    handshake: ({ send }) => {
      try {
        send('{"rws":"bye"}');
      } catch (error) {
        errors.push(error);
      }
      send('{"rws" :"a message"}');
    },
  });
  welcome();
  await settle();
  expect(errors).toEqual([new RangeError('A message must not begin with {"rws":"')]);
  expect(messagesOn(ScriptedWebSocket.last)).toEqual(['{"rws" :"a message"}']);
});

// The option `heartbeat` as a user of the package sees it, with servers of several protocols.
import { describe, expect, it, test, vi } from 'vitest';
import { type HeartbeatOption, type ResilientWebSocketOptions } from '../../web/index.js';
import { createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const text: HeartbeatOption = {
  message: 'ping',
  isReply: (data) => data === 'pong',
  answer: (data) => (data === 'ping' ? 'pong' : undefined),
};
const fast: ResilientWebSocketOptions = { pingInterval: 1000, pongTimeout: 500 };

/** Makes the last socket a server: what is sent to it is answered 10 ms later. */
function serve(answer: (frame: unknown, socket: ScriptedWebSocket) => unknown): ScriptedWebSocket {
  const socket = ScriptedWebSocket.last;
  const send = socket.send.bind(socket);
  socket.send = (frame) => {
    send(frame);
    setTimeout(() => {
      const reply = answer(frame, socket);
      if (reply !== undefined) socket.deliver(reply);
    }, 10);
  };
  return socket;
}

describe('pings of another protocol', () => {
  it('are sent in their form, and the answer is no message', () => {
    const { websocket, getEvents } = createConnected({ ...fast, heartbeat: text });
    const socket = serve((frame) => (frame === 'ping' ? 'pong' : undefined));
    vi.advanceTimersByTime(3100);
    expect(socket.sent).toEqual(['ping', 'ping', 'ping']);
    expect(getEvents('message')).toEqual([]);
    expect(getEvents('latency')).toEqual(Array(3).fill([{ roundTripTime: 10 }]));
    expect(websocket.lastPong).toBe(Date.now() - 90);
    expect(websocket.connectionState).toBe('connected');
  });

  it('are made by a function, each anew', () => {
    let count = 0;
    const heartbeat = { message: () => `{"op":"ping","n":${++count}}`, isReply: isPong };
    function isPong(data: unknown) {
      return (data as { op?: string }).op === 'pong';
    }
    const { getEvents } = createConnected({ ...fast, heartbeat });
    const socket = serve(() => '{"op":"pong"}');
    vi.advanceTimersByTime(2100);
    expect(socket.sent).toEqual(['{"op":"ping","n":1}', '{"op":"ping","n":2}']);
    expect(getEvents('message')).toEqual([]);
  });

  it('that a silent server does not answer lead to a new connection, and then to an error', () => {
    const { websocket, getEvents } = createConnected({ ...fast, heartbeat: text });
    vi.advanceTimersByTime(1500);
    expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: 'Pong timeout' }]]);
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.open();
    vi.advanceTimersByTime(600_000);
    expect(getEvents('error')).toMatchObject([[{ type: 'heartbeat_unanswered' }]]);
    expect(websocket.isConnected).toBe(true);
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });

  it('that an echo server returns can count as answers', () => {
    const heartbeat = { message: 'ping', isReply: (data: unknown) => data === 'ping' };
    const { websocket, getEvents } = createConnected({ ...fast, heartbeat });
    serve((frame) => frame);
    vi.advanceTimersByTime(3100);
    websocket.send('hello');
    vi.advanceTimersByTime(10);
    expect(getEvents('message')).toEqual([['hello']]);
    expect(getEvents('latency')).toHaveLength(3);
  });

  it('are answered by a server that sends binary only', () => {
    const heartbeat = {
      message: 'ping',
      isReply: (data: unknown) => data instanceof ArrayBuffer && data.byteLength === 1,
    };
    const { getEvents } = createConnected({ ...fast, heartbeat, binaryType: 'arraybuffer' });
    const socket = serve(() => new ArrayBuffer(1));
    vi.advanceTimersByTime(1100);
    const message = new ArrayBuffer(2);
    socket.deliver(message);
    expect(getEvents('message')).toEqual([[message]]);
    expect(getEvents('latency')).toHaveLength(1);
  });

  it('put no JSON into a protocol that closes with 4400 on a type it does not know', () => {
    const strict = (frame: unknown, socket: ScriptedWebSocket): unknown => {
      if (frame === 'ping') return 'pong';
      socket.end(4400);
      return undefined;
    };
    const { websocket, getEvents } = createConnected({ ...fast, heartbeat: text });
    const socket = serve(strict);
    socket.deliver('{"type":"ping","timestamp":1}');
    socket.deliver('{"type":"pong","timestamp":1}');
    vi.advanceTimersByTime(2100);
    expect(getEvents('message')).toHaveLength(2);
    expect(getEvents('close')).toEqual([]);
    websocket.options.heartbeat = true;
    vi.advanceTimersByTime(1100);
    expect(getEvents('close')).toMatchObject([[{ code: 4400 }]]);
  });

  it('without isReply have no answers: everything is a sign of life, and a message', () => {
    const { websocket, getEvents } = createConnected({ ...fast, heartbeat: { message: 'ping' } });
    serve(() => 'pong');
    vi.advanceTimersByTime(10_100);
    expect(getEvents('message')).toEqual(Array(10).fill(['pong']));
    expect(getEvents('latency')).toEqual([]);
    expect(websocket.connectionState).toBe('connected');
  });

  it('prove messages delivered', () => {
    const { websocket, getEvents } = createConnected({ heartbeat: text });
    websocket.send('first');
    vi.advanceTimersByTime(250);
    expect(ScriptedWebSocket.last.sent).toEqual(['first', 'ping']);
    ScriptedWebSocket.last.deliver('pong');
    websocket.send('second');
    ScriptedWebSocket.last.end(1006);
    expect(getEvents('messageUnconfirmed')).toEqual([[{ data: 'second', id: 2 }]]);
  });

  it('have functions that get what parse has made', () => {
    const heartbeat = { message: 'ping', isReply: (data: unknown) => data === 'PONG' };
    const { getEvents } = createConnected({
      ...fast,
      heartbeat,
      parse: (data) => (data as string).toUpperCase(),
    });
    serve(() => 'pong');
    vi.advanceTimersByTime(1100);
    ScriptedWebSocket.last.deliver('news');
    expect(getEvents('message')).toEqual([['NEWS']]);
  });

  it('wait on a socket that takes none, and the next one is sent', () => {
    const { websocket } = createConnected({ ...fast, heartbeat: text });
    const socket = serve(() => 'pong');
    const { send } = socket;
    socket.send = () => {
      throw new Error('full');
    };
    vi.advanceTimersByTime(1000);
    socket.deliver('news');
    socket.send = send;
    vi.advanceTimersByTime(1100);
    expect(socket.sent).toEqual(['ping']);
    expect(websocket.connectionState).toBe('connected');
  });
});

describe('pings of the server', () => {
  const bytes = new Uint8Array([1, 2]);

  it.each([
    ['a text', 'pong', {}, 'pong'],
    ['binary', bytes, {}, bytes],
    ['a JSON value', { type: 'pong' }, {}, '{"type":"pong"}'],
    ['a value for serialize', 'pong', { serialize: (data: unknown) => `<${String(data)}>` }, '<pong>'],
    ['an empty text', '', {}, ''],
  ])('are answered by %s', (_name, reply, options: ResilientWebSocketOptions, sent) => {
    const heartbeat = { message: 'ping', answer: (data: unknown) => (data === 'ping' ? reply : undefined) };
    const { getEvents } = createConnected({ ...options, heartbeat, enableHeartbeat: false });
    ScriptedWebSocket.last.deliver('ping');
    expect(ScriptedWebSocket.last.sent).toEqual([sent]);
    ScriptedWebSocket.last.deliver('news');
    expect(getEvents('message')).toEqual([['news']]);
    expect(getEvents('messageSent')).toEqual([]);
  });

  it('are a sign of life', () => {
    const { websocket } = createConnected({ ...fast, heartbeat: text });
    for (let round = 0; round < 20; ++round) {
      vi.advanceTimersByTime(400);
      ScriptedWebSocket.last.deliver('ping');
    }
    expect(ScriptedWebSocket.last.sent.filter((frame) => frame === 'pong')).toHaveLength(20);
    expect(websocket.connectionState).toBe('connected');
  });

  it.each([
    ['is too large', () => 'a'.repeat(65536)],
    ['is no JSON', () => 1n],
  ])('are messages if the reply %s', (_name, answer) => {
    const { getEvents } = createConnected({ heartbeat: { message: 'ping', answer } });
    ScriptedWebSocket.last.deliver('ping');
    expect(ScriptedWebSocket.last.sent).toEqual([]);
    expect(getEvents('message')).toEqual([['ping']]);
  });
});

describe('a limit for silence', () => {
  it('ends a connection on which nothing arrives, without a ping', () => {
    const { websocket, getEvents } = createConnected({ heartbeat: { silence: 2000 } });
    const socket = ScriptedWebSocket.last;
    vi.advanceTimersByTime(1500);
    socket.deliver('news');
    websocket.send('hello');
    vi.advanceTimersByTime(1999);
    expect(websocket.connectionState).toBe('connected');
    vi.advanceTimersByTime(1);
    expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: 'Silence timeout' }]]);
    expect(socket.sent).toEqual(['hello']);
  });

  it('answers the JSON pings of the server', () => {
    createConnected({ heartbeat: { silence: 2000 } });
    ScriptedWebSocket.last.deliver('{"type":"ping","timestamp":1}');
    expect(ScriptedWebSocket.last.sent).toEqual(['{"type":"pong","timestamp":1}']);
  });

  it('does not count without a heartbeat', () => {
    const { websocket } = createConnected({ heartbeat: { silence: 2000 }, enableHeartbeat: false });
    vi.advanceTimersByTime(60_000);
    expect(websocket.connectionState).toBe('connected');
  });
});

test('with false nothing is sent, and silence is no loss', () => {
  const { websocket } = createConnected({ heartbeat: false });
  websocket.send('hello');
  vi.advanceTimersByTime(3_600_000);
  expect(ScriptedWebSocket.last.sent).toEqual(['hello']);
  expect(websocket.connectionState).toBe('connected');
});

test('a member that is undefined counts as left out', () => {
  const { websocket, getEvents } = createConnected({
    ...fast,
    heartbeat: { silence: 700, message: undefined } as HeartbeatOption,
  });
  vi.advanceTimersByTime(700);
  expect(getEvents('close')).toMatchObject([[{ reason: 'Silence timeout' }]]);
  websocket.options.heartbeat = {
    message: 'ping',
    silence: undefined,
    answer: undefined,
  } as unknown as HeartbeatOption;
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.last.sent).toEqual(['ping']);
});

test('the value is a copy that cannot be changed', () => {
  const given: { message: string } = { message: 'ping' };
  const { websocket } = createConnected({ ...fast, heartbeat: given });
  given.message = 'other';
  expect(websocket.options.heartbeat).toEqual({ message: 'ping' });
  expect(Object.isFrozen(websocket.options.heartbeat)).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.last.sent).toEqual(['ping']);
});

describe('functions that call the client', () => {
  it('message: what it sends goes behind the ping', () => {
    const heartbeat = {
      message: () => {
        if (websocket.connectionStats.totalMessages === 0) expect(websocket.send('from inside')).toBe(false);
        return 'ping';
      },
    };
    const { websocket } = createConnected({ pingInterval: 1000, heartbeat });
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last.sent).toEqual(['ping', 'from inside']);
  });

  it('message: an event that it causes is delivered', () => {
    const heartbeat = {
      message: () => {
        websocket.send(1n);
        return '';
      },
    };
    const { websocket, getEvents } = createConnected({ pingInterval: 1000, heartbeat });
    vi.advanceTimersByTime(1000);
    expect(getEvents('error')).toMatchObject([[{ type: 'invalid_message' }]]);
  });

  it('answer: what a double sends back at once, while it is given the reply, is delivered', () => {
    const { getEvents } = createConnected({ heartbeat: text });
    const socket = ScriptedWebSocket.last;
    socket.send = () => {
      socket.deliver('news');
    };
    socket.deliver('ping');
    expect(getEvents('message')).toEqual([['news']]);
  });

  const calls = ['destroy', 'disconnect', 'reconnect'] as const;
  const cases = calls.flatMap((call) =>
    (['message', 'isReply', 'answer'] as const).map((at) => [call, at] as const),
  );

  it.each(cases)('%s() inside of %s', async (call, at) => {
    const act = (): undefined => websocket[call]() as undefined;
    const heartbeat: HeartbeatOption = {
      message: at === 'message' ? () => (act(), 'ping') : 'ping',
      ...(at === 'isReply' && { isReply: () => (act(), false) }),
      ...(at === 'answer' && { answer: () => (act(), 'pong') }),
    };
    const { websocket, getEvents } = createConnected({ pingInterval: 1000, heartbeat });
    const socket = ScriptedWebSocket.last;
    if (at === 'message') vi.advanceTimersByTime(1000);
    else socket.deliver('ping');
    expect(getEvents('message')).toEqual([]);
    expect(socket.sent).toEqual(at === 'message' ? ['ping'] : []);
    expect(socket.closes).toHaveLength(1);
    expect(websocket.isDestroyed).toBe(call === 'destroy');
    await Promise.resolve();
    vi.advanceTimersByTime(5000);
    expect(getEvents('message')).toEqual([]);
  });

  it('isReply: an answer for a connection that it has ended counts for none', () => {
    const heartbeat = { message: 'ping', isReply: () => (websocket.reconnect(), true) };
    const { websocket, getEvents } = createConnected({ pingInterval: 1000, heartbeat });
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.deliver('pong');
    expect(getEvents('latency')).toEqual([]);
    expect(getEvents('message')).toEqual([]);
  });
});

test('what the socket throws for a ping is not the cause of a later error', () => {
  const { getEvents } = createConnected({ ...fast, heartbeat: text });
  ScriptedWebSocket.last.send = () => {
    throw new Error('of the ping');
  };
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.end(1008);
  expect(getEvents('error')).toHaveLength(1);
  expect(getEvents('error')[0]?.[0]).not.toHaveProperty('cause');
});

test('a connection without pongs is healthy if the heartbeat has become one without isReply', () => {
  const { websocket } = createConnected({ ...fast, heartbeat: text });
  serve(() => 'pong');
  vi.advanceTimersByTime(5000);
  websocket.options.heartbeat = { message: 'ping' };
  vi.advanceTimersByTime(120_000);
  expect(websocket.checkConnectionHealth()).toMatchObject({ connected: true, isHealthy: true });
});

test('a heartbeat can be changed at any time', () => {
  const { websocket } = createConnected({ ...fast, heartbeat: false });
  const socket = serve(() => 'pong');
  vi.advanceTimersByTime(5000);
  expect(socket.sent).toEqual([]);
  websocket.options.heartbeat = text;
  vi.advanceTimersByTime(1010);
  expect(socket.sent).toEqual(['ping']);
  websocket.options.heartbeat = undefined as never;
  expect(websocket.options.heartbeat).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(socket.controlFrames).toMatchObject([{ type: 'ping' }]);
});

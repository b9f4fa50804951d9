// What platforms do differently from the standard, as far as a class can show it. Real ones: scripts/platforms.mjs.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, outcomeOf, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('an error before open without a close ends the attempt in the next task', async () => {
  const { websocket, names } = createClient({ connectionTimeout: 60_000, enableAutoReconnect: false });
  const connected = websocket.connect();
  ScriptedWebSocket.last.fail();
  vi.advanceTimersByTime(1);
  expect(names('stateChange')).toEqual(['error', 'close']);
  expect(await outcomeOf(connected)).toMatchObject({ state: 'rejected', value: { code: 1006 } });
});

test('an error before open with a close in the same task is one loss, with what the close says', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.fail();
  ScriptedWebSocket.last.end(1011, 'down');
  vi.advanceTimersByTime(1);
  expect(getEvents('close')).toMatchObject([[{ code: 1011, reason: 'down' }]]);
  expect(getEvents('error')).toHaveLength(1);
  expect(websocket.connectionStats.totalErrors).toBe(1);
});

test('an error of an open socket waits for its close', () => {
  const { websocket, getEvents } = createConnected();
  ScriptedWebSocket.last.fail();
  vi.advanceTimersByTime(1000);
  expect(websocket.isConnected).toBe(true);
  ScriptedWebSocket.last.end(1002, 'bad frame');
  expect(getEvents('close')).toMatchObject([[{ code: 1002, reason: 'bad frame' }]]);
});

test('an error after disconnect() before open brings the close event', () => {
  const { websocket, getEvents } = createClient();
  websocket.connect().catch(() => undefined);
  websocket.disconnect();
  ScriptedWebSocket.last.fail();
  vi.advanceTimersByTime(1);
  expect(getEvents('close')).toMatchObject([[{ code: 1006 }]]);
});

test('no command leaves a socket without a handler for errors', async () => {
  for (const end of ['destroy', 'reconnect', 'disconnect'] as const) {
    const { websocket } = createClient();
    websocket.connect().catch(() => undefined);
    const socket = ScriptedWebSocket.last;
    websocket[end]();
    expect(socket.onerror).toBeTypeOf('function');
    websocket.destroy();
    await settle();
    expect(socket.onerror).toBeTypeOf('function');
  }
  const { websocket } = createClient({ connectionTimeout: 100 });
  websocket.connect().catch(() => undefined);
  vi.advanceTimersByTime(100);
  expect(websocket.connectionState).toBe('reconnecting');
  expect(ScriptedWebSocket.last.onerror).toBeTypeOf('function');
});

test('a close code that is none is 1006: Deno has 0 for a refusal', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.end(0, '', false);
  expect(getEvents('close')).toMatchObject([[{ code: 1006, shouldReconnect: true }]]);
  expect(getEvents('error')).toMatchObject([[{ type: 'network_error', code: 1006 }]]);
});

const members = [
  ...['onopen', 'onmessage', 'onerror', 'onclose', 'binaryType', 'readyState', 'bufferedAmount'],
  ...['send', 'close', 'url', 'protocol'],
];
const accesses = members.flatMap((member) => [[member, 'read'] as const, [member, 'written'] as const]);

test.each(accesses)('a %s that throws when it is %s harms nothing', async (member, access) => {
  const refuse = () => {
    throw new Error('no');
  };
  class Throwing extends ScriptedWebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      let value: unknown = Reflect.get(this, member);
      Object.defineProperty(this, member, {
        get: access === 'read' ? refuse : () => value,
        set: access === 'written' ? refuse : (given: unknown) => (value = given),
      });
    }
  }
  Throwing.install();
  const { websocket } = createClient({ maxReconnectAttempts: 1 });
  const outcome = outcomeOf(websocket.connect());
  for (let round = 0; round < 3; ++round) {
    const socket = ScriptedWebSocket.last;
    try {
      socket.open();
      socket.deliver('"text"');
      socket.fail();
    } catch {
      // The test's own access.
    }
    expect(() => websocket.send('x')).not.toThrow();
    expect(websocket.getStatus().readyState).toBeTypeOf('number');
    websocket.options.binaryType = round % 2 === 0 ? 'arraybuffer' : 'blob';
    vi.advanceTimersByTime(20_000);
  }
  await outcome;
  websocket.reconnect();
  websocket.disconnect();
  expect(websocket.connectionState).toBe('disconnected');
  websocket.destroy();
  await settle();
});

test("the platform's own binaryType is kept where it takes no other", () => {
  class Stubborn extends ScriptedWebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      Object.defineProperty(this, 'binaryType', {
        get: () => 'nodebuffer',
        set: () => {
          throw new TypeError('no');
        },
      });
    }
  }
  Stubborn.install();
  const { websocket, getEvents } = createConnected();
  expect(websocket.isConnected).toBe(true);
  const bytes = new Uint8Array([1]);
  ScriptedWebSocket.last.deliver(bytes);
  expect(getEvents('message')).toEqual([[bytes]]);
  expect(ScriptedWebSocket.last.binaryType).toBe('nodebuffer');
});

const told: [string, unknown, string | undefined][] = [
  [
    'the message of the event (ws)',
    { message: 'connect ECONNREFUSED 127.0.0.1:1' },
    'connect ECONNREFUSED 127.0.0.1:1',
  ],
  [
    'the message of its error',
    { message: '', error: new Error('Unexpected server response: 401') },
    'Unexpected server response: 401',
  ],
  [
    'the code of an error for several hosts',
    { error: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) },
    'ECONNREFUSED',
  ],
  ['nothing (browsers)', { type: 'error' }, undefined],
  ['no event at all', undefined, undefined],
  ['a message that is none', { message: 5 }, undefined],
  [
    'a message with the URL (Bun)',
    { message: 'WebSocket connection to \'ws://me:S3CR3T@h/ws?token=S3CR3T&a="S3CR3T"\' failed: 401' },
    "WebSocket connection to 'ws://h/ws' failed: 401",
  ],
];

test.each(told)('the cause of an error is what the platform says: %s', (_name, event, message) => {
  const debug = vi.spyOn(console, 'debug').mockImplementation(() => undefined);
  for (const method of ['log', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
  const { websocket, getEvents } = createClient({ logLevel: 'debug' });
  void websocket.connect();
  ScriptedWebSocket.last.onerror?.(event);
  ScriptedWebSocket.last.end(1006);
  const error = getEvents('error')[0]?.[0];
  if (message === undefined) expect(error).not.toHaveProperty('cause');
  else expect(error?.cause).toEqual(new Error(message));
  expect(debug.mock.calls).toEqual(message === undefined ? [] : [[`ResilientWebSocket: ${message}`]]);
  // It is the cause of that error only.
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.end(1006);
  expect(getEvents('error')[1]?.[0]).not.toHaveProperty('cause');
});

test('1003 and 1008 have texts of their own', () => {
  for (const [locale, unsupported, denied] of [
    ['ru', 'Данные не поддерживаются сервером', 'Сервер отказал в доступе'],
    ['en', 'The server does not support the data', 'The server denied access'],
  ] as const) {
    for (const [code, message] of [
      [1003, unsupported],
      [1008, denied],
    ] as const) {
      const { getEvents } = createConnected({ locale });
      ScriptedWebSocket.last.end(code);
      expect(getEvents('error')).toEqual([[{ type: 'auth_error', code, recoverable: false, message }]]);
    }
  }
});

test('a server that never answers the close frame: the close event comes after closeGrace, with the code as sent', () => {
  for (const [args, code] of [
    [[], 1000],
    [[1000, 'bye'], 1000],
    [[4001, 'bye'], 4001],
  ] as [[code?: number, reason?: string], number][]) {
    const { websocket, getEvents } = createConnected({ closeGrace: 300 });
    websocket.disconnect(...args);
    expect(ScriptedWebSocket.last.closes[0]).toEqual(args.length > 0 ? args : [1000, 'Disconnect requested']);
    vi.advanceTimersByTime(299);
    expect(getEvents('close')).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(getEvents('close')).toMatchObject([[{ code, wasClean: false, shouldReconnect: false }]]);
    // The next connection knows nothing of it.
    websocket.reconnect();
    ScriptedWebSocket.last.open();
    websocket.reconnect();
    expect(getEvents('close').at(-1)).toMatchObject([{ code: 1000 }]);
    websocket.destroy();
  }
});

test('the code of a disconnect() that closed nothing is forgotten', () => {
  const { websocket, getEvents } = createClient();
  websocket.disconnect(4001);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.disconnect();
  expect(ScriptedWebSocket.last.closes[0]).toEqual([1000, 'Disconnect requested']);
  ScriptedWebSocket.last.end(1000);
  expect(getEvents('close')).toMatchObject([[{ code: 1000, wasClean: true }]]);
});

test('the code of disconnect() counts inside listeners and callbacks too', () => {
  const { websocket } = createConnected();
  websocket.once('message', () => websocket.disconnect(4002, 'enough'));
  ScriptedWebSocket.last.deliver('1');
  expect(ScriptedWebSocket.last.closes[0]).toEqual([4002, 'enough']);
});

test.each([
  [[999], 'code'],
  [[1001], 'code'],
  [[2999], 'code'],
  [[5000], 'code'],
  [[3000.5], 'code'],
  [[Number.NaN], 'code'],
  [[1000, 'x'.repeat(124)], 'reason'],
  [[4000, 'ж'.repeat(62)], 'reason'],
] as [[number, string?], string][])('disconnect%j is a RangeError and changes nothing', (args, name) => {
  const { websocket } = createConnected();
  expect(() => websocket.disconnect(...args)).toThrow(RangeError);
  expect(() => websocket.disconnect(...args)).toThrow(name);
  expect(websocket.isConnected).toBe(true);
});

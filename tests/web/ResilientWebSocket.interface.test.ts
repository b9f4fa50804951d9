// What a program can do with a client beyond the original's interface: page-wide defaults, iteration, its own formats,
// proxies around it.
import { afterEach, expect, test, vi } from 'vitest';
import ResilientWebSocket from '../../web/index.js';
import {
  createClient,
  createConnected,
  outcomeOf,
  serverUrl,
  settle,
  useScriptedWorld,
} from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

afterEach(() => {
  ResilientWebSocket.defaults = {};
});

// --- defaults

test('defaults hold for every client that is created afterwards, where its own options say nothing', () => {
  const before = createClient().websocket;
  ResilientWebSocket.defaults = { locale: 'en', pingInterval: 5000, closeGrace: undefined };
  const { websocket } = createClient();
  expect(websocket.getUserFriendlyStatus().text).toBe('Disconnected');
  expect(websocket.options).toMatchObject({ locale: 'en', pingInterval: 5000, closeGrace: 15_000 });
  expect(createClient({ locale: 'ru', pingInterval: undefined }).websocket.options).toMatchObject({
    locale: 'ru',
    pingInterval: 5000,
  });
  expect(before.options).toMatchObject({ locale: 'ru', pingInterval: 30_000 });
  // A client keeps those of its creation.
  ResilientWebSocket.defaults.locale = 'ru';
  websocket.options.pingInterval = 1000;
  websocket.options.pingInterval = undefined as never;
  expect(websocket.options).toMatchObject({ locale: 'en', pingInterval: 5000 });
});

test('a bad default is refused by the client that would have it', () => {
  ResilientWebSocket.defaults = { jitter: 2 };
  expect(() => new ResilientWebSocket(serverUrl)).toThrow('Option "jitter" must be a number from 0 to 1');
});

// --- for await

/** Iterates until the end; what was received, and how it ended. */
function iterate(websocket: ResilientWebSocket) {
  const received: unknown[] = [];
  const ended = (async () => {
    for await (const message of websocket) received.push(message);
  })();
  return { received, ended };
}

test('for await gives the messages of all connections until disconnect()', async () => {
  const { websocket } = createClient();
  const { received, ended } = iterate(websocket);
  void websocket.connect();
  await settle();
  ScriptedWebSocket.last.open();
  for (const number of [1, 2]) ScriptedWebSocket.last.deliverJson(number);
  await settle();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  ScriptedWebSocket.last.deliverJson(3);
  // Those that came before the end are not lost.
  websocket.disconnect();
  expect(await outcomeOf(ended)).toMatchObject({ state: 'resolved' });
  for (let round = 0; round < 5; ++round) await settle();
  expect(received).toEqual([1, 2, 3]);
});

test('for await ends when the client is destroyed, and throws when it fails', async () => {
  const destroyed = createConnected().websocket;
  const first = iterate(destroyed);
  await settle();
  destroyed.destroy();
  await settle();
  expect(await outcomeOf(first.ended)).toMatchObject({ state: 'resolved' });

  const failed = createConnected().websocket;
  const second = iterate(failed);
  await settle();
  ScriptedWebSocket.last.deliverJson('last');
  ScriptedWebSocket.last.end(1008);
  await settle();
  await settle();
  expect(await outcomeOf(second.ended)).toMatchObject({
    state: 'rejected',
    value: { name: 'ConnectionError', state: 'failed', code: 1008 },
  });
  expect(second.received).toEqual(['last']);

  const early = createClient().websocket;
  const third = iterate(early);
  await settle();
  early.destroy();
  expect(await outcomeOf(third.ended)).toMatchObject({
    state: 'rejected',
    value: { name: 'DestroyedError' },
  });
});

test('a loop that is left takes its listeners with it', async () => {
  const websocket = new ResilientWebSocket(serverUrl, { logLevel: 'silent' });
  void websocket.connect();
  ScriptedWebSocket.last.open();
  const left = (async () => {
    for await (const message of websocket) if (message === 'stop') break;
  })();
  await settle();
  ScriptedWebSocket.last.deliverJson('stop');
  await settle();
  expect(await outcomeOf(left)).toMatchObject({ state: 'resolved' });
  expect(websocket.emit('message', 'more')).toBe(false);
  websocket.destroy();
});

// --- formats

test('parse makes the values of messages, text and binary', () => {
  const parse = vi.fn((message: unknown) => ({ got: message }));
  const { getEvents } = createConnected({ parse, messageFormat: 'text' });
  const bytes = new Uint8Array([1]);
  ScriptedWebSocket.last.deliver('{"a":1}');
  ScriptedWebSocket.last.deliver(bytes);
  expect(getEvents('message')).toEqual([[{ got: '{"a":1}' }], [{ got: bytes }]]);
  // Control frames are the client's own.
  ScriptedWebSocket.last.deliver('{"type":"ping","timestamp":1}');
  expect(parse).toHaveBeenCalledTimes(2);
});

test('a message that parse refuses arrives as it came', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const thrown = new Error('not mine');
  const { websocket, getEvents } = createConnected({
    logLevel: 'error',
    parse: () => {
      throw thrown;
    },
  });
  ScriptedWebSocket.last.deliver('x');
  expect(getEvents('message')).toEqual([['x']]);
  expect(error.mock.calls).toEqual([['ResilientWebSocket: parse threw', thrown]]);
  expect(websocket.isConnected).toBe(true);
});

test('serialize makes the message of whatever is sent, once, also of what waits', () => {
  const shared = new Uint8Array([1, 2, 3, 4]);
  const serialize = vi.fn((data: unknown) => {
    if (typeof data === 'number') return shared.fill(data).subarray(0, 2);
    return typeof data === 'string' ? `<${data}>` : { wrapped: data };
  });
  const { websocket } = createClient({ serialize });
  websocket.send('text');
  websocket.send(7);
  websocket.send(8);
  expect(websocket.messageQueue).toEqual(['text', 7, 8]);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.send(true);
  expect(ScriptedWebSocket.last.userFrames).toEqual([
    '<text>',
    new Uint8Array([7, 7]).buffer,
    new Uint8Array([8, 8]).buffer,
    '{"wrapped":true}',
  ]);
  expect(serialize).toHaveBeenCalledTimes(4);
});

test.each<[string, () => unknown]>([
  ['throws', () => Reflect.get(undefined as never, 'x')],
  ['gives nothing', () => undefined],
])('a value for which serialize %s is refused', (_name, serialize) => {
  const { websocket, getEvents } = createConnected({ serialize });
  expect(websocket.send('x')).toBe(false);
  expect(getEvents('error')).toMatchObject([[{ type: 'invalid_message' }]]);
  expect(ScriptedWebSocket.last.userFrames).toEqual([]);
});

// --- proxies

test('a client works through a Proxy, be it one that wraps what it returns', () => {
  const handler: ProxyHandler<ResilientWebSocket> = {
    get: (target, key, receiver) => {
      const value: unknown = Reflect.get(target, key, receiver);
      return typeof value === 'object' && value !== null && !(value instanceof Promise)
        ? new Proxy(value as ResilientWebSocket, handler)
        : value;
    },
  };
  for (const traps of [{}, handler]) {
    const client = createClient();
    const proxy = new Proxy<typeof client.websocket>(client.websocket, traps);
    const received: unknown[] = [];
    expect(proxy.on('message', (message) => received.push(message))).toBe(proxy);
    void proxy.connect();
    ScriptedWebSocket.last.open();
    expect([proxy.isConnected, proxy.connectionState, proxy.getStatus().connected]).toEqual([
      true,
      'connected',
      true,
    ]);
    expect(proxy.send('x')).toBe(true);
    ScriptedWebSocket.last.deliverJson(1);
    proxy.options.pingInterval = 1234;
    expect(client.websocket.options.pingInterval).toBe(1234);
    proxy.destroy();
    expect(received).toEqual([1]);
    expect(() => proxy.send('x')).toThrow('destroyed');
  }
});

test("Vue's reactive() and the like leave a client as it is: it is no plain object", () => {
  const { websocket } = createClient();
  expect(Object.prototype.toString.call(websocket)).toBe('[object ResilientWebSocket]');
  expect(Object.keys(websocket)).toEqual([]);
  expect(JSON.stringify(websocket)).toBe('{}');
});

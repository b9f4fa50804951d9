// The sizes with which messages are given to the core. Texts are given unmeasured; the size of a long one is given when the
// socket has taken it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadCore } from '../../web/core/load.js';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

// What the core was given: id, bytes, whether that is exact.
let given: unknown[][] = [];
// What it was given afterwards: id, bytes.
let estimated: unknown[][] = [];
const { module } = loadCore();
const { _rwsTrySendNow, _rwsMessageEstimated } = module;

beforeEach(() => {
  given = [];
  estimated = [];
  module._rwsMessageEstimated = (client, ...message) => {
    estimated.push(message);
    _rwsMessageEstimated(client, ...message);
  };
  module._rwsTrySendNow = (client, ...message) => {
    given.push(message);
    return _rwsTrySendNow(client, ...message);
  };
});

afterEach(() => {
  Object.assign(module, { _rwsTrySendNow, _rwsMessageEstimated });
});

test.each([
  ['an empty text', '', 0, false],
  ['a text of 512 units', 'a'.repeat(512), 512, false],
  ['a Cyrillic text of 512 units', 'ж'.repeat(512), 512, false],
  ['a small value', { a: 'é' }, 9, false],
  ['binary', new Uint8Array(3), 3, true],
  ['large binary', new Uint8Array(3000), 3000, true],
  ['a Blob', new Blob(['ж']), 2, true],
])('no size is given after %s', (_name, data, bytes, isExact) => {
  const { websocket } = createConnected();
  expect(websocket.send(data)).toBe(true);
  expect(given).toEqual([[1, bytes, isExact]]);
  expect(estimated).toEqual([]);
});

const longTexts = [
  ['a text of 513 units', 'a'.repeat(513), 513, 513],
  ['a Cyrillic text of 513 units', 'ж'.repeat(513), 513, 1026],
  ['a long text with a lone surrogate', `${'€'.repeat(2000)}\ud800`, 2001, 6003],
  ['a long text that ends with a surrogate pair', `${'a'.repeat(2000)}😀`, 2002, 2004],
  ['a large value', ['é'.repeat(600)], 604, 1204],
] as const;

test.each(longTexts)('%s is measured by bufferedAmount', (_name, data, units, bytes) => {
  const { websocket } = createConnected();
  const socket = ScriptedWebSocket.last;
  socket.bufferedAmount = 100;
  vi.spyOn(socket, 'send').mockImplementation(() => {
    socket.bufferedAmount += bytes;
  });
  expect(websocket.send(data)).toBe(true);
  expect(given).toEqual([[1, units, false]]);
  expect(estimated).toEqual([[1, bytes]]);
});

test.each(longTexts)('%s is sent where bufferedAmount does not show its size', (_name, data, units) => {
  for (const wrong of [0, -1, NaN, units - 1, 3 * units + 1, 1n]) {
    const { websocket } = createConnected();
    const socket = ScriptedWebSocket.last;
    vi.spyOn(socket, 'send').mockImplementation(() => {
      Object.assign(socket, { bufferedAmount: wrong });
    });
    expect(websocket.send(data)).toBe(true);
    Object.assign(socket, { bufferedAmount: 3 * units });
    socket.break();
    expect(websocket.messageQueue).toEqual([data]);
  }
});

test('a socket whose bufferedAmount throws takes a long text', () => {
  const { websocket } = createConnected();
  Object.defineProperty(ScriptedWebSocket.last, 'bufferedAmount', {
    get: () => {
      throw new Error('no amount');
    },
  });
  expect(websocket.send('ж'.repeat(600))).toBe(true);
  expect(estimated).toEqual([[1, NaN]]);
});

test('a long text that earlier data made seem short is sent once', () => {
  const { websocket, getEvents } = createConnected({ messageFormat: 'text' });
  const socket = ScriptedWebSocket.last;
  websocket.send('a'.repeat(600));
  socket.bufferedAmount = 600;
  vi.spyOn(socket, 'send').mockImplementation(() => {
    socket.bufferedAmount = 2000;
  });
  expect(websocket.send('ж'.repeat(1000))).toBe(true);
  expect(estimated.at(-1)).toEqual([2, 1400]);
  socket.break();
  vi.advanceTimersByTime(10_000);
  const next = ScriptedWebSocket.last;
  next.open();
  expect(next.sent).toEqual(['ж'.repeat(1000)]);
  expect(getEvents('messageUnconfirmed')).toMatchObject([[{ data: 'a'.repeat(600) }]]);
});

test('a long text that the socket refuses is not measured', () => {
  const { websocket } = createConnected();
  vi.spyOn(ScriptedWebSocket.last, 'send').mockImplementation(() => {
    throw new Error('refused');
  });
  expect(websocket.send('a'.repeat(600))).toBe(false);
  expect(estimated).toEqual([]);
});

test('a short text is measured when its size may break a limit', () => {
  const { websocket, getEvents } = createConnected({ maxMessageSize: 600 });
  expect(websocket.send('ж'.repeat(300))).toBe(true);
  expect(websocket.send('ж'.repeat(301))).toBe(false);
  expect(websocket.send('ж'.repeat(301), { volatile: true })).toBe(false);
  expect(websocket.send('a'.repeat(600), { ttl: 1 })).toBe(true);
  expect(getEvents('error').map(([{ type, size }]) => [type, size])).toEqual([
    ['message_too_large', 602],
    ['message_too_large', 602],
  ]);
});

test('a message of more than 4 GB is refused with its size', () => {
  const { websocket, getEvents } = createConnected();
  const size = 2 ** 33 + 1;
  const blob = new Blob();
  Object.defineProperty(blob, 'size', { value: size });
  expect(websocket.send(blob)).toBe(false);
  expect(websocket.send(blob, { volatile: true })).toBe(false);
  expect(getEvents('error').map(([{ type, size: reported }]) => [type, reported])).toEqual([
    ['message_too_large', size],
    ['message_too_large', size],
  ]);
  websocket.options.maxMessageSize = 2 ** 34;
  expect(websocket.send(blob)).toBe(true);
  ScriptedWebSocket.last.bufferedAmount = size;
  ScriptedWebSocket.last.break();
  expect(getEvents('messageDropped')).toMatchObject([[{ reason: 'overflow', data: blob }]]);
});

test('the queue is bounded by exact sizes', () => {
  const { websocket, getEvents } = createClient({ maxQueueBytes: 10 });
  for (const text of ['жж', 'жжж', 'ж']) websocket.send(text);
  expect(getEvents('messageDropped').map(([{ data }]) => data)).toEqual(['жж']);
});

// The sizes with which messages are given to the core: texts that are long and binary are measured, short texts are not.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCore } from '../../web/core/load.js';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

// What the core was given: id, bytes, whether that is exact.
let given: unknown[][] = [];
const { module } = loadCore();
const { _rwsTrySendNow } = module;

beforeEach(() => {
  given = [];
  module._rwsTrySendNow = (client, ...message) => {
    given.push(message);
    return _rwsTrySendNow(client, ...message);
  };
});

afterEach(() => {
  module._rwsTrySendNow = _rwsTrySendNow;
});

test.each([
  ['an empty text', '', 0, false],
  ['a text of 512 units', 'a'.repeat(512), 512, false],
  ['a Cyrillic text of 512 units', 'ж'.repeat(512), 512, false],
  ['a text of 513 units', 'a'.repeat(513), 513, true],
  ['a Cyrillic text of 513 units', 'ж'.repeat(513), 1026, true],
  ['a long text with a lone surrogate', `${'€'.repeat(2000)}\ud800`, 6003, true],
  ['a small value', { a: 'é' }, 9, false],
  ['a large value', ['é'.repeat(600)], 1204, true],
  ['binary', new Uint8Array(3), 3, true],
  ['a Blob', new Blob(['ж']), 2, true],
])('%s', (_name, data, bytes, isExact) => {
  const { websocket } = createConnected();
  expect(websocket.send(data)).toBe(true);
  expect(given).toEqual([[1, bytes, isExact]]);
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

// Messages in both directions: JSON, unusual texts, binary.
import { expect, test, vi } from 'vitest';
import { createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const big = 'ж'.repeat(2_500_000);
const oddTexts: [string, string][] = [
  ['an empty text', ''],
  ['U+0000', 'a\0b'],
  ['emoji', '👩‍👩‍👧 ☎️ 😀'],
  ['a lone high surrogate', 'x\ud800y'],
  ['a lone low surrogate at the end', 'x\udc00'],
  ['a byte order mark', '\ufeff{}'],
  ['5 MB', big],
  ['a text that mentions a ping', 'she said "ping"'],
  ['half a control frame', '{"type":"ping"'],
  ['line separators', '\u2028\u2029\r\n'],
];

test.each(oddTexts)('%s goes out as it is, in both directions', (_name, text) => {
  const { websocket, getEvents } = createConnected({ messageFormat: 'text', maxMessageSize: 10_000_000 });
  expect(websocket.send(text)).toBe(true);
  expect(ScriptedWebSocket.last.sent[0] === text).toBe(true);
  ScriptedWebSocket.last.deliver(text);
  expect(getEvents('message')).toHaveLength(1);
  expect(getEvents('message')[0]?.[0] === text).toBe(true);
  expect(getEvents('error')).toEqual([]);
  expect(websocket.isConnected).toBe(true);
});

test.each(oddTexts)('%s that is not JSON is a message, with a line at debug level', (_name, text) => {
  const debug = vi.spyOn(console, 'debug').mockImplementation(() => undefined);
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { websocket, getEvents } = createConnected({ logLevel: 'debug' });
  ScriptedWebSocket.last.deliver(text);
  expect(getEvents('message')).toHaveLength(1);
  expect(getEvents('message')[0]?.[0] === text).toBe(true);
  expect(getEvents('error')).toEqual([]);
  expect(debug.mock.calls).toEqual([
    ['ResilientWebSocket: a message is no JSON: it is delivered as a string'],
    ['ResilientWebSocket: message'],
  ]);
  expect(websocket.isConnected).toBe(true);
});

test.each([
  ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
  ['"text"', 'text'],
  ['0', 0],
  ['null', null],
  ['false', false],
  ['{"__proto__":{"x":1}}', JSON.parse('{"__proto__":{"x":1}}')],
  ['{"type":"pong!"}', { type: 'pong!' }],
  ['{"data":{"type":"ping"}}', { data: { type: 'ping' } }],
  ['[{"type":"ping"}]', [{ type: 'ping' }]],
])('the JSON text %s arrives as its value', (text, value) => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.deliver(text);
  expect(getEvents('message')).toEqual([[value]]);
  expect(getEvents('error')).toEqual([]);
});

test('deeply nested JSON is a message', () => {
  const { getEvents, websocket } = createConnected();
  const text = '['.repeat(100_000) + '"ping"' + ']'.repeat(100_000);
  ScriptedWebSocket.last.deliver(text);
  expect(getEvents('message')).toHaveLength(1);
  expect(websocket.isConnected).toBe(true);
});

test('a message without data, or without an event, is delivered as undefined', () => {
  const { getEvents, websocket } = createConnected();
  ScriptedWebSocket.last.onmessage?.({});
  ScriptedWebSocket.last.onmessage?.();
  expect(getEvents('message')).toEqual([[undefined], [undefined]]);
  expect(websocket.isConnected).toBe(true);
});

test('binary arrives as it is', () => {
  const { getEvents } = createConnected();
  const buffer = new Uint8Array([1, 2]).buffer;
  const blob = new Blob(['x']);
  ScriptedWebSocket.last.deliver(buffer);
  ScriptedWebSocket.last.deliver(blob);
  expect(getEvents('message')[0]?.[0]).toBe(buffer);
  expect(getEvents('message')[1]?.[0]).toBe(blob);
  expect(getEvents('error')).toEqual([]);
});

test('binary goes out as binary, the very object that was passed', () => {
  const { websocket, getEvents } = createConnected();
  const values = [
    new ArrayBuffer(3),
    new Uint16Array(2).subarray(1),
    new DataView(new ArrayBuffer(5), 1),
    new Blob(['привет']),
  ];
  for (const value of values) expect(websocket.send(value)).toBe(true);
  values.forEach((value, index) => expect(ScriptedWebSocket.last.sent[index]).toBe(value));
  expect(getEvents('messageSent').map(([{ size }]) => size)).toEqual([3, 2, 4, 12]);
});

test('the size limit counts UTF-8 bytes, a lone surrogate as three', () => {
  const { websocket, getEvents } = createConnected({ maxMessageSize: 8 });
  expect(websocket.send('😀😀')).toBe(true);
  expect(websocket.send('\ud83d\ud83d')).toBe(true);
  expect(websocket.send('\ud83d\ud83d\ud83d')).toBe(false);
  expect(websocket.send('éééé')).toBe(true);
  expect(websocket.send('€€€')).toBe(false);
  expect(getEvents('error').map(([{ size }]) => size)).toEqual([9, 9]);
});

test('the size counted is the one the platform encodes', () => {
  const { websocket, getEvents } = createConnected();
  for (const [, text] of oddTexts.filter(([name]) => name !== '5 MB')) websocket.send(text);
  expect(getEvents('messageSent').map(([{ size }]) => size)).toEqual(
    oddTexts.filter(([name]) => name !== '5 MB').map(([, text]) => new TextEncoder().encode(text).length),
  );
});

test('messageFormat can be changed on a live connection', () => {
  const { websocket, getEvents } = createConnected();
  ScriptedWebSocket.last.deliver('{"a":1}');
  websocket.options.messageFormat = 'text';
  ScriptedWebSocket.last.deliver('{"a":1}');
  expect(getEvents('message')).toEqual([[{ a: 1 }], ['{"a":1}']]);
});

test('messages of a socket that was replaced are not delivered', () => {
  const { websocket, getEvents } = createConnected();
  const first = ScriptedWebSocket.last;
  const { onmessage } = first;
  websocket.reconnect();
  ScriptedWebSocket.last.open();
  onmessage?.({ data: '"old"' });
  expect(getEvents('message')).toEqual([]);
});

test('a listener of latency that disconnects keeps later messages of the socket away', () => {
  const { websocket, getEvents } = createConnected({ pingInterval: 1000 });
  vi.advanceTimersByTime(1000);
  websocket.on('latency', () => {
    websocket.disconnect();
  });
  ScriptedWebSocket.last.answerPing();
  ScriptedWebSocket.last.deliver('"late"');
  expect(getEvents('message')).toEqual([]);
});

test('shared memory goes out as a copy, which alone a socket takes', () => {
  const { websocket } = createConnected();
  const shared = new SharedArrayBuffer(2);
  new Uint8Array(shared).set([1, 2]);
  for (const value of [shared, new Uint8Array(shared)]) expect(websocket.send(value)).toBe(true);
  new Uint8Array(shared).fill(0);
  for (const sent of ScriptedWebSocket.last.sent as Uint8Array[]) {
    expect(sent.buffer).toBeInstanceOf(ArrayBuffer);
    expect([...sent]).toEqual([1, 2]);
  }
});

test('a burst on a buffer that does not empty asks for it a few times, not at every message', () => {
  const { websocket } = createConnected({ messageFormat: 'text' });
  const socket = ScriptedWebSocket.last;
  const asked = vi.fn(() => socket.sent.length * 2);
  Object.defineProperty(socket, 'bufferedAmount', { get: asked });
  for (let count = 0; count < 10_000; ++count) websocket.send('ж');
  expect(socket.sent.filter((sent) => sent === 'ж')).toHaveLength(10_000);
  expect(asked).toHaveBeenCalled();
  expect(asked.mock.calls.length).toBeLessThan(20);
});

test('a message that a listener sends goes out as itself, whatever becomes of it while another is being sent', () => {
  const { websocket } = createConnected({ messageFormat: 'text' });
  const socket = ScriptedWebSocket.last;
  websocket.once('messageSent', () => {
    const refuse = vi.spyOn(socket, 'send').mockImplementation(() => {
      throw new Error('refused');
    });
    websocket.send('inner');
    refuse.mockRestore();
    websocket.reconnect();
    vi.advanceTimersByTime(0);
    ScriptedWebSocket.last.open();
  });
  websocket.send('outer');
  expect(socket.sent).toContain('outer');
  expect(ScriptedWebSocket.last).not.toBe(socket);
  expect(ScriptedWebSocket.last.sent).toContain('inner');
});

// Messages are sent once, in order, or reported.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('of 120 sends the newest 100 arrive in order once, and 20 are reported', () => {
  const { websocket, getEvents } = createClient();
  const all = Array.from({ length: 120 }, (_, number) => ({ number }));
  for (const message of all) expect(websocket.send(message)).toBe(false);
  expect(getEvents('messageDropped').map(([drop]) => drop)).toEqual(
    all.slice(0, 20).map((data, index) => ({ reason: 'overflow', data, id: index + 1 })),
  );
  expect(websocket.getStatus().queuedMessages).toBe(100);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(all.slice(20).map((message) => JSON.stringify(message)));
  expect(websocket.getStatus().queuedMessages).toBe(0);
  expect(websocket.connectionStats.totalMessages).toBe(100);
});

test('the queue shows what was passed to send, in order', () => {
  const { websocket } = createClient();
  const object = { a: 1 };
  const bytes = new Uint8Array([1]);
  for (const data of ['text', object, bytes, null]) websocket.send(data);
  const queue = websocket.messageQueue;
  expect(queue).toHaveLength(4);
  expect(queue[1]).toBe(object);
  expect(queue[2]).toBe(bytes);
  expect(queue).toEqual(['text', object, bytes, null]);
  queue.length = 0;
  expect(websocket.messageQueue).toHaveLength(4);
});

test('the queue does not show what was refused or discarded', () => {
  const { websocket } = createClient({ maxMessageSize: 5 });
  websocket.send('a');
  websocket.send('too large');
  websocket.send('b', { volatile: true });
  websocket.send(undefined);
  expect(websocket.messageQueue).toEqual(['a']);
});

test('the queue shows queued messages only, not sent ones', () => {
  const { websocket } = createConnected();
  for (let i = 0; i < 5; ++i) websocket.send(`sent ${i}`);
  expect(websocket.messageQueue).toEqual([]);
  ScriptedWebSocket.last.break();
  websocket.send('waits');
  expect(websocket.messageQueue).toEqual(['waits']);
});

test('inside a callback the queue shows what the core has queued', () => {
  const shown: unknown[] = [];
  const { websocket } = createClient();
  websocket.send('1');
  websocket.send('2');
  websocket.options.shouldReconnect = () => {
    websocket.send('3');
    shown.push(websocket.messageQueue, websocket.getStatus().queuedMessages);
    return undefined;
  };
  void websocket.connect();
  ScriptedWebSocket.last.break();
  expect(shown).toEqual([['1', '2'], 2]);
  expect(websocket.messageQueue).toEqual(['1', '2', '3']);
});

test('volatile messages that are discarded behind a queued one leave nothing behind', () => {
  const { websocket, getEvents } = createClient();
  websocket.send('waiting');
  for (let count = 0; count < 3; ++count) websocket.send({ count }, { volatile: true });
  websocket.send({ last: true });
  expect(websocket.messageQueue).toEqual(['waiting', { last: true }]);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.userFrames).toEqual(['waiting', '{"last":true}']);
  websocket.destroy();
  expect(getEvents('messageDropped')).toEqual([]);
});

test('messages that had not left the browser are sent again, in order, and no others', () => {
  const { websocket } = createConnected();
  const first = ScriptedWebSocket.last;
  const last = { third: true };
  websocket.send('first!');
  websocket.send('second');
  websocket.send(last);
  first.bufferedAmount = 'second'.length + JSON.stringify(last).length;
  first.break();
  websocket.send('fourth');
  expect(websocket.messageQueue).toEqual(['second', last, 'fourth']);
  expect(websocket.messageQueue[1]).toBe(last);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['second', '{"third":true}', 'fourth']);
});

test('a message that the socket refuses stays in the queue and is sent later, in order', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  const send = vi.spyOn(socket, 'send').mockImplementation(() => {
    throw new Error('refused');
  });
  const message = { stays: true };
  expect(websocket.send(message)).toBe(false);
  expect(websocket.send('second')).toBe(false);
  expect(getEvents('error').map(([error]) => error.type)).toContain('send_error');
  expect(getEvents('messageSent')).toEqual([]);
  expect(websocket.messageQueue).toEqual([message, 'second']);
  expect(websocket.connectionStats.totalMessages).toBe(0);
  send.mockRestore();
  websocket.send('third');
  expect(socket.sent).toEqual(['{"stays":true}', 'second', 'third']);
  expect(websocket.messageQueue).toEqual([]);
});

test('a flush stops at the first refusal and keeps the rest in order', () => {
  const { websocket } = createClient();
  for (const text of ['a', 'b', 'c']) websocket.send(text);
  void websocket.connect();
  const socket = ScriptedWebSocket.last;
  const send = vi.spyOn(socket, 'send').mockImplementation((data) => {
    if (data === 'b') throw new Error('refused');
    socket.sent.push(data);
  });
  socket.open();
  expect(socket.sent).toEqual(['a']);
  expect(websocket.messageQueue).toEqual(['b', 'c']);
  send.mockRestore();
  expect(websocket.send('d')).toBe(true);
  expect(socket.sent).toEqual(['a', 'b', 'c', 'd']);
});

test('binary that waits is copied: later changes do not reach it', () => {
  const { websocket } = createClient();
  const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  const buffer = new Uint8Array([3, 4]).buffer;
  const view = new DataView(new Uint8Array([5, 6]).buffer);
  for (const data of [bytes, buffer, view]) websocket.send(data);
  bytes.fill(0);
  new Uint8Array(buffer).fill(0);
  view.setUint16(0, 0);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  const [first, second, third] = ScriptedWebSocket.last.sent as [Uint8Array, ArrayBuffer, Uint8Array];
  expect([...first]).toEqual([1, 2]);
  expect(second).toBeInstanceOf(ArrayBuffer);
  expect([...new Uint8Array(second)]).toEqual([3, 4]);
  expect([...third]).toEqual([5, 6]);
});

test('a volatile message goes now or not at all', () => {
  const { websocket, events } = createClient();
  expect(websocket.send('lost', { volatile: true })).toBe(false);
  expect(events).toEqual([]);
  expect(websocket.messageQueue).toEqual([]);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(websocket.send('sent', { volatile: true })).toBe(true);
  expect(ScriptedWebSocket.last.sent).toEqual(['sent']);
});

test('a volatile message is not sent again, whatever the socket did with it', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  websocket.send('first!');
  websocket.send('fleeting', { volatile: true });
  websocket.send('second');
  socket.bufferedAmount = 'first!fleetingsecond'.length;
  socket.break();
  expect(websocket.messageQueue).toEqual(['first!', 'second']);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['first!', 'second']);
  expect(getEvents('messageDropped')).toEqual([]);
  ScriptedWebSocket.last.send = () => {
    throw new Error('refused');
  };
  expect(websocket.send('gone', { volatile: true })).toBe(false);
  expect(websocket.messageQueue).toEqual([]);
});

test('a message whose time is over is reported and not sent', () => {
  const { websocket, getEvents } = createClient();
  websocket.send('short', { ttl: 100 });
  websocket.send('long', { ttl: 10_000 });
  websocket.send('for ever');
  vi.advanceTimersByTime(100);
  expect(getEvents('messageDropped')).toEqual([[{ reason: 'expired', data: 'short', id: 1 }]]);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['long', 'for ever']);
});

test.each([-1, Number.NaN, Infinity, '5', null])('the ttl %s is refused', (ttl) => {
  const { websocket } = createClient();
  expect(() => websocket.send('x', { ttl: ttl as number })).toThrow(
    new RangeError('Option "ttl" must be a finite number >= 0 (milliseconds)'),
  );
  expect(websocket.messageQueue).toEqual([]);
});

test('the queue is bounded by bytes too', () => {
  const { websocket, getEvents } = createClient({ maxQueueBytes: 10 });
  websocket.send('123456');
  websocket.send('1234567');
  expect(getEvents('messageDropped').map(([drop]) => drop.data)).toEqual(['123456']);
});

test.each([
  ['undefined', undefined],
  ['a function', () => 1],
  ['a symbol', Symbol('x')],
  ['a BigInt', 10n],
  [
    'a value whose toJSON throws',
    {
      toJSON() {
        throw new Error('no');
      },
    },
  ],
  ['a value whose toJSON gives undefined', { toJSON: () => undefined }],
])('%s cannot be sent', (_name, value) => {
  const { websocket, getEvents } = createConnected();
  expect(websocket.send(value)).toBe(false);
  expect(getEvents('error')).toEqual([
    [{ type: 'invalid_message', message: 'Сообщение нельзя записать как JSON', recoverable: true }],
  ]);
  expect(ScriptedWebSocket.last.sent).toEqual([]);
  expect(websocket.messageQueue).toEqual([]);
});

test('a cycle cannot be sent, and harms nothing', () => {
  const { websocket, getEvents } = createConnected();
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  expect(websocket.send(cycle)).toBe(false);
  expect(getEvents('error')).toHaveLength(1);
  expect(websocket.send('next')).toBe(true);
});

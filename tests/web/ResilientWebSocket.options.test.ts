// Options: defaults, the rule of each, live assignment, spreading.
import { expect, test, vi } from 'vitest';
import ResilientWebSocket, { type ResilientWebSocketOptions } from '../../web/index.js';
import { createClient, createConnected, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const time = 'a finite number >= 0 (milliseconds)';
const interval = 'a finite number >= 1 (milliseconds)';
const count = 'an integer >= 0';
const flag = 'true or false';
const notNumbers = [Number.NaN, Infinity, -Infinity, '5', null, true, [], {}];

// Name, default, another good value, rule, bad values.
const table: [keyof ResilientWebSocketOptions, unknown, unknown, string, unknown[]][] = [
  ['maxReconnectAttempts', 10, Infinity, 'an integer >= 0 or Infinity', [-1, 1.5, Number.NaN, '5', null]],
  ['reconnectDelay', 1000, 0, time, [-1, ...notNumbers]],
  ['maxReconnectDelay', 30000, 0, time, [-1, ...notNumbers]],
  ['jitter', 0.5, 1, 'a number from 0 to 1', [-0.1, 1.1, ...notNumbers]],
  ['stableAfter', 5000, 0, time, [-1, ...notNumbers]],
  ['maxRetryAfter', 300000, 0, time, [-1, ...notNumbers]],
  ['connectionTimeout', 10000, 1, interval, [0, 0.5, ...notNumbers]],
  ['pingInterval', 30000, 1, interval, [0, ...notNumbers]],
  ['pongTimeout', 10000, 1, interval, [0, ...notNumbers]],
  ['confirmAfter', 250, 1, interval, [0, ...notNumbers]],
  ['probeTimeout', 3000, 1, interval, [0, ...notNumbers]],
  ['closeGrace', 15000, 1, interval, [0, ...notNumbers]],
  ['maxQueueSize', 100, 0, count, [-1, 1.5, ...notNumbers]],
  ['maxQueueBytes', 8388608, 0, count, [-1, 1.5, ...notNumbers]],
  ['maxMessageSize', 65536, 0, count, [-1, 1.5, ...notNumbers]],
  [
    'fatalCloseCodes',
    [1003, 1008],
    [4000],
    'a list of at most 100 integers from 1000 to 4999',
    [[999], [5000], [1000.5], ['1000'], [null], 1003, '1003', null, Array(101).fill(4001)],
  ],
  ['enableHeartbeat', true, false, flag, [0, 1, 'true', null, []]],
  ['enableAutoReconnect', true, false, flag, [0, 'false', null]],
  ['enableErrorRecovery', true, false, flag, [0, 'false', null]],
  ['answerPings', true, false, flag, [0, 'false', null]],
  ['messageFormat', 'json', 'text', "'json' or 'text'", ['xml', null, 1]],
  ['binaryType', 'blob', 'arraybuffer', "'blob' or 'arraybuffer'", ['buffer', null, 1]],
  ['locale', 'ru', 'en', "'ru' or 'en'", ['de', null, 1]],
  ['logLevel', 'info', 'silent', "'debug', 'info', 'warn', 'error' or 'silent'", ['trace', null, 1]],
  ['enableWorkerTimer', true, false, flag, [0, 1, 'true', null]],
  [
    'heartbeat',
    true,
    { message: 'ping' },
    'true, false, {message: text or function, isReply, answer: functions} or {silence: milliseconds >= 1}',
    [
      ...[null, 1, 'ping', [], {}, () => 'ping'],
      ...[{ message: '' }, { message: 'a'.repeat(65536) }, { message: 'я'.repeat(32768) }, { message: 1 }],
      ...[{ isReply: () => true }, { message: 'ping', isReply: 'pong' }, { message: 'ping', answer: true }],
      ...[
        { message: 'ping', pong: 'pong' },
        { message: 'ping', silence: 5 },
        { silence: 5, answer: () => 1 },
      ],
      ...[{ silence: 0 }, { silence: 0.5 }, { silence: Infinity }, { silence: NaN }, { silence: '5' }],
    ],
  ],
  [
    'session',
    false,
    { onSessionLost: 'resend', ackDelay: 0, window: 1 },
    "true, false or {onSessionLost: 'report' or 'resend', ackDelay: milliseconds >= 0, window: integer >= 1, auth: function}",
    [
      ...[null, 1, 'on', [], () => true, { resend: true }, { onSessionLost: 'ask' }, { auth: 'token' }],
      ...[{ ackDelay: -1 }, { ackDelay: NaN }, { ackDelay: Infinity }, { ackDelay: '5' }],
      ...[{ window: 0 }, { window: 1.5 }, { window: 2 ** 53 }, { window: '5' }],
    ],
  ],
  ['unconfirmed', 'report', 'resend', "'report' or 'resend'", ['', 'drop', true, null]],
  [
    'protocols',
    undefined,
    ['a', 'b'],
    'a subprotocol name (a token of RFC 7230), a list of up to 100 different ones, or a function that gives them',
    ['', 'a b', 'a,b', ['a', 'a'], [1], null, 5, {}],
  ],
  ['parse', undefined, () => undefined, 'a function', [true, 'x', null]],
  ['serialize', undefined, () => undefined, 'a function', [true, 'x', null]],
  ['shouldReconnect', undefined, () => undefined, 'a function', [true, 'x', null]],
  ['handshake', undefined, () => undefined, 'a function', [true, 'x', null]],
  ['WebSocket', undefined, class {}, 'a class', [true, 'ws', null, {}]],
];

test('the table lists every option', () => {
  const { websocket } = createClient();
  expect(Object.keys(websocket.options).sort()).toEqual(table.map(([name]) => name).sort());
});

test.each(table)('option %s has its default, and undefined means it', (name, byDefault, good) => {
  const plain = new ResilientWebSocket(serverUrl);
  expect(plain.options[name]).toEqual(byDefault);
  const explicit = new ResilientWebSocket(serverUrl, { [name]: undefined });
  expect(explicit.options[name]).toEqual(byDefault);
  Reflect.set(plain.options, name, good);
  expect(plain.options[name]).toEqual(good);
  Reflect.set(plain.options, name, undefined);
  expect(plain.options[name]).toEqual(byDefault);
  plain.destroy();
  explicit.destroy();
});

test.each(table)('option %s refuses what breaks its rule', (name, byDefault, good, rule, bad) => {
  const { websocket } = createClient();
  Reflect.set(websocket.options, name, good);
  for (const value of bad) {
    const expected = new RangeError(`Option "${name}" must be ${rule}`);
    expect(() => new ResilientWebSocket(serverUrl, { [name]: value })).toThrow(expected);
    expect(() => {
      Reflect.set(websocket.options, name, value);
    }).toThrow(expected);
    expect(websocket.options[name]).toEqual(good);
  }
  expect(ScriptedWebSocket.made).toEqual([]);
  expect(byDefault).not.toEqual(good);
});

test.each([40_000, 10_000_000])('a list of %d close codes is refused, and nothing else happens', (length) => {
  const other = createConnected();
  const codes = Array<number>(length).fill(4001);
  const refused = new RangeError(
    'Option "fatalCloseCodes" must be a list of at most 100 integers from 1000 to 4999',
  );
  expect(() => new ResilientWebSocket(serverUrl, { fatalCloseCodes: codes })).toThrow(refused);
  expect(() => {
    other.websocket.options.fatalCloseCodes = codes;
  }).toThrow(refused);
  expect(other.websocket.options.fatalCloseCodes).toEqual([1003, 1008]);
  expect(other.websocket.send('still works')).toBe(true);
  ScriptedWebSocket.last.deliver('"still works"');
  expect(other.getEvents('message')).toEqual([['still works']]);
  const { websocket } = createClient({ fatalCloseCodes: codes.slice(0, 100) });
  expect(websocket.options.fatalCloseCodes).toHaveLength(100);
});

test('an error for an option does not quote its value', () => {
  try {
    new ResilientWebSocket(serverUrl, { protocols: 'secret token' });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).not.toContain('secret');
  }
});

test('an unknown option is warned about and ignored', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const given = { pingIntervall: 5 } as ResilientWebSocketOptions;
  const websocket = new ResilientWebSocket(serverUrl, given);
  expect(warn.mock.calls).toEqual([['ResilientWebSocket: unknown option "pingIntervall"']]);
  expect(websocket.options).not.toHaveProperty('pingIntervall');
  expect(() => new ResilientWebSocket(serverUrl, { ...given, logLevel: 'silent' }).destroy()).not.toThrow();
  expect(warn).toHaveBeenCalledTimes(1);
  websocket.destroy();
});

test('options can be spread and given to another client', () => {
  const { websocket } = createClient({ pingInterval: 123, protocols: ['chat'], fatalCloseCodes: [4001] });
  const copy = { ...websocket.options };
  expect(copy).toMatchObject({ pingInterval: 123, jitter: 0, protocols: ['chat'], fatalCloseCodes: [4001] });
  const second = new ResilientWebSocket(serverUrl, copy);
  expect({ ...second.options }).toEqual(copy);
  second.destroy();
});

test('a list that is an option cannot be changed behind its back', () => {
  const given = [4001];
  const { websocket } = createClient({ fatalCloseCodes: given, protocols: ['chat'] });
  given.push(4002);
  expect(websocket.options.fatalCloseCodes).toEqual([4001]);
  expect(() => (websocket.options.fatalCloseCodes as number[]).push(4003)).toThrow(TypeError);
  expect(() => (websocket.options.protocols as string[]).push('x')).toThrow(TypeError);
});

test('a shorter pingInterval counts at once', () => {
  const { websocket } = createConnected();
  websocket.options.pingInterval = 50;
  vi.advanceTimersByTime(50);
  expect(ScriptedWebSocket.last.controlFrames).toMatchObject([{ type: 'ping' }]);
});

test('a smaller queue drops the oldest at once', () => {
  const { websocket, getEvents } = createClient();
  for (const text of ['a', 'b', 'c']) websocket.send(text);
  websocket.options.maxQueueSize = 1;
  expect(getEvents('messageDropped').map(([drop]) => [drop.reason, drop.data])).toEqual([
    ['overflow', 'a'],
    ['overflow', 'b'],
  ]);
  expect(websocket.messageQueue).toEqual(['c']);
});

test('maxReconnectAttempts and enableAutoReconnect rule from the next loss on', () => {
  const { websocket } = createConnected();
  websocket.options.enableAutoReconnect = false;
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  websocket.options.enableAutoReconnect = true;
  websocket.options.maxReconnectAttempts = 1;
  websocket.reconnect();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  expect(ScriptedWebSocket.made).toHaveLength(3);
});

test('binaryType goes to the live socket and to each new one', () => {
  const { websocket } = createConnected({ binaryType: 'arraybuffer' });
  expect(ScriptedWebSocket.last.binaryType).toBe('arraybuffer');
  websocket.options.binaryType = 'blob';
  expect(ScriptedWebSocket.last.binaryType).toBe('blob');
  websocket.options.binaryType = 'arraybuffer';
  websocket.reconnect();
  expect(ScriptedWebSocket.last.binaryType).toBe('arraybuffer');
});

test('options may be absent, and a bad one leaves no timer or socket', () => {
  expect(() => new ResilientWebSocket(serverUrl, undefined).destroy()).not.toThrow();
  expect(() => new ResilientWebSocket(serverUrl, null as never).destroy()).not.toThrow();
  expect(() => new ResilientWebSocket(serverUrl, { pingInterval: 0 })).toThrow(RangeError);
  expect(vi.getTimerCount()).toBe(0);
});

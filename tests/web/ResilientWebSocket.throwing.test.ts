// @vitest-environment jsdom
// What throws where the core calls: members of sockets and of the page, values of the user, methods of a subclass. No
// exception may enter the core, which would never end its turn.
import { describe, expect, it, test, vi } from 'vitest';
import ResilientWebSocket from '../../web/index.js';
import { createClient, createConnected, outcomeOf, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const fail = () => {
  throw new SyntaxError('secret');
};

/** A value with a member that throws from its nth reading on. */
function throwingFrom<Value extends object>(value: Value, member: keyof Value, reading: number): Value {
  const usual = value[member];
  let readings = 0;
  Object.defineProperty(value, member, { get: () => (++readings >= reading ? fail() : usual) });
  return value;
}

function expectWorking(websocket: ResilientWebSocket): void {
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
  expect(websocket.send('alive')).toBe(true);
  expect(ScriptedWebSocket.last.sent.at(-1)).toBe('alive');
}

test('a socket that does not take onmessage loses its attempt, and is closed', async () => {
  class Deaf extends ScriptedWebSocket {
    constructor(url: string) {
      super(url);
      Object.defineProperty(this, 'onmessage', { set: fail });
    }
  }
  Deaf.install();
  const { websocket, getEvents } = createClient({ maxReconnectAttempts: 1 });
  const connected = websocket.connect();
  expect(getEvents('close')).toEqual([
    [{ code: 1006, reason: 'Error', wasClean: false, shouldReconnect: true }],
  ]);
  expect(ScriptedWebSocket.last.closes).toEqual([[1000, undefined]]);
  vi.advanceTimersByTime(1000);
  expect(await outcomeOf(connected)).toMatchObject({ state: 'rejected', value: { state: 'failed' } });
  ScriptedWebSocket.install();
  void websocket.connect();
  expectWorking(websocket);
});

test.each([
  ['navigator.onLine', () => vi.spyOn(navigator, 'onLine', 'get').mockImplementation(fail)],
  ['document.visibilityState', () => vi.spyOn(document, 'visibilityState', 'get').mockImplementation(fail)],
])('%s may throw, and is reported', (_name, spoil) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { websocket } = createClient({ logLevel: 'error' });
  spoil();
  void websocket.connect();
  expect(error).toHaveBeenCalledWith(
    expect.stringMatching(/^ResilientWebSocket: \w+ threw$/),
    expect.anything(),
  );
  expectWorking(websocket);
});

test.each([1, 2, 3, 4, 5])('the href of a URL function may throw at its reading %d', (reading) => {
  const { websocket, getEvents } = createClient(
    {},
    () => throwingFrom({ href: serverUrl }, 'href', reading) as URL,
  );
  void websocket.connect();
  if (reading > 1) {
    expectWorking(websocket);
    expect(websocket.url).toBe(serverUrl);
  } else {
    const reason = 'The URL or protocols function gave no valid value';
    expect(getEvents('close')).toMatchObject([[{ code: 1006, reason }]]);
  }
});

test('the href of a URL is read once when the client is created', () => {
  const url = throwingFrom({ href: serverUrl }, 'href', 2) as URL;
  const { websocket } = createClient({}, url);
  expect(websocket.url).toBe(serverUrl);
  void websocket.connect();
  expectWorking(websocket);
});

test.each([1, 2, 3, 4, 5])('a list of protocols may throw at the reading %d of an item', (reading) => {
  const { websocket, getEvents } = createClient({
    protocols: () => throwingFrom(['chat'] as string[], 0, reading),
  });
  void websocket.connect();
  if (reading > 1) {
    expect(ScriptedWebSocket.last.protocols).toEqual(['chat']);
    expectWorking(websocket);
  } else {
    expect(getEvents('close')).toMatchObject([[{ code: 1006 }]]);
  }
});

test('an option may be a list that throws: the assignment throws it, often, and the client works', () => {
  const { websocket } = createClient();
  const list = new Proxy([1003], {
    get: (target, name) => (name === '0' ? fail() : (Reflect.get(target, name) as unknown)),
  });
  for (let count = 0; count < 3000; ++count) {
    expect(() => (websocket.options.fatalCloseCodes = list)).toThrow(new SyntaxError('secret'));
  }
  websocket.options.fatalCloseCodes = throwingFrom([4001] as number[], 0, 2);
  expect(websocket.options.fatalCloseCodes).toEqual([4001]);
  void websocket.connect();
  expectWorking(websocket);
});

test('defaults of the page that are lists are left as they are', () => {
  const fatalCloseCodes = [4001];
  const protocols = ['chat'];
  ResilientWebSocket.defaults = { fatalCloseCodes, protocols };
  try {
    createClient();
  } finally {
    ResilientWebSocket.defaults = {};
  }
  expect([fatalCloseCodes, protocols].map(Object.isFrozen)).toEqual([false, false]);
});

test('more than 100 protocols are refused', () => {
  const protocols = Array.from({ length: 101 }, (_, index) => `p${index}`);
  expect(() => createClient({ protocols })).toThrow(RangeError);
  expect(createClient({ protocols: protocols.slice(1) }).websocket.options.protocols).toHaveLength(100);
});

test('an error of a URL function is not quoted, whatever its class', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { websocket, getEvents } = createClient(
    { logLevel: 'warn' },
    () => throwingFrom({ href: serverUrl }, 'href', 1) as URL,
  );
  void websocket.connect();
  expect(JSON.stringify([warn.mock.calls, getEvents('close')])).not.toContain('secret');
});

test('an emit of a subclass that throws loses no other event', () => {
  class Loud extends ResilientWebSocket {
    override emit: ResilientWebSocket['emit'] = (event, ...args) => {
      super.emit(event, ...args);
      throw new Error('of a subclass');
    };
  }
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const websocket = new Loud(serverUrl, { logLevel: 'error' });
  const events: string[] = [];
  for (const name of ['stateChange', 'open', 'message', 'messageSent'] as const) {
    websocket.on(name, () => events.push(name));
  }
  void websocket.connect();
  expectWorking(websocket);
  ScriptedWebSocket.last.deliver('{}');
  expect(events).toEqual(['stateChange', 'stateChange', 'open', 'messageSent', 'message']);
  expect(error).toHaveBeenCalledWith('ResilientWebSocket: emit threw', new Error('of a subclass'));
  websocket.destroy();
});

test('an object that calls itself a Blob is sent by its size or refused', () => {
  const { websocket, getEvents } = createConnected();
  const blob = { [Symbol.toStringTag]: 'Blob' };
  expect(websocket.send(Object.defineProperty({ ...blob }, 'size', { get: fail }))).toBe(false);
  expect(getEvents('error')).toMatchObject([[{ type: 'invalid_message' }]]);
  expect(websocket.send(blob)).toBe(true);
  expect(ScriptedWebSocket.last.sent).toEqual(['{}']);
  websocket.destroy();
  expect(getEvents('messageDropped')).toEqual([]);
});

test('a text of many megabytes is refused with its size', () => {
  const { websocket, getEvents } = createConnected();
  expect(websocket.send('ä'.repeat(2 ** 24))).toBe(false);
  expect(getEvents('error')).toMatchObject([[{ type: 'message_too_large', size: 2 ** 25 }]]);
});

describe('functions of the heartbeat that fail', () => {
  function thrower(): never {
    throw new RangeError('a fault of the page');
  }
  const promise = () => Promise.reject(new Error('not handled'));

  it.each([
    ['throws', thrower],
    ['gives no text', () => 5 as unknown as string],
    ['gives an empty text', () => ''],
    ['gives too much', () => 'a'.repeat(65536)],
    ['gives a promise', promise as unknown as () => string],
  ])('a message that %s is logged and not sent, and no verdict follows', (_name, message) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { websocket, getEvents } = createConnected({
      pingInterval: 1000,
      heartbeat: { message },
      logLevel: 'error',
    });
    websocket.send('hello');
    vi.advanceTimersByTime(10_000);
    expect(ScriptedWebSocket.last.sent).toEqual(['hello']);
    expect(getEvents('close')).toEqual([]);
    expect(log.mock.calls[0]?.[0]).toBe('ResilientWebSocket: heartbeat.message threw');
    expect(log.mock.calls.length).toBeGreaterThan(9);
  });

  it.each([
    ['isReply', thrower, RangeError],
    ['isReply', promise, TypeError],
    ['answer', thrower, RangeError],
    ['answer', promise, TypeError],
  ])('%s: the message is delivered', (name, fault, error) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { getEvents } = createConnected({
      heartbeat: { message: 'ping', [name]: fault },
      logLevel: 'error',
    });
    ScriptedWebSocket.last.deliver('news');
    expect(getEvents('message')).toEqual([['news']]);
    const text = `ResilientWebSocket: heartbeat.${name} threw`;
    expect(log).toHaveBeenCalledExactlyOnceWith(text, expect.any(error));
  });
});

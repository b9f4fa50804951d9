// Sockets whose members throw, as those of a page that replaces WebSocket may: no exception enters the module, which
// would skip destructors and leave the stack pointer where it was.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClient, openClient, send } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const fail = () => {
  throw new Error('of a test double');
};

/** A WebSocket that throws wherever this member is read, assigned or called. */
function throwingAt(member: string): typeof ScriptedSocket {
  return class extends ScriptedSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols);
      if (member === 'constructor') fail();
      Object.defineProperty(this, member, { get: fail, set: fail });
    }
  };
}

/** A client lives with sockets of this class. */
function live(socketClass: typeof ScriptedSocket): void {
  socketClass.install();
  const client = makeClient();
  const { connection } = client;
  const fire = (event: () => unknown) => {
    try {
      event();
    } catch (error) {
      // Of the double's own getter, read by this test.
      expect(error).toEqual(new Error('of a test double'));
    }
  };
  send(client, 1);
  connection.connect();
  for (const round of [1, 2, 3]) {
    fire(() => ScriptedSocket.last.onopen?.());
    send(client, 10 * round);
    connection.textReceived(round, '{"type":"ping"}');
    vi.advanceTimersByTime(3000);
    fire(() => ScriptedSocket.last.onerror?.());
    connection.reconnect();
    connection.snapshot();
  }
  connection.disconnect();
  fire(() => ScriptedSocket.last.onclose?.({ code: 1000, reason: '', wasClean: true }));
  vi.advanceTimersByTime(60_000);
  expect(client.argumentsOf('stateChanged').at(-1)).toEqual(['disconnected']);
  connection.connect();
  connection.delete();
  expect(vi.getTimerCount()).toBe(0);
}

/** Two clients with good sockets do what they should. */
function expectGoodClients(): void {
  ScriptedSocket.install();
  for (let count = 0; count < 2; count += 1) {
    const client = openClient();
    expect(send(client, 1)).toBe(true);
    expect(client.connection.textReceived(1, '{"type":"ping","timestamp":"ä"}')).toBe(true);
    expect(ScriptedSocket.last.sent).toEqual(['{"type":"pong","timestamp":"ä"}']);
    client.connection.delete();
  }
}

describe('a socket that throws', () => {
  it.each([
    ...['constructor', 'onopen', 'onerror', 'onclose', 'onmessage'],
    ...['bufferedAmount', 'readyState', 'send', 'close'],
  ])('at its %s harms nobody', (member) => {
    live(throwingAt(member));
    expectGoodClients();
  });

  it('loses the attempt where it takes no handler', () => {
    throwingAt('onclose').install();
    const client = makeClient();
    client.connection.connect();
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Error', false, true]]);
    expect(client.argumentsOf('socketCreated')).toEqual([]);
    expect(ScriptedSocket.last.closes).toEqual([[1000]]);
    client.connection.delete();
  });

  it('leaves the stack as it was, however often', () => {
    for (const member of ['constructor', 'onopen', 'close', 'bufferedAmount']) {
      throwingAt(member).install();
      const client = makeClient();
      // A frame of 32 bytes left behind by each would exceed the stack of 256 KiB.
      for (let attempt = 1; attempt <= 3000; attempt += 1) {
        client.connection.reconnect();
        client.calls.length = 0;
        ScriptedSocket.made.length = 0;
      }
      client.connection.delete();
    }
    expectGoodClients();
  });

  it('may throw where the class is looked up', () => {
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    const client = makeClient();
    Object.defineProperty(globalThis, 'WebSocket', { configurable: true, get: fail });
    try {
      client.connection.connect();
    } finally {
      Object.defineProperty(globalThis, 'WebSocket', descriptor ?? {});
    }
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Error', false, true]]);
    client.connection.delete();
  });

  it('may throw anything', () => {
    const getter = Object.defineProperty({}, 'name', { get: fail });
    for (const thrown of [
      null,
      undefined,
      'text',
      7,
      Symbol('s'),
      getter,
      Object.create(null),
    ] as unknown[]) {
      vi.stubGlobal('WebSocket', function () {
        throw thrown;
      });
      const client = makeClient();
      client.connection.connect();
      expect(client.argumentsOf('closed')).toEqual([[1006, 'Error', false, true]]);
      client.connection.delete();
    }
  });
});

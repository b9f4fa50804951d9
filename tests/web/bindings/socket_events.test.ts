// How native events reach the core, whatever a browser or a test double passes.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClient, openClient, send, type Client } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** What is reported of an open socket that closes with this event. */
function reportedClose(event?: unknown): unknown {
  const client = openClient();
  ScriptedSocket.last.onclose?.(event);
  client.connection.delete();
  return client.argumentsOf('closed')[0]?.slice(0, 3);
}

describe('the close event', () => {
  it('is reported as it is', () => {
    expect(reportedClose({ code: 4001, reason: 'Ночь 🌙', wasClean: true })).toEqual([4001, 'Ночь 🌙', true]);
  });

  it('may be missing', () => {
    expect(reportedClose()).toEqual([1006, '', false]);
    expect(reportedClose(null)).toEqual([1006, '', false]);
  });

  it('may have a code and a reason only', () => {
    expect(reportedClose({ code: 1011, reason: 'error' })).toEqual([1011, 'error', false]);
  });

  it('may have nothing of use', () => {
    expect(reportedClose({ code: NaN, reason: 7, wasClean: 'yes' })).toEqual([1006, '', false]);
    expect(reportedClose({ code: -1 })).toEqual([1006, '', false]);
    expect(reportedClose({ code: 65_536 })).toEqual([1006, '', false]);
  });

  it('may have members that throw, and leaves the stack as it was', () => {
    const throwing = (member: string) =>
      Object.defineProperty({ code: 4001, reason: 'why', wasClean: true }, member, {
        get: () => {
          throw new Error('of a test double');
        },
      });
    // A frame of 528 bytes left behind by each would exceed the stack of 256 KiB.
    for (let count = 0; count < 300; count += 1) {
      expect(reportedClose(throwing('code'))).toEqual([1006, '', false]);
      expect(reportedClose(throwing('reason'))).toEqual([4001, '', false]);
      expect(reportedClose(throwing('wasClean'))).toEqual([4001, 'why', false]);
    }
    expect(reportedClose({ code: 4001, reason: 'x', wasClean: true })).toEqual([4001, 'x', true]);
  });

  it('keeps U+0000 in its reason', () => {
    expect(reportedClose({ code: 1011, reason: 'a\0b' })).toEqual([1011, 'a\0b', false]);
  });

  it('keeps the longest reason there is, and cuts a longer one', () => {
    expect(reportedClose({ code: 1011, reason: 'x'.repeat(123) })).toEqual([1011, 'x'.repeat(123), false]);
    expect(reportedClose({ code: 1011, reason: '語'.repeat(5000) })).toEqual([1011, '語'.repeat(41), false]);
  });
});

describe('bufferedAmount at the end of a socket', () => {
  /** Messages that are sent again after a message of 10 bytes was followed by such a close. */
  function sentAgain(bufferedAmount: unknown): unknown[] {
    const client = openClient();
    expect(send(client, 1, 10)).toBe(true);
    client.calls.length = 0;
    ScriptedSocket.last.bufferedAmount = bufferedAmount;
    ScriptedSocket.last.onclose?.();
    vi.advanceTimersByTime(1000);
    ScriptedSocket.last.onopen?.();
    client.connection.delete();
    return client.argumentsOf('sendMessage').map((call) => call[1]);
  }

  it('shows what did not leave the browser', () => {
    expect(sentAgain(100)).toEqual([1]);
    expect(sentAgain(0)).toEqual([]);
  });

  it('counts as 0 when it is no number', () => {
    expect(sentAgain(undefined)).toEqual([]);
    expect(sentAgain(NaN)).toEqual([]);
    expect(sentAgain(-5)).toEqual([]);
    expect(sentAgain('many')).toEqual([]);
  });

  it('may be beyond all bounds', () => {
    expect(sentAgain(Infinity)).toEqual([1]);
    expect(sentAgain(2 ** 40)).toEqual([1]);
  });
});

describe('bufferedAmount of an engine that counts whole messages', () => {
  // Firefox, recognised by a class that only its JavaScript has.
  it.each([
    [false, 15, [1, 2]],
    [true, 15, []],
    [true, 20, [1, 2]],
    [true, 10, [2]],
  ])('%s, with %d bytes of two messages of 10: sends again %j', (isWhole, bufferedAmount, again) => {
    if (isWhole) vi.stubGlobal('InternalError', Error);
    const client = openClient();
    send(client, 1, 10);
    send(client, 2, 10);
    ScriptedSocket.last.bufferedAmount = bufferedAmount;
    ScriptedSocket.last.onclose?.();
    client.calls.length = 0;
    vi.advanceTimersByTime(1000);
    ScriptedSocket.last.onopen?.();
    expect(client.argumentsOf('sendMessage').map(([, message]) => message)).toEqual(again);
    client.connection.delete();
  });
});

describe('open and error events', () => {
  it('may be missing', () => {
    const client = openClient();
    ScriptedSocket.last.onerror?.();
    expect(client.takeNames()).toEqual([]);
    expect(client.connection.snapshot().totalErrors).toBe(1);
    client.connection.delete();
  });
});

describe('an event of a socket that is over', () => {
  it('finds no handler', () => {
    const client = openClient();
    const socket = ScriptedSocket.last;
    socket.onclose?.();
    expect([socket.onopen, socket.onmessage, socket.onclose]).toEqual([null, null, null]);
    // The package ws throws an error for which there is no handler.
    expect(socket.onerror?.()).toBe(undefined);
    expect(socket.onerror).toBeTypeOf('function');
    client.connection.delete();
  });

  it('goes nowhere, even when someone kept the handlers', () => {
    const client = openClient();
    const { onopen, onerror, onclose } = ScriptedSocket.last;
    onclose?.();
    // Its handle belongs to the next socket by now.
    vi.advanceTimersByTime(1000);
    expect(ScriptedSocket.made).toHaveLength(2);
    client.takeNames();
    onopen?.();
    onerror?.();
    onclose?.({ code: 1000, reason: '', wasClean: true });
    expect(client.takeNames()).toEqual([]);
    client.connection.delete();
  });

  it('goes nowhere after delete()', () => {
    const client = openClient();
    const { onopen, onerror, onclose } = ScriptedSocket.last;
    client.connection.destroy();
    client.connection.delete();
    client.takeNames();
    onopen?.();
    onerror?.();
    onclose?.();
    vi.advanceTimersByTime(100_000);
    expect(client.takeNames()).toEqual([]);
  });

  it('goes nowhere when delete() was called without destroy()', () => {
    const client = openClient();
    const socket = ScriptedSocket.last;
    const { onclose } = socket;
    client.connection.delete();
    expect(socket.closes).toEqual([[1000]]);
    expect(socket.onclose).toBeNull();
    onclose?.();
    expect(client.takeNames()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('two clients of one module', () => {
  it('do not mix their events up, even one inside the other', () => {
    const inner = openClient();
    const innerSocket = ScriptedSocket.last;
    const outer: Client = openClient({
      socketReleased: () => innerSocket.onclose?.({ code: 1011, reason: 'inner reason', wasClean: false }),
    });
    ScriptedSocket.last.onclose?.({ code: 4000, reason: 'outer', wasClean: true });
    expect(outer.argumentsOf('closed')).toEqual([[4000, 'outer', true, true]]);
    expect(inner.argumentsOf('closed')).toEqual([[1011, 'inner reason', false, true]]);
    outer.connection.delete();
    inner.connection.delete();
  });
});

describe('a double that reads its handlers back as something else', () => {
  it('works', () => {
    // As mock-socket does: the setter registers a listener, the getter returns the list of them.
    class ListeningSocket extends ScriptedSocket {
      readonly listeners: Record<string, unknown> = {};
      constructor(url: string, protocols?: string[]) {
        super(url, protocols);
        for (const name of ['onopen', 'onerror', 'onclose']) {
          Object.defineProperty(this, name, {
            set: (listener: unknown) => {
              this.listeners[name] = listener;
            },
            get: () => [this.listeners[name]],
          });
        }
      }
    }
    ListeningSocket.install();
    const client = makeClient();
    client.connection.connect();
    const socket = ScriptedSocket.last as ListeningSocket;
    (socket.listeners.onopen as () => void)();
    (socket.listeners.onclose as () => void)();
    expect(client.argumentsOf('opened')).toEqual([[]]);
    expect(client.argumentsOf('closed')).toEqual([[1006, '', false, true]]);
    client.connection.delete();
  });
});

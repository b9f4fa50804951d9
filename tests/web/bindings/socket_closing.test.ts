// How sockets are closed, and that nothing of them remains.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClient, openClient, send, type Client } from './support/client.js';
import { watchGrowth } from './support/memory.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('closing a socket', () => {
  it('starts the handshake with 1000 and a reason, and reports the end when it comes', () => {
    const client = openClient();
    client.connection.disconnect();
    expect(ScriptedSocket.last.closes).toEqual([[1000, 'Disconnect requested']]);
    expect(client.takeNames()).toEqual(['socketClosing', 'stateChanged', 'turnEnded']);
    ScriptedSocket.last.onclose?.({ code: 1000, reason: '', wasClean: true });
    expect(client.argumentsOf('closed')).toEqual([[1000, '', true, false]]);
    expect(client.argumentsOf('socketReleased')).toEqual([[1]]);
    expect(ScriptedSocket.last.closes).toHaveLength(1);
    client.connection.delete();
  });

  it('does not depend on close() doing anything but throwing', () => {
    class StubbornSocket extends ScriptedSocket {
      override close(...args: unknown[]): void {
        super.close(...args);
        throw new DOMException('refused', 'InvalidAccessError');
      }
    }
    StubbornSocket.install();
    const client = openClient();
    client.connection.reconnect();
    expect(ScriptedSocket.made).toHaveLength(2);
    ScriptedSocket.last.onopen?.();
    client.connection.destroy();
    expect(ScriptedSocket.made.map((socket) => socket.closes.length)).toEqual([1, 1]);
    expect(client.argumentsOf('stateChanged').at(-1)).toEqual(['disconnected']);
    client.connection.delete();
  });

  it('survives a double that fires its events from within close()', () => {
    class HastySocket extends ScriptedSocket {
      override close(...args: unknown[]): void {
        super.close(...args);
        this.onerror?.();
        this.onclose?.({ code: args[0], reason: args[1], wasClean: true });
      }
    }
    HastySocket.install();
    const client = openClient();
    client.connection.disconnect();
    expect(client.takeNames()).toEqual([
      'socketClosing',
      'stateChanged',
      'socketReleased',
      'closed',
      'turnEnded',
    ]);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    client.takeNames();
    client.connection.destroy();
    expect(client.takeNames()).toEqual([
      'socketClosing',
      'socketReleased',
      'closed',
      'stateChanged',
      'turnEnded',
    ]);
    client.connection.delete();
    expect(ScriptedSocket.made.map((socket) => socket.closes.length)).toEqual([1, 1]);
  });

  it('survives on* properties that refuse null', () => {
    const client = openClient();
    const { onclose } = ScriptedSocket.last;
    Object.defineProperty(ScriptedSocket.last, 'onopen', {
      set: () => {
        throw new TypeError('onopen must be a function');
      },
    });
    onclose?.();
    client.takeNames();
    onclose?.();
    expect(client.takeNames()).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(ScriptedSocket.made).toHaveLength(2);
    client.connection.delete();
  });

  it('closes once, by whichever side comes first', () => {
    const client = openClient();
    const socket = ScriptedSocket.last;
    socket.onclose?.({ code: 1006, reason: '', wasClean: false });
    expect(socket.closes).toEqual([]);
    client.connection.destroy();
    client.connection.delete();
    expect(socket.closes).toEqual([]);
  });
});

describe('what remains', () => {
  it('is no socket that was deleted', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const client = makeClient();
    const dead = ((): WeakRef<ScriptedSocket>[] => {
      client.connection.connect();
      for (let round = 0; round < 5; round += 1) {
        ScriptedSocket.last.onopen?.();
        client.connection.reconnect();
      }
      client.calls.length = 0;
      return ScriptedSocket.made.splice(0).map((socket) => new WeakRef(socket));
    })();
    // A WeakRef keeps its object for the rest of the task in which it was made.
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 0));
    collectGarbage();
    // The last one is the connection's.
    expect(dead.map((reference) => reference.deref() !== undefined)).toEqual([
      ...Array<boolean>(5).fill(false),
      true,
    ]);
    client.connection.delete();
  });

  /** Replaces the socket so many times, with an unsent message: the old socket closes while the new one is opened. */
  function replaceSockets(client: Client, times: number): void {
    client.connection.connect();
    for (let round = 0; round < times; round += 1) {
      ScriptedSocket.last.onopen?.();
      send(client, round + 1);
      ScriptedSocket.last.bufferedAmount = 1;
      const old = ScriptedSocket.last;
      client.connection.reconnect();
      old.onclose?.();
      client.calls.length = 0;
      ScriptedSocket.made.splice(0, ScriptedSocket.made.length - 1);
    }
    expect(client.connection.snapshot().totalConnections).toBe(times);
  }

  it('is no handle: a thousand reconnects, two sockets at a time, use a few', () => {
    let reached = false;
    const client = makeClient();
    const neighbour = openClient();
    // An array that grows by assignment to this index asks its prototype first.
    Object.defineProperty(Array.prototype, 200, {
      configurable: true,
      get: () => undefined,
      set: () => {
        reached = true;
      },
    });
    try {
      replaceSockets(client, 1000);
    } finally {
      Reflect.deleteProperty(Array.prototype, 200);
    }
    expect(reached).toBe(false);
    client.connection.delete();
    neighbour.connection.delete();
  });

  it('is no memory: ten thousand reconnects do not make the heap grow', { timeout: 60_000 }, () => {
    const grow = watchGrowth();
    const client = makeClient();
    replaceSockets(client, 10_000);
    expect(grow).not.toHaveBeenCalled();
    client.connection.delete();
  });

  it('is no memory: nor do three thousand clients', { timeout: 60_000 }, () => {
    const grow = watchGrowth();
    for (let round = 0; round < 3000; round += 1) {
      const client = openClient();
      client.connection.destroy();
      client.connection.delete();
      ScriptedSocket.made.length = 0;
    }
    expect(grow).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

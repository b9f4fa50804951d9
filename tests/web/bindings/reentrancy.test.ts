// Turns: calls and events that arrive while another one is being handled.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { core, makeClient, openClient, receive, send, type Client } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the end of a turn', () => {
  it('is reported once, last, after the timer was set', () => {
    const timers: number[] = [];
    const client = makeClient({ turnEnded: () => timers.push(vi.getTimerCount()) });
    client.connection.connect();
    expect(client.takeNames()).toEqual([
      'stateChanged',
      'resolveAddress',
      'socketOpening',
      'socketCreated',
      'turnEnded',
    ]);
    ScriptedSocket.last.onopen?.();
    expect(client.takeNames()).toEqual(['stateChanged', 'opened', 'turnEnded']);
    expect(timers).toEqual([1, 1]);
    client.connection.delete();
  });

  it('is not reported when nothing was', () => {
    const client = openClient();
    client.connection.connect();
    core._rwsTrySendNow(client.connection.id(), 1, 1, true);
    receive(client, 1);
    client.connection.textReceived(1, '{"type":"ping"}');
    client.connection.visibilityChanged(false);
    expect(client.takeNames()).toEqual([]);
    client.connection.delete();
  });

  it('lets the listener call anything, destroy() too', async () => {
    const client: Client = makeClient({
      turnEnded: () => {
        if (client.argumentsOf('stateChanged').length !== 1) return;
        client.connection.destroy();
        queueMicrotask(() => client.connection.delete());
      },
    });
    client.connection.connect();
    await Promise.resolve();
    expect(() => client.connection.connect()).toThrow('deleted object');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('calls from within a turn', () => {
  it('are queued and belong to the same turn', () => {
    const client: Client = openClient({
      stateChanged: (state) => {
        if (state === 'reconnecting') client.connection.disconnect();
      },
    });
    ScriptedSocket.last.onclose?.({ code: 1011, reason: '', wasClean: true });
    const names = client.takeNames();
    expect(names.filter((name) => name === 'stateChanged')).toHaveLength(2);
    // Everything that the loss led to was reported before disconnect() began.
    expect(names.slice(names.lastIndexOf('recoveryAttempted'))).toEqual([
      'recoveryAttempted',
      'stateChanged',
      'turnEnded',
    ]);
    expect(vi.getTimerCount()).toBe(0);
    client.connection.delete();
  });

  it('may be made by every method of the listener', () => {
    const client: Client = makeClient({
      resolveAddress: (attempt) => {
        client.connection.setOption('pingInterval', 500 + attempt);
        client.connection.addressResolved(attempt, 'ws://server.test/', []);
        client.connection.connect();
      },
      socketCreated: () => {
        ScriptedSocket.last.onopen?.();
        client.connection.networkChanged(false);
      },
      opened: () => {
        client.connection.textReceived(1, '{"type":"ping"}');
        client.connection.clearQueue();
      },
    });
    client.connection.connect();
    expect(client.takeNames()).toEqual([
      'stateChanged',
      'resolveAddress',
      'socketOpening',
      'socketCreated',
      'stateChanged',
      'opened',
      'queueCleared',
      'turnEnded',
    ]);
    expect(client.connection.getOption('pingInterval')).toBe(501);
    client.connection.delete();
  });

  it('assign options one after the other, none lost', () => {
    const client: Client = makeClient({
      stateChanged: () => {
        expect(client.connection.setOption('pingInterval', 1234)).toBe('');
        client.connection.slowDown();
        expect(client.connection.setOption('pongTimeout', 0)).toBe('a finite number >= 1 (milliseconds)');
        expect(client.connection.setOption('pongTimeout', 4321)).toBe('');
      },
    });
    client.connection.connect();
    expect(
      ['pingInterval', 'pongTimeout', 'reconnectDelay'].map((name) => client.connection.getOption(name)),
    ).toEqual([1234, 4321, 2000]);
    client.connection.delete();
  });

  it('send behind what the turn still has to send', () => {
    const order: unknown[] = [];
    const client: Client = makeClient({
      sendMessage: (_attempt, message) => {
        order.push(message);
        return 0;
      },
      stateChanged: (state) => {
        if (state === 'connected') order.push(['returned', send(client, 9)]);
      },
    });
    for (const payload of [1, 2, 3]) send(client, payload);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(order).toEqual([['returned', false], 1, 2, 3, 9]);
    client.connection.delete();
  });

  it('queue what is sent after the end of the connection in the same turn', () => {
    const outcomes: boolean[] = [];
    const client: Client = openClient({
      latencyMeasured: () => {
        ScriptedSocket.last.onclose?.();
        outcomes.push(send(client, 1));
      },
    });
    client.connection.networkChanged(false);
    const [ping] = ScriptedSocket.last.sent as string[];
    client.connection.textReceived(1, (ping ?? '').replace('ping', 'pong'));
    expect(outcomes).toEqual([false]);
    expect(client.connection.snapshot().queuedMessages).toBe(1);
    client.connection.delete();
  });
});

describe('delete() from within a turn', () => {
  it.each(['resolveAddress', 'socketCreated', 'stateChanged', 'timerSet'] as const)(
    'of its own, in %s, frees the client when the turn is over',
    (name) => {
      const neighbour = openClient();
      let isDeleted = false;
      const client: Client = makeClient({
        [name]: () => {
          if (!isDeleted) client.connection.delete();
          isDeleted = true;
        },
      });
      client.connection.connect();
      expect(() => client.connection.connect()).toThrow('deleted object');
      for (const socket of ScriptedSocket.made.slice(1)) {
        expect(socket.closes).toHaveLength(1);
        expect(socket.onopen).toBeNull();
      }
      vi.advanceTimersByTime(0);
      client.takeNames();
      // The neighbour's timer is the only one left.
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(60_000);
      expect(client.takeNames()).toEqual([]);
      neighbour.connection.delete();
    },
  );
});

describe('the user asked whether to reconnect', () => {
  it.each([
    [true, 1000, 'reconnecting'],
    [false, 1006, 'failed'],
    [undefined, 1006, 'reconnecting'],
    [undefined, 1000, 'disconnected'],
  ])('answers %s to %d: %s', (verdict, code, state) => {
    const client = openClient({ shouldReconnect: () => verdict });
    client.connection.setDecider(true);
    ScriptedSocket.last.onclose?.({ code, reason: 'why', wasClean: true });
    expect(client.argumentsOf('shouldReconnect')).toEqual([[code, 'why', true, code === 1006]]);
    expect(client.argumentsOf('stateChanged')).toEqual([[state]]);
    client.connection.delete();
  });

  it('may call the client: the verdict comes first', () => {
    const client: Client = openClient({
      shouldReconnect: () => {
        client.connection.setOption('maxReconnectAttempts', 3);
        client.connection.networkChanged(true);
        expect(send(client, 7)).toBe(false);
        return false;
      },
    });
    client.connection.setDecider(true);
    ScriptedSocket.last.onclose?.();
    expect(client.argumentsOf('closed')).toEqual([[1006, '', false, false]]);
    expect(client.argumentsOf('stateChanged')).toEqual([['failed']]);
    expect(client.connection.getOption('maxReconnectAttempts')).toBe(3);
    expect(client.connection.snapshot().queuedMessages).toBe(1);
    client.connection.delete();
  });
});

describe('the handshake', () => {
  it('is started on the open socket, and opens the connection', () => {
    const client = makeClient();
    client.connection.setHandshake(true);
    client.connection.connect();
    client.takeNames();
    ScriptedSocket.last.onopen?.();
    expect(client.calls.splice(0)).toEqual([['startHandshake', 1]]);
    for (const bad of [NaN, 0, 2, 1.5]) client.connection.handshakeDone(bad);
    expect(client.takeNames()).toEqual([]);
    client.connection.handshakeDone(1);
    expect(client.takeNames()).toEqual(['stateChanged', 'opened', 'turnEnded']);
    client.connection.delete();
  });

  it('may be done while it is started', () => {
    const client: Client = makeClient({
      startHandshake: (attempt) => {
        client.connection.handshakeDone(attempt);
      },
    });
    client.connection.setHandshake(true);
    client.connection.connect();
    client.takeNames();
    ScriptedSocket.last.onopen?.();
    expect(client.takeNames()).toEqual(['startHandshake', 'stateChanged', 'opened', 'turnEnded']);
    client.connection.delete();
  });

  it.each([
    [4401, 'no', 4401, 'no'],
    [1000, '', 1000, ''],
    [4000, '\u00e9'.repeat(100), 4000, '\u00e9'.repeat(61)],
    [4000, 7, 4000, ''],
    [0, 'no', 1006, 'Handshake failed'],
    [1006, 'no', 1006, 'Handshake failed'],
    [4000 + 65536, 'no', 1006, 'Handshake failed'],
    [NaN, 'no', 1006, 'Handshake failed'],
  ])('fails with %d %j: the close event has %d', (code, reason, closeCode, closeReason) => {
    const client = makeClient();
    client.connection.setHandshake(true);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    client.connection.handshakeFailed(1, code, reason as string);
    expect(client.argumentsOf('closed')).toEqual([[closeCode, closeReason, false, closeCode !== 1000]]);
    const sent = closeCode === 1006 ? 1000 : closeCode;
    expect(ScriptedSocket.last.closes[0]?.[0]).toBe(sent);
    client.connection.delete();
  });
});

describe('a method called from within itself', () => {
  // embind 3.1.6 without dynamic execution keeps converted arguments between calls: texts were freed twice.
  it('does not disturb the outer call: options', () => {
    const client: Client = makeClient({
      turnEnded: () => {
        const queueSize = client.connection.getOption('maxQueueSize') as number;
        if (queueSize > 0) client.connection.setOption('maxQueueSize', queueSize - 1);
      },
    });
    for (let round = 0; round < 100; round += 1) {
      client.connection.setOption('maxQueueSize', 100);
      for (let payload = 1; payload <= 10; payload += 1) send(client, 10 * round + payload);
      client.connection.setOption('maxQueueSize', 9);
    }
    expect(client.argumentsOf('dropped')).toEqual(
      Array.from({ length: 1000 }, (_, index) => [index + 1, 'overflow']),
    );
    client.connection.delete();
  });

  it('does not disturb the outer call: failing addresses', () => {
    const reasonOf = (attempt: number) => `reason ${attempt} ${'y'.repeat(attempt % 50)}`;
    let allowed = 0;
    const client: Client = makeClient({
      resolveAddress: (attempt) => {
        if (attempt % 10 !== 0) client.connection.attemptFailed(attempt, reasonOf(attempt));
      },
      turnEnded: () => {
        const hasFailed = client.argumentsOf('closed').length === client.argumentsOf('resolveAddress').length;
        if (hasFailed && allowed-- > 0) client.connection.reconnect();
      },
    });
    client.connection.connect();
    for (let attempt = 10; attempt <= 1000; attempt += 10) {
      allowed = 10;
      while (client.argumentsOf('resolveAddress').length < attempt) client.connection.reconnect();
      client.connection.attemptFailed(attempt, reasonOf(attempt));
    }
    const reasons = client.argumentsOf('closed').map((call) => call[1]);
    expect(reasons.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, index) => reasonOf(index + 1)));
    client.connection.delete();
  });
});

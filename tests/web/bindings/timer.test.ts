// The driver's one timer, and the time that the core gets.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { core, makeClient, receive, send, type Client } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function openClient(): Client {
  const client = makeClient();
  client.connection.connect();
  ScriptedSocket.last.onopen?.();
  return client;
}

describe('the number of timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('is none before connect()', () => {
    const client = makeClient();
    send(client, 1);
    expect(vi.getTimerCount()).toBe(0);
    client.connection.delete();
  });

  it('is one, whatever the connection waits for', () => {
    const client = makeClient();
    const counts = new Set<number>();
    const count = () => counts.add(vi.getTimerCount());
    client.connection.connect();
    count();
    ScriptedSocket.last.onopen?.();
    count();
    send(client, 1);
    count();
    vi.advanceTimersByTime(4000);
    count();
    client.connection.send(2, 1, true, false, 100, false);
    client.connection.networkChanged(false);
    count();
    ScriptedSocket.last.onclose?.();
    count();
    client.connection.send(3, 1, true, false, 100, false);
    count();
    vi.advanceTimersByTime(100);
    count();
    expect([...counts]).toEqual([1]);
    client.connection.delete();
  });

  it('is none again after disconnect(), after giving up and after destroy()', () => {
    const client = openClient();
    client.connection.disconnect();
    ScriptedSocket.last.onclose?.({ code: 1000, reason: '', wasClean: true });
    expect(vi.getTimerCount()).toBe(0);

    client.connection.setOption('maxReconnectAttempts', 0);
    client.connection.connect();
    ScriptedSocket.last.onclose?.();
    expect(client.argumentsOf('gaveUp')).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);

    client.connection.reconnect();
    ScriptedSocket.last.onopen?.();
    send(client, 1);
    expect(vi.getTimerCount()).toBe(1);
    client.connection.destroy();
    expect(vi.getTimerCount()).toBe(0);
    client.connection.delete();
  });

  it('is none after delete() without destroy()', () => {
    const client = openClient();
    expect(vi.getTimerCount()).toBe(1);
    client.connection.delete();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is one for each client', () => {
    const clients = [openClient(), openClient()];
    expect(vi.getTimerCount()).toBe(2);
    clients[0]?.connection.delete();
    expect(vi.getTimerCount()).toBe(1);
    clients[1]?.connection.delete();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('setting the timer', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('leaves a timer that is early enough alone', () => {
    const client = openClient();
    const set = vi.spyOn(globalThis, 'setTimeout');
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    for (let payload = 1; payload <= 100; payload += 1) {
      if (core._rwsTrySendNow(client.connection.id(), payload, 1, true) === 0) send(client, payload);
      receive(client, 1);
    }
    // One earlier deadline: the confirmation of the message.
    expect(set).toHaveBeenCalledTimes(1);
    expect(clear).toHaveBeenCalledTimes(1);
    client.connection.delete();
  });

  it('reports nothing when a timer has nothing to do, and sets the next one', () => {
    const client = openClient();
    send(client, 1);
    expect(core._rwsTrySendNow(client.connection.id(), 2, 1, true)).toBe(1);
    client.connection.messageRefused(1, 1, false);
    client.takeNames();
    // The timer was set to confirm the message, which was not sent.
    vi.advanceTimersByTime(2000);
    expect(client.takeNames()).toEqual([]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(27_999);
    expect(ScriptedSocket.last.sent).toHaveLength(0);
    vi.advanceTimersByTime(1);
    expect(ScriptedSocket.last.sent).toHaveLength(1);
    client.connection.delete();
  });

  it('rounds up: a timer is never early by design', () => {
    const client = makeClient();
    client.connection.setOption('reconnectDelay', 100.25);
    client.connection.connect();
    const set = vi.spyOn(globalThis, 'setTimeout');
    ScriptedSocket.last.onclose?.();
    expect(set.mock.calls.map((call) => call[1])).toEqual([101]);
    client.connection.delete();
  });

  it('waits longer than a 32-bit timer can', () => {
    const client = makeClient();
    const longest = 2 ** 31 - 1;
    const set = vi.spyOn(globalThis, 'setTimeout');
    client.connection.setOption('connectionTimeout', 3 * longest);
    client.connection.connect();
    vi.advanceTimersByTime(longest);
    vi.advanceTimersByTime(longest);
    expect(set.mock.calls.map((call) => call[1])).toEqual([longest, longest, longest]);
    expect(client.argumentsOf('closed')).toEqual([]);
    vi.advanceTimersByTime(longest);
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Connection timeout', false, true]]);
    client.connection.delete();
  });

  it('keeps what setTimeout returns, whatever it is', () => {
    const timers: object[] = [];
    const cleared: unknown[] = [];
    vi.stubGlobal('setTimeout', () => {
      timers.push({});
      return timers.at(-1);
    });
    vi.stubGlobal('clearTimeout', (timer: unknown) => cleared.push(timer));
    const client = makeClient();
    client.connection.connect();
    client.connection.delete();
    expect(timers).toHaveLength(1);
    expect(cleared[0]).toBe(timers[0]);
    vi.stubGlobal('setTimeout', () => 2 ** 40 + 1);
    const other = makeClient();
    other.connection.connect();
    other.connection.delete();
    expect(cleared[1]).toBe(2 ** 40 + 1);
  });

  it('ignores a timer that fires although it was cleared', () => {
    const fired: (() => void)[] = [];
    vi.stubGlobal('setTimeout', (callback: () => void) => fired.push(callback));
    vi.stubGlobal('clearTimeout', () => undefined);
    const client = makeClient();
    client.connection.connect();
    client.connection.disconnect();
    ScriptedSocket.last.onclose?.();
    client.connection.connect();
    client.takeNames();
    // Taken for its successor it would prove that the time-out of the new attempt has passed.
    fired[0]?.();
    expect(client.takeNames()).toEqual([]);
    client.connection.delete();
    fired[1]?.();
    expect(client.takeNames()).toEqual([]);
  });
});

describe('another means of waking', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('counts for the timer that it was set with, once', () => {
    const timers: (readonly [number, number])[] = [];
    const client = makeClient({ timerSet: (...timer) => timers.push(timer) });
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(timers.at(-1)?.[1]).toBe(5000); // the connection becomes stable
    const [stable] = timers.at(-1) ?? [NaN];
    for (const other of [stable - 1, stable + 1, 0, NaN]) client.connection.timerFired(other);
    expect(timers).toHaveLength(2);
    client.connection.timerFired(stable);
    expect(timers).toHaveLength(3);
    client.connection.timerFired(stable);
    expect(timers).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(1);
    // It proves that the time has come, though the clock does not show it: the next ping is due.
    client.connection.timerFired(timers.at(-1)?.[0] ?? NaN);
    expect(ScriptedSocket.last.sent).toHaveLength(1);
    client.connection.delete();
  });
});

describe('the clock', () => {
  it('has reached the deadline of a timer that fired, even if it does not move', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.spyOn(performance, 'now').mockReturnValue(1000);
    const client = openClient();
    vi.advanceTimersByTime(30_000);
    expect(ScriptedSocket.last.sent).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Pong timeout', false, true]]);
    vi.advanceTimersByTime(1000);
    expect(ScriptedSocket.made).toHaveLength(2);
    client.connection.delete();
  });

  it('goes on from where it was when it is set back', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000_000);
    const client = openClient();
    clock.mockReturnValue(0);
    expect(client.connection.snapshot().connectionDuration).toBe(0);
    clock.mockReturnValue(500);
    expect(client.connection.snapshot().connectionDuration).toBe(500);
    const set = vi.spyOn(globalThis, 'setTimeout');
    send(client, 1);
    expect(set.mock.calls.map((call) => call[1])).toEqual([250]);
    client.connection.delete();
  });

  it('is Date where there is no performance', () => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    vi.stubGlobal('performance', undefined);
    const client = openClient();
    vi.advanceTimersByTime(700);
    expect(client.connection.snapshot().connectionDuration).toBe(700);
    client.connection.delete();
  });

  it('is looked up at every reading', () => {
    const client = openClient();
    vi.useFakeTimers();
    vi.setSystemTime(5_000_000_000_000);
    ScriptedSocket.last.onclose?.();
    expect(client.connection.snapshot().lastDisconnectedAt).toBe(5_000_000_000_000);
    vi.advanceTimersByTime(1000);
    expect(ScriptedSocket.made).toHaveLength(2);
    client.connection.delete();
  });

  it('may give invalid values', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const clock = vi.spyOn(performance, 'now').mockReturnValue(NaN);
    const client = openClient();
    clock.mockReturnValue(-5);
    vi.advanceTimersByTime(30_000);
    expect(ScriptedSocket.last.sent).toHaveLength(1);
    client.connection.delete();
  });
});

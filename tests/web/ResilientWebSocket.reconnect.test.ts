// The times of attempts as a user of the package sees them.
import { expect, test, vi } from 'vitest';
import { type CloseDetails } from '../../web/index.js';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

/** Breaks each attempt at once until none follows; the waits between them, ms. */
function waitsUntilTheEnd(limit = 30): number[] {
  const waits: number[] = [];
  while (waits.length < limit) {
    const made = ScriptedWebSocket.made.length;
    ScriptedWebSocket.last.break();
    const start = Date.now();
    // A timer may come early and be armed again.
    while (ScriptedWebSocket.made.length === made && vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
    if (ScriptedWebSocket.made.length === made) return waits;
    waits.push(Date.now() - start);
  }
  return waits;
}

test('without jitter the ten delays double up to the longest, then the client fails once', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  const expected = [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000, 30000];
  expect(waitsUntilTheEnd()).toEqual(expected);
  expect(getEvents('reconnectScheduled').map(([event]) => event.delay)).toEqual(expected);
  expect(websocket.connectionState).toBe('failed');
  expect(getEvents('maxReconnectAttemptsReached')).toHaveLength(1);
  vi.advanceTimersByTime(3_600_000);
  expect(ScriptedWebSocket.made).toHaveLength(11);
  expect(vi.getTimerCount()).toBe(0);
});

test('with the default jitter each delay is in its range and two clients differ', () => {
  const delays: number[][] = [];
  for (let client = 0; client < 2; ++client) {
    const { websocket, getEvents } = createClient({ jitter: 0.5 });
    void websocket.connect();
    waitsUntilTheEnd();
    const scheduled = getEvents('reconnectScheduled').map(([event]) => event);
    for (const { delay, nominalDelay } of scheduled) {
      expect(delay).toBeLessThanOrEqual(nominalDelay);
      expect(delay).toBeGreaterThanOrEqual(nominalDelay * (nominalDelay < 30_000 ? 0.5 : 0.8) - 1);
    }
    delays.push(scheduled.map(({ delay }) => delay));
  }
  expect(delays[0]).not.toEqual(delays[1]);
});

test('50 sends during an outage lead to no further attempt', () => {
  const { websocket } = createConnected();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(500);
  for (let i = 0; i < 50; ++i) websocket.send(`message ${i}`);
  expect(ScriptedWebSocket.made).toHaveLength(1);
  vi.advanceTimersByTime(499);
  expect(ScriptedWebSocket.made).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(ScriptedWebSocket.made).toHaveLength(2);
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toHaveLength(50);
});

test('an attempt without an answer is given up after connectionTimeout', () => {
  const { websocket, getEvents } = createClient({ connectionTimeout: 700 });
  void websocket.connect();
  const first = ScriptedWebSocket.last;
  vi.advanceTimersByTime(700);
  expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: 'Connection timeout', wasClean: false }]]);
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.made).toHaveLength(2);
  first.open();
  first.deliver('"late"');
  expect(websocket.connectionState).toBe('reconnecting');
  expect(getEvents('message')).toEqual([]);
});

test('a server that accepts and drops at once leads to growing delays', () => {
  const { websocket, getEvents } = createConnected();
  ScriptedWebSocket.last.break();
  for (let round = 0; round < 3; ++round) {
    vi.advanceTimersToNextTimer();
    ScriptedWebSocket.last.open();
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.break();
  }
  expect(getEvents('reconnectScheduled').map(([event]) => event.delay)).toEqual([1000, 2000, 4000, 8000]);
  expect(websocket.reconnectAttempts).toBe(4);
});

test('a stable connection resets the count', () => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  vi.advanceTimersByTime(5000);
  ScriptedWebSocket.last.break();
  expect(getEvents('reconnectScheduled').map(([event]) => event.delay)).toEqual([1000, 1000]);
});

test('a delay that the server asks for is kept', () => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.end(1011, '{"retryAfterMs": 45000}');
  expect(getEvents('reconnectScheduled')[0]?.[0].delay).toBe(45_000);
});

test('shouldReconnect is called last and overrules both ways', () => {
  const asked: CloseDetails[] = [];
  let answer: boolean | undefined = true;
  const { websocket } = createConnected({
    shouldReconnect: (info) => {
      asked.push(info);
      return answer;
    },
  });
  ScriptedWebSocket.last.end(1008, 'no');
  expect(asked).toEqual([{ code: 1008, reason: 'no', wasClean: true, shouldReconnect: false }]);
  expect(websocket.connectionState).toBe('reconnecting');
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  answer = false;
  ScriptedWebSocket.last.end(1006);
  expect(asked[1]).toMatchObject({ code: 1006, shouldReconnect: true });
  expect(websocket.connectionState).toBe('failed');
  answer = undefined;
  websocket.reconnect();
  ScriptedWebSocket.last.end(1006);
  expect(websocket.connectionState).toBe('reconnecting');
  websocket.options.shouldReconnect = undefined;
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.end(1006);
  expect(asked).toHaveLength(3);
});

test('shouldReconnect is not called after disconnect', () => {
  const shouldReconnect = vi.fn(() => true);
  const { websocket } = createConnected({ shouldReconnect });
  const socket = ScriptedWebSocket.last;
  websocket.disconnect();
  socket.end(1000);
  expect(shouldReconnect).not.toHaveBeenCalled();
  expect(websocket.connectionState).toBe('disconnected');
});

test('a shouldReconnect that throws or returns nonsense changes nothing', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { websocket } = createConnected({
    logLevel: 'error',
    shouldReconnect: () => {
      throw new Error('boom');
    },
  });
  ScriptedWebSocket.last.end(1011);
  expect(websocket.connectionState).toBe('reconnecting');
  expect(error.mock.calls).toEqual([['ResilientWebSocket: shouldReconnect threw', new Error('boom')]]);
  websocket.options.shouldReconnect = () => 0 as never;
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('reconnecting');
});

test('shouldReconnect may call the client', () => {
  const { websocket, getEvents } = createConnected({
    shouldReconnect: () => {
      websocket.send('from within');
      websocket.disconnect();
      return true;
    },
  });
  ScriptedWebSocket.last.end(1006);
  expect(websocket.connectionState).toBe('disconnected');
  expect(getEvents('close')).toHaveLength(1);
  vi.advanceTimersByTime(60_000);
  expect(ScriptedWebSocket.made).toHaveLength(1);
});

test('the events that shouldReconnect causes are delivered after the loss is concluded', () => {
  const { websocket } = createConnected({
    maxReconnectAttempts: 0,
    shouldReconnect: () => {
      websocket.send(undefined);
      return undefined;
    },
  });
  const seen: string[] = [];
  websocket.on('error', ({ type }) => seen.push(`${type} ${websocket.connectionState}`));
  ScriptedWebSocket.last.end(1006);
  expect(seen).toEqual(['invalid_message failed', 'network_error failed']);
});

test('reconnect() closes the present socket with the code and reason that it is given', () => {
  const { websocket, getEvents } = createConnected();
  websocket.reconnect(4003, 'moved');
  expect(ScriptedWebSocket.made[0]?.closes[0]).toEqual([4003, 'moved']);
  expect(getEvents('close')).toEqual([
    [{ code: 4003, reason: 'moved', wasClean: false, shouldReconnect: true }],
  ]);
  ScriptedWebSocket.last.open();
  websocket.reconnect();
  expect(getEvents('close').at(-1)).toMatchObject([{ code: 1000, reason: 'Reconnect requested' }]);
  expect(() => websocket.reconnect(1001)).toThrow(RangeError);
  expect(() => websocket.reconnect(4000, 'x'.repeat(124))).toThrow(RangeError);
});

test('the code of a reconnect() that closed nothing is forgotten', () => {
  const { websocket } = createClient();
  websocket.reconnect(4003);
  ScriptedWebSocket.last.open();
  websocket.disconnect();
  expect(ScriptedWebSocket.last.closes[0]).toEqual([1000, 'Disconnect requested']);
});

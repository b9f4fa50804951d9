// The promises of connect() and whenConnected(): each settles exactly once, none is unhandled.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConnectionError, DestroyedError, UnsupportedEnvironmentError } from '../../web/index.js';
import { createClient, createConnected, outcomeOf, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const unhandled = vi.fn();
beforeEach(() => {
  unhandled.mockClear();
  process.on('unhandledRejection', unhandled);
});
afterEach(async () => {
  // Unhandled rejections are reported after the microtasks of the task.
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

test('connect resolves when connected, also after retries', async () => {
  const { websocket } = createClient();
  const connected = websocket.connect();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  expect(await outcomeOf(connected)).toEqual({ state: 'pending' });
  ScriptedWebSocket.last.open();
  expect(await outcomeOf(connected)).toEqual({ state: 'resolved', value: undefined });
});

test('connect is idempotent while connecting and when connected', async () => {
  const { websocket } = createClient();
  const first = websocket.connect();
  const second = websocket.connect();
  ScriptedWebSocket.last.open();
  const third = websocket.connect();
  expect(ScriptedWebSocket.made).toHaveLength(1);
  for (const promise of [first, second, third]) expect((await outcomeOf(promise)).state).toBe('resolved');
});

test('connect rejects when the client gives up, with the code and localised words', async () => {
  const { websocket } = createClient({ locale: 'en' });
  const connected = websocket.connect();
  ScriptedWebSocket.last.end(1008);
  const { state, value } = await outcomeOf(connected);
  expect(state).toBe('rejected');
  expect(value).toBeInstanceOf(ConnectionError);
  expect(value).toBeInstanceOf(Error);
  expect(value).toMatchObject({
    name: 'ConnectionError',
    state: 'failed',
    code: 1008,
    message: 'Could not connect to the server',
  });
});

test('connect rejects on the first failure without automatic reconnect', async () => {
  const { websocket } = createClient({ enableAutoReconnect: false });
  const connected = websocket.connect();
  ScriptedWebSocket.last.break();
  expect(await outcomeOf(connected)).toMatchObject({ state: 'rejected', value: { code: 1006 } });
});

test('connect rejects at once where there is no WebSocket, and names the fix', async () => {
  vi.stubGlobal('WebSocket', undefined);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { websocket, events } = createClient({ logLevel: 'warn' });
  const { state, value } = await outcomeOf(websocket.connect());
  expect(state).toBe('rejected');
  expect(value).toBeInstanceOf(UnsupportedEnvironmentError);
  expect(value).toMatchObject({
    name: 'UnsupportedEnvironmentError',
    message: expect.stringContaining('globalThis.WebSocket = ws') as string,
  });
  // The caller may ignore the promise.
  expect(warn.mock.calls).toEqual([[`ResilientWebSocket: ${(value as Error).message}`]]);
  expect([events, websocket.connectionState, vi.getTimerCount()]).toEqual([[], 'disconnected', 0]);
  // Once it is there, nothing else is needed.
  ScriptedWebSocket.install();
  const connected = websocket.connect();
  ScriptedWebSocket.last.open();
  expect(await outcomeOf(connected)).toMatchObject({ state: 'resolved' });
});

test('connect rejects when disconnect or a normal close comes first', async () => {
  const { websocket } = createClient();
  const first = websocket.connect();
  websocket.disconnect();
  expect(await outcomeOf(first)).toMatchObject({
    state: 'rejected',
    value: { state: 'disconnected', code: undefined, message: 'Соединение закрыто' },
  });
  const second = websocket.connect();
  ScriptedWebSocket.last.end(1000);
  expect(await outcomeOf(second)).toMatchObject({ state: 'rejected', value: { code: 1000 } });
});

test('disconnect in an outage gives no code of an earlier loss', async () => {
  const { websocket } = createClient();
  const connected = websocket.connect();
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  websocket.disconnect();
  expect(await outcomeOf(connected)).toMatchObject({ state: 'rejected', value: { code: undefined } });
});

test('disconnect after a failure gives no code of that failure', async () => {
  const { websocket } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.end(1008);
  const connected = websocket.connect();
  websocket.disconnect();
  expect(await outcomeOf(connected)).toMatchObject({ state: 'rejected', value: { code: undefined } });
});

test('promises that are ignored never become unhandled rejections', async () => {
  const { websocket } = createClient();
  void websocket.connect();
  void websocket.whenConnected({ timeout: 5 });
  void websocket.connect({ signal: AbortSignal.abort() });
  vi.advanceTimersByTime(5);
  ScriptedWebSocket.last.end(1008);
  void websocket.whenConnected();
  websocket.destroy();
  void websocket.connect();
  void websocket.whenConnected();
  await settle();
});

test('a signal that is aborted already rejects at once, and nothing happens', async () => {
  const { websocket, events } = createClient();
  const reason = new Error('never mind');
  expect(await outcomeOf(websocket.connect({ signal: AbortSignal.abort(reason) }))).toEqual({
    state: 'rejected',
    value: reason,
  });
  expect(events).toEqual([]);
  expect(ScriptedWebSocket.made).toEqual([]);
});

test('an abort rejects with its reason and stops connecting', async () => {
  const { websocket } = createClient();
  const controller = new AbortController();
  const connected = websocket.connect({ signal: controller.signal });
  const reason = { custom: true };
  controller.abort(reason);
  expect(await outcomeOf(connected)).toEqual({ state: 'rejected', value: reason });
  expect(websocket.connectionState).toBe('disconnected');
  vi.advanceTimersByTime(60_000);
  expect(ScriptedWebSocket.made).toHaveLength(1);
});

test('an abort leaves the attempt to another pending connect', async () => {
  const { websocket } = createClient();
  const controller = new AbortController();
  const aborted = websocket.connect({ signal: controller.signal });
  const other = websocket.connect();
  controller.abort();
  expect((await outcomeOf(aborted)).state).toBe('rejected');
  expect(websocket.connectionState).toBe('connecting');
  ScriptedWebSocket.last.open();
  expect((await outcomeOf(other)).state).toBe('resolved');
});

test('an abort of a mere wait leaves the connection alone', async () => {
  const { websocket } = createClient();
  websocket.reconnect();
  const controller = new AbortController();
  const waited = websocket.whenConnected({ signal: controller.signal });
  controller.abort();
  expect((await outcomeOf(waited)).state).toBe('rejected');
  expect(websocket.connectionState).toBe('connecting');
});

test('an abort after connecting changes nothing', async () => {
  const { websocket } = createClient();
  const controller = new AbortController();
  const connected = websocket.connect({ signal: controller.signal });
  ScriptedWebSocket.last.open();
  controller.abort();
  expect((await outcomeOf(connected)).state).toBe('resolved');
  expect(websocket.connectionState).toBe('connected');
});

test('whenConnected waits, and starts nothing', async () => {
  const { websocket } = createClient();
  const waited = websocket.whenConnected();
  vi.advanceTimersByTime(60_000);
  expect(ScriptedWebSocket.made).toEqual([]);
  void websocket.connect();
  websocket.disconnect();
  expect((await outcomeOf(waited)).state).toBe('pending');
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect((await outcomeOf(waited)).state).toBe('resolved');
  expect((await outcomeOf(websocket.whenConnected())).state).toBe('resolved');
});

test('whenConnected ends with a TimeoutError, an abort, or the state failed', async () => {
  const { websocket } = createClient();
  const controller = new AbortController();
  const timed = websocket.whenConnected({ timeout: 100 });
  const aborted = websocket.whenConnected({ signal: controller.signal, timeout: 5000 });
  const failed = websocket.whenConnected();
  vi.advanceTimersByTime(99);
  expect((await outcomeOf(timed)).state).toBe('pending');
  vi.advanceTimersByTime(1);
  expect(await outcomeOf(timed)).toMatchObject({ state: 'rejected', value: { name: 'TimeoutError' } });
  controller.abort('enough');
  expect(await outcomeOf(aborted)).toEqual({ state: 'rejected', value: 'enough' });
  expect(websocket.connectionState).toBe('disconnected');
  expect(vi.getTimerCount()).toBe(0);
  void websocket.connect();
  ScriptedWebSocket.last.end(1003);
  expect(await outcomeOf(failed)).toMatchObject({
    state: 'rejected',
    value: { state: 'failed', code: 1003 },
  });
  expect(await outcomeOf(websocket.whenConnected())).toMatchObject({
    value: { state: 'failed', code: 1003 },
  });
});

test.each([-1, Number.NaN, Infinity, '5', null])('whenConnected refuses the timeout %s', async (timeout) => {
  const { websocket } = createClient();
  expect(await outcomeOf(websocket.whenConnected({ timeout: timeout as number }))).toEqual({
    state: 'rejected',
    value: new RangeError('Option "timeout" must be a finite number >= 0 (milliseconds)'),
  });
});

test('a timeout beyond what timers take fires at its time', async () => {
  const { websocket } = createClient();
  const longest = 2 ** 31 - 1;
  const waited = websocket.whenConnected({ timeout: 2 * longest + 1000 });
  for (const milliseconds of [1_000_000, longest - 1_000_000, longest, 999]) {
    vi.advanceTimersByTime(milliseconds);
    expect((await outcomeOf(waited)).state).toBe('pending');
  }
  vi.advanceTimersByTime(1);
  expect((await outcomeOf(waited)).value).toMatchObject({
    name: 'TimeoutError',
    message: `Not connected within ${2 * longest + 1000} ms`,
  });
  expect(vi.getTimerCount()).toBe(0);
});

test('waiting leaves no listener on the signal', async () => {
  const { websocket } = createConnected();
  websocket.disconnect();
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  const waited = websocket.whenConnected({ signal });
  void websocket.connect({ signal });
  ScriptedWebSocket.last.open();
  expect((await outcomeOf(waited)).state).toBe('resolved');
  expect(added).toHaveBeenCalledTimes(2);
  expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
    added.mock.calls.map(([, listener]) => listener),
  );
});

test('destroy rejects everything that waits with DestroyedError', async () => {
  const { websocket } = createClient();
  const connected = websocket.connect();
  const waited = websocket.whenConnected();
  websocket.destroy();
  for (const promise of [connected, waited, websocket.connect(), websocket.whenConnected()]) {
    const { state, value } = await outcomeOf(promise);
    expect(state).toBe('rejected');
    expect(value).toBeInstanceOf(DestroyedError);
    expect(value).toHaveProperty('name', 'DestroyedError');
  }
});

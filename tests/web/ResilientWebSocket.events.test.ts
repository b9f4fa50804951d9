// Owns the shapes and the order of events.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('a first connection tells its states, then open', () => {
  const { events } = createConnected();
  expect(events).toEqual([['stateChange', 'connecting'], ['stateChange', 'connected'], ['open']]);
});

test('a loss tells error, close, state and what comes next, in that order', () => {
  const { events } = createConnected();
  events.length = 0;
  ScriptedWebSocket.last.end(1011, 'overload');
  expect(events).toEqual([
    ['error', { type: 'server_error', code: 1011, recoverable: true, message: 'Ошибка на стороне сервера' }],
    ['close', { code: 1011, reason: 'overload', wasClean: true, shouldReconnect: true }],
    ['stateChange', 'reconnecting'],
    [
      'reconnectScheduled',
      {
        attempt: 1,
        delay: 1000,
        nominalDelay: 1000,
        nextAttemptAt: Date.now() + 1000,
        consecutiveErrors: 1,
      },
    ],
    ['errorRecoveryAttempt', { errorType: 'server_error', attempt: 1 }],
  ]);
});

test('a native error and the close that follows are one error', () => {
  const { told } = createConnected();
  ScriptedWebSocket.last.fail();
  expect(told('error')).toHaveLength(1);
  expect(told('error')[0]?.[0]).toMatchObject({ type: 'network_error', recoverable: true });
  ScriptedWebSocket.last.end(1006);
  expect(told('error')).toHaveLength(1);
  expect(told('close')).toHaveLength(1);
});

test('a refused first attempt is reconnecting from then on, with one close and no open', () => {
  const { websocket, names } = createClient();
  void websocket.connect();
  ScriptedWebSocket.last.break();
  expect(names('errorRecoveryAttempt', 'reconnectScheduled')).toEqual([
    'stateChange',
    'error',
    'close',
    'stateChange',
  ]);
  expect(websocket.connectionState).toBe('reconnecting');
});

test('without automatic reconnect the first failure is the last', () => {
  const { websocket, told } = createClient({ enableAutoReconnect: false });
  void websocket.connect();
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  expect(told('close')).toMatchObject([[{ code: 1006, shouldReconnect: false }]]);
  expect(told('error')).toMatchObject([[{ recoverable: false }]]);
});

test('giving up tells of it once', () => {
  const { websocket, told } = createClient({ maxReconnectAttempts: 2 });
  void websocket.connect();
  for (let attempt = 0; attempt < 3; ++attempt) {
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(60_000);
  }
  expect(told('maxReconnectAttemptsReached')).toEqual([[{ attempts: 2, consecutiveErrors: 3 }]]);
  expect(told('maxRecoveryAttemptsReached')).toEqual([[{ errorType: 'network_error', attempts: 2 }]]);
  expect(told('stateChange').filter(([state]) => state === 'failed')).toHaveLength(1);
});

test('a refusal for lack of rights asks for new credentials', () => {
  const { told } = createConnected();
  ScriptedWebSocket.last.end(1008);
  expect(told('authRecoveryNeeded')).toEqual([[]]);
});

test('three attempts refused before opening ask for new credentials', () => {
  const { websocket, told } = createClient();
  void websocket.connect();
  for (let attempt = 0; attempt < 3; ++attempt) {
    expect(told('authRecoveryNeeded')).toHaveLength(0);
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(5000);
  }
  expect(told('authRecoveryNeeded')).toHaveLength(1);
});

test('recovery events can be switched off', () => {
  const { names } = createConnected({ enableErrorRecovery: false });
  ScriptedWebSocket.last.end(1008);
  expect(names()).not.toContain('authRecoveryNeeded');
});

test('messageSent tells the size in bytes, for flushed messages too', () => {
  const { websocket, told } = createClient();
  websocket.send('привет');
  websocket.send(new Uint8Array(7));
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.send('😀');
  expect(told('messageSent')).toEqual([[{ size: 12 }], [{ size: 7 }], [{ size: 4 }]]);
});

test('latency tells a measured round trip, and only for a ping of this socket', () => {
  const { told } = createConnected({ pingInterval: 1000 });
  ScriptedWebSocket.last.deliverJson({ type: 'pong', timestamp: 12345 });
  vi.advanceTimersByTime(1000);
  vi.advanceTimersByTime(25);
  ScriptedWebSocket.last.answerPing();
  expect(told('latency')).toEqual([[{ roundTripTime: 25 }]]);
});

test('error messages follow the locale', () => {
  const { told } = createConnected({ locale: 'en' });
  ScriptedWebSocket.last.end(1006);
  expect(told('error')[0]?.[0].message).toBe('The server cannot be reached');
});

test('what listeners bring about queues behind what was there before', () => {
  const { websocket, events } = createConnected();
  events.length = 0;
  websocket.on('close', () => {
    websocket.disconnect();
  });
  ScriptedWebSocket.last.end(1006);
  expect(events.map(([name, argument]) => [name, argument])).toMatchObject([
    ['error', {}],
    ['close', {}],
    ['stateChange', 'reconnecting'],
    ['reconnectScheduled', {}],
    ['errorRecoveryAttempt', {}],
    ['stateChange', 'disconnected'],
  ]);
});

test('when listeners run, properties already show the end of the turn', () => {
  const { websocket } = createConnected();
  const seen: string[] = [];
  websocket.on('error', () => seen.push(websocket.connectionState));
  websocket.on('close', () => seen.push(websocket.connectionState));
  ScriptedWebSocket.last.end(1006);
  expect(seen).toEqual(['reconnecting', 'reconnecting']);
});

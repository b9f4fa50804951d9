// The arguments and the order of events.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('a first connection reports its states, then open', () => {
  const { events } = createConnected();
  expect(events).toEqual([['stateChange', 'connecting'], ['stateChange', 'connected'], ['open']]);
});

test('a loss that is retried reports close, state and the retry, in that order', () => {
  const { events } = createConnected();
  events.length = 0;
  ScriptedWebSocket.last.end(1011, 'overload');
  expect(events).toEqual([
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

test('a loss that is not retried reports error, close and state, in that order', () => {
  const { events } = createConnected({ maxReconnectAttempts: 0 });
  events.length = 0;
  ScriptedWebSocket.last.end(1011, 'overload');
  expect(events.slice(0, 3)).toEqual([
    ['error', { type: 'server_error', code: 1011, recoverable: false, message: 'Ошибка на стороне сервера' }],
    ['close', { code: 1011, reason: 'overload', wasClean: true, shouldReconnect: false }],
    ['stateChange', 'failed'],
  ]);
});

test('a native error and the close that follows are one error', () => {
  const { websocket, getEvents } = createConnected({ maxReconnectAttempts: 0 });
  ScriptedWebSocket.last.fail();
  expect(getEvents('error')).toEqual([]);
  ScriptedWebSocket.last.end(1006);
  expect(getEvents('error')).toMatchObject([[{ type: 'network_error', recoverable: false }]]);
  expect(websocket.connectionStats.totalErrors).toBe(1);
  expect(getEvents('close')).toHaveLength(1);
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
  const { websocket, getEvents } = createClient({ enableAutoReconnect: false });
  void websocket.connect();
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  expect(getEvents('close')).toMatchObject([[{ code: 1006, shouldReconnect: false }]]);
  expect(getEvents('error')).toMatchObject([[{ recoverable: false }]]);
});

test('giving up is reported once', () => {
  const { websocket, getEvents } = createClient({ maxReconnectAttempts: 2 });
  void websocket.connect();
  for (let attempt = 0; attempt < 3; ++attempt) {
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(60_000);
  }
  expect(getEvents('maxReconnectAttemptsReached')).toEqual([[{ attempts: 2, consecutiveErrors: 3 }]]);
  expect(getEvents('maxRecoveryAttemptsReached')).toEqual([[{ errorType: 'network_error', attempts: 2 }]]);
  expect(getEvents('stateChange').filter(([state]) => state === 'failed')).toHaveLength(1);
});

test('a refusal for lack of rights asks for new credentials', () => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.end(1008);
  expect(getEvents('authRecoveryNeeded')).toEqual([[]]);
});

test('three attempts refused before opening ask for new credentials', () => {
  const { websocket, getEvents } = createClient();
  void websocket.connect();
  for (let attempt = 0; attempt < 3; ++attempt) {
    expect(getEvents('authRecoveryNeeded')).toHaveLength(0);
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(5000);
  }
  expect(getEvents('authRecoveryNeeded')).toHaveLength(1);
});

test('recovery events can be switched off', () => {
  const { names } = createConnected({ enableErrorRecovery: false });
  ScriptedWebSocket.last.end(1008);
  expect(names()).not.toContain('authRecoveryNeeded');
});

test('messageSent has the size in bytes, for messages from the queue too', () => {
  const { websocket, getEvents } = createClient();
  websocket.send('привет');
  websocket.send(new Uint8Array(7));
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.send('😀');
  expect(getEvents('messageSent')).toEqual([[{ size: 12 }], [{ size: 7 }], [{ size: 4 }]]);
});

test('latency has the round trip of a ping, of this socket only', () => {
  const { getEvents } = createConnected({ pingInterval: 1000 });
  ScriptedWebSocket.last.deliverJson({ type: 'pong', timestamp: 12345 });
  vi.advanceTimersByTime(1000);
  vi.advanceTimersByTime(25);
  ScriptedWebSocket.last.answerPing();
  expect(getEvents('latency')).toEqual([[{ roundTripTime: 25 }]]);
});

test('error messages follow the locale', () => {
  const { websocket, getEvents } = createClient({ locale: 'en' });
  void websocket.connect();
  ScriptedWebSocket.last.break();
  expect(getEvents('error')[0]?.[0].message).toBe('The server cannot be reached');
});

test('the events that listeners cause go behind those that were there before', () => {
  const { websocket, events } = createConnected();
  events.length = 0;
  websocket.on('close', () => {
    websocket.disconnect();
  });
  ScriptedWebSocket.last.end(1006);
  expect(events.map(([name, argument]) => [name, argument])).toMatchObject([
    ['close', {}],
    ['stateChange', 'reconnecting'],
    ['reconnectScheduled', {}],
    ['errorRecoveryAttempt', {}],
    ['stateChange', 'disconnected'],
  ]);
});

test('when listeners run, the properties show the end of the turn', () => {
  const { websocket } = createConnected({ maxReconnectAttempts: 0 });
  const seen: string[] = [];
  websocket.on('error', () => seen.push(websocket.connectionState));
  websocket.on('close', () => seen.push(websocket.connectionState));
  ScriptedWebSocket.last.end(1006);
  expect(seen).toEqual(['failed', 'failed']);
});

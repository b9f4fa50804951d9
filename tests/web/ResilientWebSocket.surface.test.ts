// The members that code written against the original relies on: each exists and does what it did.
import { expect, test, vi } from 'vitest';
import ResilientWebSocket, { ResilientWebSocket as named } from '../../web/index.js';
import { createClient, createConnected, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('the class is the default export and a named one', () => {
  expect(named).toBe(ResilientWebSocket);
});

test('the constructor creates nothing on the network and shows a client at rest', () => {
  const { websocket, events } = createClient();
  vi.advanceTimersByTime(120_000);
  expect(ScriptedWebSocket.made).toEqual([]);
  expect(events).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  expect(websocket).toMatchObject({
    url: serverUrl,
    ws: null,
    isConnected: false,
    isConnecting: false,
    connectionState: 'disconnected',
    reconnectAttempts: 0,
    lastPong: null,
    messageQueue: [],
  });
});

test('the status of a client at rest has every field', () => {
  const stats = {
    totalConnections: 0,
    totalReconnections: 0,
    totalMessages: 0,
    totalErrors: 0,
    lastConnectedAt: null,
    lastDisconnectedAt: null,
    connectionDuration: 0,
    averageLatency: 0,
    errorRate: 0,
  };
  const status = {
    connected: false,
    connecting: false,
    readyState: 3,
    reconnectAttempts: 0,
    lastPong: null,
    queuedMessages: 0,
    connectionState: 'disconnected',
    nextAttemptAt: null,
    session: null,
    stats,
  };
  const { websocket } = createClient();
  expect(websocket.getStatus()).toEqual(status);
  expect(websocket.connectionStats).toEqual(stats);
  expect(websocket.checkConnectionHealth()).toEqual({
    ...status,
    consecutiveErrors: 0,
    timeSinceLastPong: null,
    networkOnline: true,
    isHealthy: false,
    errorRate: 0,
  });
  expect(websocket.getRecoveryRecommendations()).toEqual([]);
});

test('properties follow the connection through an outage', () => {
  const { websocket } = createClient();
  void websocket.connect();
  const first = ScriptedWebSocket.last;
  expect(websocket).toMatchObject({ isConnecting: true, isConnected: false, connectionState: 'connecting' });
  expect(websocket.ws).toBe(first);
  expect(websocket.getStatus()).toMatchObject({ connecting: true, connected: false, readyState: 0 });
  first.open();
  expect(websocket).toMatchObject({ isConnecting: false, isConnected: true, connectionState: 'connected' });
  expect(websocket.getStatus()).toMatchObject({ connecting: false, connected: true, readyState: 1 });
  first.break();
  expect(websocket).toMatchObject({ isConnecting: false, isConnected: false, ws: null });
  expect(websocket.getStatus()).toMatchObject({
    readyState: 3,
    connectionState: 'reconnecting',
    reconnectAttempts: 1,
    nextAttemptAt: Date.now() + 1000,
  });
  vi.advanceTimersByTime(1000);
  expect(websocket.ws).toBe(ScriptedWebSocket.last);
  expect(websocket).toMatchObject({ isConnecting: true, connectionState: 'reconnecting' });
  expect(websocket.getStatus().nextAttemptAt).toBeNull();
});

test('properties that describe the client cannot be assigned', () => {
  const { websocket } = createClient();
  const names = [
    'url',
    'options',
    'ws',
    'isConnected',
    'isConnecting',
    'connectionState',
    'reconnectAttempts',
  ];
  for (const name of [...names, 'lastPong', 'connectionStats', 'messageQueue']) {
    expect(Reflect.set(websocket, name, 1, websocket)).toBe(false);
  }
});

test('the statistics count connections, losses, messages, errors and latency', () => {
  const { websocket } = createConnected();
  const connectedAt = new Date();
  websocket.send('one');
  vi.advanceTimersByTime(250);
  vi.advanceTimersByTime(40);
  ScriptedWebSocket.last.answerPing();
  const lastPong = Date.now();
  vi.advanceTimersByTime(1000);
  expect(websocket.connectionStats).toEqual({
    totalConnections: 1,
    totalReconnections: 0,
    totalMessages: 1,
    totalErrors: 0,
    lastConnectedAt: connectedAt,
    lastDisconnectedAt: null,
    connectionDuration: 1290,
    averageLatency: 40,
    errorRate: 0,
  });
  expect(websocket.lastPong).toBe(lastPong);
  expect(websocket.checkConnectionHealth()).toMatchObject({ timeSinceLastPong: 1000, isHealthy: true });
  ScriptedWebSocket.last.break();
  const lostAt = new Date();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(websocket.connectionStats).toMatchObject({
    totalConnections: 2,
    totalReconnections: 1,
    totalErrors: 1,
    errorRate: 1,
    lastDisconnectedAt: lostAt,
  });
});

test('connectionDuration is the time of all connections together', () => {
  const { websocket } = createConnected();
  const duration = () => websocket.connectionStats.connectionDuration;
  vi.advanceTimersByTime(3000);
  expect(duration()).toBe(3000);
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  expect(duration()).toBe(3000);
  ScriptedWebSocket.last.open();
  vi.advanceTimersByTime(500);
  expect(duration()).toBe(3500);
  websocket.disconnect();
  ScriptedWebSocket.last.end(1000);
  vi.advanceTimersByTime(9000);
  expect(duration()).toBe(3500);
});

test('disconnect closes with 1000, stays closed, and reports each queued message', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  websocket.disconnect();
  expect(socket.closes[0]?.[0]).toBe(1000);
  socket.end(1000);
  expect(websocket.connectionState).toBe('disconnected');
  const message = { late: true };
  expect(websocket.send(message)).toBe(false);
  websocket.disconnect();
  void websocket.connect();
  websocket.send('second');
  websocket.disconnect();
  expect(getEvents('messageDropped').map(([drop]) => [drop.reason, drop.data])).toEqual([
    ['disconnected', message],
    ['disconnected', 'second'],
  ]);
  vi.advanceTimersByTime(120_000);
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test('the end of a socket that was replaced does not touch its successor', () => {
  const { websocket } = createConnected();
  const first = ScriptedWebSocket.last;
  websocket.reconnect();
  const second = ScriptedWebSocket.last;
  first.end(1000);
  expect(websocket.ws).toBe(second);
  second.open();
  expect(websocket.getStatus()).toMatchObject({ connected: true, readyState: 1 });
});

test('reconnect replaces the socket at once and resets the counters', () => {
  const { websocket } = createConnected();
  const first = ScriptedWebSocket.last;
  websocket.reconnect();
  expect(ScriptedWebSocket.made).toHaveLength(2);
  expect(first.closes).toHaveLength(1);
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  expect(websocket.reconnectAttempts).toBe(2);
  websocket.reconnect();
  expect(websocket.reconnectAttempts).toBe(0);
  expect(ScriptedWebSocket.made).toHaveLength(4);
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
});

test.each(['failed', 'disconnected'])('reconnect works out of %s', (state) => {
  const { websocket } = createConnected();
  ScriptedWebSocket.last.end(state === 'failed' ? 1008 : 1000);
  expect(websocket.connectionState).toBe(state);
  websocket.reconnect();
  ScriptedWebSocket.last.open();
  expect(websocket.connectionState).toBe('connected');
});

test('send answers true for the socket, false for the queue, and JSON goes out for values', () => {
  const { websocket } = createClient();
  expect(websocket.send('early')).toBe(false);
  expect(ScriptedWebSocket.made).toEqual([]);
  void websocket.connect();
  ScriptedWebSocket.last.open();
  expect(websocket.send({ a: [1, null] })).toBe(true);
  expect(websocket.send(5)).toBe(true);
  expect(websocket.send(null)).toBe(true);
  expect(ScriptedWebSocket.last.sent).toEqual(['early', '{"a":[1,null]}', '5', 'null']);
});

test('a message over the limit is refused with its size', () => {
  const { websocket, getEvents } = createConnected({ maxMessageSize: 5 });
  expect(websocket.send('приве')).toBe(false);
  expect(websocket.send('12345')).toBe(true);
  expect(getEvents('error')).toEqual([
    [
      {
        type: 'message_too_large',
        size: 10,
        maxSize: 5,
        recoverable: true,
        message: 'Сообщение слишком большое',
      },
    ],
  ]);
  expect(ScriptedWebSocket.last.sent).toEqual(['12345']);
  expect(websocket.messageQueue).toEqual([]);
});

test('recommendations are in both languages and each action does its work', () => {
  const { websocket, getEvents, names } = createClient();
  for (let count = 0; count < 10; ++count) websocket.send('a');
  expect(websocket.getRecoveryRecommendations()).toEqual([]);
  websocket.send('the eleventh');
  expect(websocket.getRecoveryRecommendations()).toEqual([
    {
      type: 'queue',
      action: 'clearQueue',
      message: 'Накопилось много неотправленных сообщений. Очистите очередь',
    },
  ]);
  websocket.options.locale = 'en';
  expect(websocket.getRecoveryRecommendations()[0]?.message).toBe(
    'Many messages are waiting to be sent. Clear the queue',
  );
  expect(websocket.getUserFriendlyStatus().text).toBe('Disconnected');
  websocket.applyRecoveryRecommendation('clearQueue');
  expect(names()).toEqual([...Array<string>(11).fill('messageDropped'), 'queueCleared']);
  expect(websocket.getRecoveryRecommendations()).toEqual([]);
  websocket.applyRecoveryRecommendation('pageReload');
  expect(getEvents('recommendPageReload')).toEqual([[]]);
  websocket.applyRecoveryRecommendation('checkServer');
  expect(websocket.options.reconnectDelay).toBe(2000);
  for (let i = 0; i < 10; ++i) websocket.applyRecoveryRecommendation('checkServer');
  expect(websocket.options.reconnectDelay).toBe(30000);
  websocket.applyRecoveryRecommendation('contactSupport');
  expect(getEvents('contactSupportRecommended')).toEqual([[{ errorRate: 0, totalErrors: 0 }]]);
  websocket.resetErrorRecovery();
  expect(getEvents('errorRecoveryReset')).toEqual([[]]);
});

test('checkNetwork probes a connection and ends a wait at once', () => {
  const { websocket } = createConnected();
  websocket.applyRecoveryRecommendation('checkNetwork');
  expect(ScriptedWebSocket.last.controlFrames).toMatchObject([{ type: 'ping' }]);
  websocket.options.reconnectDelay = 20_000;
  ScriptedWebSocket.last.break();
  expect(ScriptedWebSocket.made).toHaveLength(1);
  websocket.applyRecoveryRecommendation('checkNetwork');
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test('an unknown action is logged and ignored', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { websocket, events } = createClient({ logLevel: 'warn' });
  websocket.applyRecoveryRecommendation('dance' as never);
  expect(warn.mock.calls).toEqual([['ResilientWebSocket: unknown recovery action']]);
  expect(events).toEqual([]);
});

test('recommendations have texts', () => {
  const { websocket } = createClient({ maxReconnectAttempts: 20, connectionTimeout: 100 });
  void websocket.connect();
  for (let i = 0; i < 6; ++i) {
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(30_000);
  }
  const advice = websocket.getRecoveryRecommendations();
  expect(advice.map(({ type, action }) => [type, action])).toContainEqual(['errors', 'pageReload']);
  expect(advice.map(({ type, action }) => [type, action])).toContainEqual(['reconnect', 'checkServer']);
  expect(advice.every(({ message }) => message.length > 0)).toBe(true);
});

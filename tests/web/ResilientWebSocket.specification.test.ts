// The snippets and tables of the specification, run as they are written there.
import { expect, test, vi } from 'vitest';
import ResilientWebSocket from '@advakod/resilient-websocket';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('the snippet of the specification works unchanged', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  setTimeout(() => ScriptedWebSocket.last.open(), 5);

  // Создание экземпляра
  const ws = new ResilientWebSocket('wss://example.com/ws', {
    maxReconnectAttempts: 10,
    reconnectDelay: 1000,
    maxReconnectDelay: 30000,
    pingInterval: 30000,
    pongTimeout: 10000,
  });

  // Подписка на события
  ws.on('open', () => console.log('Подключено'));
  ws.on('message', (data) => console.log('Сообщение:', data));
  ws.on('stateChange', (state) => console.log('Состояние:', state));
  ws.on('error', (error) => console.error('Ошибка:', error));

  vi.advanceTimersByTimeAsync(5).catch(() => undefined);
  // Подключение
  await ws.connect();

  // Отправка сообщений
  ws.send({ type: 'chat', message: 'Привет!' });

  // Получение статуса
  const status = ws.getStatus();
  const userStatus = ws.getUserFriendlyStatus();

  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/ws');
  expect(ScriptedWebSocket.last.sent).toEqual(['{"type":"chat","message":"Привет!"}']);
  expect(status.connected).toBe(true);
  expect(userStatus).toEqual({ text: 'Подключено', color: 'green', icon: 'connected' });
  ScriptedWebSocket.last.deliverJson({ type: 'chat', message: 'И тебе' });
  const lines = log.mock.calls.filter(([first]) => !String(first).startsWith('ResilientWebSocket:'));
  expect(lines).toEqual([
    ['Состояние:', 'connecting'],
    ['Состояние:', 'connected'],
    ['Подключено'],
    ['Сообщение:', { type: 'chat', message: 'И тебе' }],
  ]);
  ScriptedWebSocket.last.end(1008);
  expect(error).toHaveBeenCalledWith('Ошибка:', {
    type: 'auth_error',
    code: 1008,
    recoverable: false,
    message: 'Сервер отказал в доступе',
  });
  ws.destroy();
});

test('the metrics snippet gets a value for each line', () => {
  const { websocket } = createConnected();
  websocket.send('a');
  vi.advanceTimersByTime(2000);
  ScriptedWebSocket.last.answerPing();
  const status = websocket.getStatus();
  const metrics = {
    connected: status.connected,
    state: status.connectionState,
    attempts: status.reconnectAttempts,
    totalConnections: status.stats.totalConnections,
    totalMessages: status.stats.totalMessages,
    lastPong: status.lastPong,
  };
  expect(metrics).toEqual({
    connected: true,
    state: 'connected',
    attempts: 0,
    totalConnections: 1,
    totalMessages: 1,
    lastPong: Date.now(),
  });
});

test('the defaults are those of the specification', () => {
  const websocket = new ResilientWebSocket('wss://example.com/ws');
  expect(websocket.options).toMatchObject({
    maxReconnectAttempts: 10,
    reconnectDelay: 1000,
    maxReconnectDelay: 30000,
    pingInterval: 30000,
    pongTimeout: 10000,
    connectionTimeout: 10000,
    maxQueueSize: 100,
  });
  websocket.destroy();
});

test.each([
  [1000, 'disconnected', undefined, false],
  [1003, 'failed', 'auth_error', false],
  [1006, 'reconnecting', undefined, true],
  [1008, 'failed', 'auth_error', false],
  [1011, 'reconnecting', undefined, true],
  [1001, 'reconnecting', undefined, true],
  [4321, 'reconnecting', undefined, true],
])('close code %i leads to %s', (code, state, errorType, shouldReconnect) => {
  const { websocket, getEvents } = createConnected();
  ScriptedWebSocket.last.end(code, 'why');
  expect(websocket.connectionState).toBe(state);
  expect(getEvents('close')).toEqual([[{ code, reason: 'why', wasClean: code !== 1006, shouldReconnect }]]);
  const errors = getEvents('error').map(([error]) => error);
  expect(errors.map(({ type, recoverable }) => ({ type, recoverable }))).toEqual(
    errorType === undefined ? [] : [{ type: errorType, recoverable: shouldReconnect }],
  );
  vi.advanceTimersByTime(60_000);
  expect(ScriptedWebSocket.made.length > 1).toBe(shouldReconnect);
});

test('each state has its text, colour and icon', () => {
  const { websocket } = createClient({ maxReconnectAttempts: 0 });
  const seen = [websocket.getUserFriendlyStatus()];
  websocket.on('stateChange', () => seen.push(websocket.getUserFriendlyStatus()));
  void websocket.connect();
  ScriptedWebSocket.last.open();
  websocket.options.maxReconnectAttempts = 1;
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  expect(seen).toEqual([
    { text: 'Отключено', color: 'gray', icon: 'disconnected' },
    { text: 'Подключение...', color: 'yellow', icon: 'connecting' },
    { text: 'Подключено', color: 'green', icon: 'connected' },
    { text: 'Переподключение...', color: 'orange', icon: 'reconnecting' },
    { text: 'Ошибка подключения', color: 'red', icon: 'error' },
  ]);
});

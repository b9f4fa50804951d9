// Owns tests of the class as an application has them: over a mocked global WebSocket, with the clock in hand.
const { default: ResilientWebSocket } = require('@advakod/resilient-websocket/services/ResilientWebSocket');
const { mockGlobalWebSocket } = require('./mock_socket.js');

let sockets;
let client;

beforeEach(() => {
  jest.useFakeTimers();
  sockets = mockGlobalWebSocket();
  client = new ResilientWebSocket('ws://localhost:8000/ws', { jitter: 0, logLevel: 'silent' });
});

afterEach(() => {
  client.destroy();
  jest.useRealTimers();
});

test('connects, sends JSON and hears it', async () => {
  const heard = jest.fn();
  client.on('message', heard);
  const connected = client.connect();
  expect(global.WebSocket).toHaveBeenCalledTimes(1);
  sockets[0].opens();
  await connected;
  expect(client.send({ type: 'chat', message: 'Привет!' })).toBe(true);
  expect(sockets[0].send).toHaveBeenCalledWith('{"type":"chat","message":"Привет!"}');
  sockets[0].onmessage({ data: '{"type":"chat"}' });
  expect(heard).toHaveBeenCalledWith({ type: 'chat' });
});

test('connects again after a loss, with what was queued', () => {
  client.connect();
  sockets[0].opens();
  sockets[0].ends(1006);
  expect(client.connectionState).toBe('reconnecting');
  expect(client.send('later')).toBe(false);
  jest.advanceTimersByTime(999);
  expect(sockets).toHaveLength(1);
  jest.advanceTimersByTime(1);
  sockets[1].opens();
  expect(sockets[1].send).toHaveBeenCalledWith('later');
  expect(client.getStatus()).toMatchObject({ connected: true, stats: { totalReconnections: 1 } });
});

test('stays closed after a refused authentication', async () => {
  const failed = expect(client.connect()).rejects.toThrow();
  sockets[0].opens();
  sockets[0].ends(1008);
  await failed.catch(() => undefined);
  expect(client.getUserFriendlyStatus().text).toBe('Ошибка подключения');
  jest.advanceTimersByTime(60000);
  expect(sockets).toHaveLength(1);
});

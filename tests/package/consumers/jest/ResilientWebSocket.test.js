// Tests of the class as in an application: with a mocked global WebSocket and fake timers.
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

test('connects, sends and receives JSON', async () => {
  const onMessage = jest.fn();
  client.on('message', onMessage);
  const connected = client.connect();
  expect(global.WebSocket).toHaveBeenCalledTimes(1);
  sockets[0].open();
  await connected;
  expect(client.send({ type: 'chat', message: 'Привет!' })).toBe(true);
  expect(sockets[0].send).toHaveBeenCalledWith('{"type":"chat","message":"Привет!"}');
  sockets[0].onmessage({ data: '{"type":"chat"}' });
  expect(onMessage).toHaveBeenCalledWith({ type: 'chat' });
});

test('reconnects after a loss and sends queued messages', () => {
  client.connect();
  sockets[0].open();
  sockets[0].end(1006);
  expect(client.connectionState).toBe('reconnecting');
  expect(client.send('later')).toBe(false);
  jest.advanceTimersByTime(999);
  expect(sockets).toHaveLength(1);
  jest.advanceTimersByTime(1);
  sockets[1].open();
  expect(sockets[1].send).toHaveBeenCalledWith('later');
  expect(client.getStatus()).toMatchObject({ connected: true, stats: { totalReconnections: 1 } });
});

test('does not reconnect after close code 1008', async () => {
  const failed = expect(client.connect()).rejects.toThrow();
  sockets[0].open();
  sockets[0].end(1008);
  await failed.catch(() => undefined);
  expect(client.getUserFriendlyStatus().text).toBe('Ошибка подключения');
  jest.advanceTimersByTime(60000);
  expect(sockets).toHaveLength(1);
});

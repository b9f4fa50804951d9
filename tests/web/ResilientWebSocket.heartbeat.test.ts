// Pings and pongs as a user of the package sees them.
import { expect, test, vi } from 'vitest';
import { createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('a ping with a timestamp goes out every pingInterval', () => {
  createConnected({ pingInterval: 1000 });
  for (let round = 0; round < 3; ++round) {
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last.controlFrames).toHaveLength(round + 1);
    expect(ScriptedWebSocket.last.controlFrames.at(-1)).toEqual({ type: 'ping', timestamp: Date.now() });
    ScriptedWebSocket.last.answerPing();
  }
});

test('a frozen server is noticed after pingInterval + pongTimeout as 1006, and a new socket follows', () => {
  const { websocket, getEvents } = createConnected({ pingInterval: 1000, pongTimeout: 500 });
  const first = ScriptedWebSocket.last;
  vi.advanceTimersByTime(1499);
  expect(websocket.connectionState).toBe('connected');
  vi.advanceTimersByTime(1);
  expect(getEvents('close')).toEqual([
    [{ code: 1006, reason: 'Pong timeout', wasClean: false, shouldReconnect: true }],
  ]);
  expect(first.closes).toHaveLength(1);
  expect(websocket.ws).toBeNull();
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.made).toHaveLength(2);
  ScriptedWebSocket.last.open();
  first.deliver('"from the grave"');
  expect(getEvents('message')).toEqual([]);
  expect(websocket.connectionState).toBe('connected');
});

test.each([
  ['text', '{"type":"news"}'],
  ['binary', new Uint8Array([1]).buffer],
  ['a pong of another tab', '{"type":"pong","timestamp":1}'],
])('%s without a pong of its own keeps the connection', (_name, data) => {
  const { websocket } = createConnected({ pingInterval: 1000, pongTimeout: 500 });
  for (let round = 0; round < 20; ++round) {
    vi.advanceTimersByTime(400);
    ScriptedWebSocket.last.deliver(data);
  }
  expect(websocket.connectionState).toBe('connected');
  expect(ScriptedWebSocket.made).toHaveLength(1);
});

test('pongs are consumed in both message formats', () => {
  const { websocket, getEvents } = createConnected({ pingInterval: 1000 });
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.answerPing();
  websocket.options.messageFormat = 'text';
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.answerPing();
  expect(getEvents('message')).toEqual([]);
  expect(websocket.lastPong).toBe(Date.now());
});

test.each([
  '{"type":"pong"}',
  '{"type":"pong","timestamp":null}',
  '{"type":"pong","timestamp":{"a":[1]}}',
  '{"timestamp":true,"type":"pong","more":"text"}',
  '{"type":"pong","timestamp":"1700000000"}',
])('the pong %s is consumed', (text) => {
  const { getEvents } = createConnected();
  ScriptedWebSocket.last.deliver(text);
  expect(getEvents('message')).toEqual([]);
  expect(getEvents('error')).toEqual([]);
});

test.each([
  ['ru', /Сервер не отвечает .*enableHeartbeat: false/],
  ['en', /The server does not answer .*enableHeartbeat: false/],
] as const)('a server that answers no pings is reported once, in the language %s', (locale, text) => {
  const options = { locale, pingInterval: 1000, pongTimeout: 500 };
  const { websocket, getEvents } = createConnected(options);
  const unanswered = () => getEvents('error').filter(([{ type }]) => type === 'heartbeat_unanswered');
  vi.advanceTimersByTime(1500);
  expect(getEvents('close')).toMatchObject([[{ reason: 'Pong timeout' }]]);
  expect(unanswered()).toEqual([]);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  vi.advanceTimersByTime(600_000);
  expect(unanswered()).toEqual([
    [{ type: 'heartbeat_unanswered', recoverable: true, message: expect.stringMatching(text) as string }],
  ]);
  expect(websocket.isConnected).toBe(true);
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test("the server's ping is answered with its own timestamp and is no message", () => {
  const { getEvents } = createConnected({ enableHeartbeat: false });
  ScriptedWebSocket.last.deliver('{"type":"ping","timestamp":1700000000.25}');
  expect(ScriptedWebSocket.last.sent).toEqual(['{"type":"pong","timestamp":1700000000.25}']);
  expect(getEvents('message')).toEqual([]);
});

test('with answerPings off the ping is a message', () => {
  const { getEvents } = createConnected({ answerPings: false });
  ScriptedWebSocket.last.deliver('{"type":"ping","timestamp":1}');
  expect(ScriptedWebSocket.last.sent).toEqual([]);
  expect(getEvents('message')).toEqual([[{ type: 'ping', timestamp: 1 }]]);
});

test('without heartbeat nothing is sent and silence is no loss', () => {
  const { websocket } = createConnected({ enableHeartbeat: false });
  websocket.send('hello');
  vi.advanceTimersByTime(3_600_000);
  expect(ScriptedWebSocket.last.sent).toEqual(['hello']);
  expect(websocket.connectionState).toBe('connected');
});

test('silence after a send leads to a probe', () => {
  const { websocket } = createConnected();
  websocket.send('hello?');
  vi.advanceTimersByTime(2000);
  expect(ScriptedWebSocket.last.controlFrames).toMatchObject([{ type: 'ping' }]);
  vi.advanceTimersByTime(3000);
  expect(websocket.connectionState).toBe('reconnecting');
});

/** Nothing leaves the browser any more, what was sent already included. */
function stall(socket: ScriptedWebSocket): void {
  Object.defineProperty(socket, 'bufferedAmount', {
    get: () => socket.sent.reduce((sum: number, frame) => sum + (frame as string).length, 0),
  });
}

test('unconfirmed messages of a socket that was given up wait for its close event', () => {
  const { websocket } = createConnected();
  const first = ScriptedWebSocket.last;
  websocket.send('unconfirmed');
  stall(first);
  vi.advanceTimersByTime(5000);
  expect(websocket.connectionState).toBe('reconnecting');
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(websocket.send('behind')).toBe(false);
  expect(ScriptedWebSocket.last.userFrames).toEqual([]);
  first.end(1006);
  expect(ScriptedWebSocket.last.userFrames).toEqual(['unconfirmed', 'behind']);
});

test('unconfirmed messages whose socket never closes are reported', () => {
  const { websocket, getEvents } = createConnected();
  const message = { unconfirmed: true };
  websocket.send(message);
  stall(ScriptedWebSocket.last);
  vi.advanceTimersByTime(5000);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  for (let second = 0; second < 15; ++second) {
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.deliver('"alive"');
  }
  expect(getEvents('messageUnconfirmed')).toEqual([[{ data: message, id: 1 }]]);
  expect(getEvents('messageUnconfirmed')[0]?.[0].data).toBe(message);
  expect(getEvents('messageDropped')).toEqual([]);
  expect(websocket.connectionState).toBe('connected');
});

// What is written to the console at which level.
import { expect, test, vi } from 'vitest';
import { type LogLevel } from '../../web/index.js';
import { createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { acknowledge, createGreeting, welcome } from './support/sessions.js';

useScriptedWorld();

const methods = ['debug', 'log', 'warn', 'error'] as const;

function livedAt(logLevel: LogLevel): [string, string][] {
  const lines: [string, string][] = [];
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((line: string) => void lines.push([method, line]));
  }
  const { websocket } = createConnected({ logLevel }, 'wss://example.com/ws');
  websocket.send('hello');
  ScriptedWebSocket.last.deliver('{}');
  ScriptedWebSocket.last.end(1011, 'going "down"');
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.end(1008);
  return lines;
}

const lines: [string, string][] = [
  ['log', 'ResilientWebSocket: connecting to wss://example.com/ws'],
  ['log', 'ResilientWebSocket: stateChange "connecting"'],
  ['log', 'ResilientWebSocket: stateChange "connected"'],
  ['log', 'ResilientWebSocket: open'],
  ['debug', 'ResilientWebSocket: messageSent {"size":5}'],
  ['debug', 'ResilientWebSocket: message'],
  ['warn', 'ResilientWebSocket: messageUnconfirmed {"id":1}'],
  [
    'warn',
    'ResilientWebSocket: close {"code":1011,"reason":"going \\"down\\"","wasClean":true,"shouldReconnect":true}',
  ],
  ['log', 'ResilientWebSocket: stateChange "reconnecting"'],
  ['log', 'ResilientWebSocket: reconnectScheduled {"attempt":1,"delay":1000}'],
  ['log', 'ResilientWebSocket: errorRecoveryAttempt {"attempt":1,"errorType":"server_error"}'],
  ['log', 'ResilientWebSocket: connecting to wss://example.com/ws'],
  ['error', 'ResilientWebSocket: error {"type":"auth_error","code":1008,"recoverable":false}'],
  ['warn', 'ResilientWebSocket: authRecoveryNeeded'],
  ['log', 'ResilientWebSocket: close {"code":1008,"reason":"","wasClean":true,"shouldReconnect":false}'],
  ['log', 'ResilientWebSocket: stateChange "failed"'],
];

test.each<[LogLevel, (typeof methods)[number][]]>([
  ['debug', ['debug', 'log', 'warn', 'error']],
  ['info', ['log', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
])('level %s writes its lines', (level, shown) => {
  expect(livedAt(level)).toEqual(lines.filter(([method]) => shown.includes(method as never)));
});

test('a server that answers no pings is logged once, with the option to set', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { websocket, getEvents } = createConnected({
    logLevel: 'warn',
    pingInterval: 1000,
    pongTimeout: 500,
  });
  for (let round = 0; round < 5; ++round) {
    vi.advanceTimersByTime(2000);
    if (ScriptedWebSocket.last.readyState === ScriptedWebSocket.CONNECTING) ScriptedWebSocket.last.open();
  }
  expect(getEvents('error').filter(([{ type }]) => type === 'heartbeat_unanswered')).toHaveLength(1);
  const lines = warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('unanswered'));
  expect(lines).toEqual([
    expect.stringMatching(
      /^ResilientWebSocket: error \{"type":"heartbeat_unanswered","recoverable":true\} The server does not answer .*enableHeartbeat: false$/,
    ),
  ]);
  expect(websocket.isConnected).toBe(true);
});

test('the level can be changed on a live client', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const { websocket } = createConnected();
  expect(log).not.toHaveBeenCalled();
  websocket.options.logLevel = 'info';
  websocket.disconnect();
  expect(log).toHaveBeenCalledWith('ResilientWebSocket: stateChange "disconnected"');
});

test('a console that throws harms nothing', () => {
  vi.spyOn(console, 'log').mockImplementation(() => {
    throw new Error('no console');
  });
  const { websocket } = createConnected({ logLevel: 'info' });
  expect(websocket.isConnected).toBe(true);
});

test('a session has lines with its counts; those of single messages are at the level debug', () => {
  const lines: [string, string][] = [];
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((line: string) => void lines.push([method, line]));
  }
  const { websocket } = createGreeting({ logLevel: 'debug' });
  websocket.on('messageDelivered', () => undefined);
  welcome();
  websocket.send('one');
  websocket.send('two');
  acknowledge(1);
  const reopen = (members: object) => {
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(2000);
    ScriptedWebSocket.last.open();
    welcome(ScriptedWebSocket.last, members);
  };
  reopen({ resumed: true, received: 1 });
  reopen({ session: 'another-id-0123456789' });
  const about = /(messageDelivered|session\w+|messageUnconfirmed) /;
  expect(lines.filter(([, line]) => about.test(line))).toEqual([
    ['debug', 'ResilientWebSocket: messageDelivered {"id":1}'],
    ['log', 'ResilientWebSocket: sessionResumed {"resent":1}'],
    ['warn', 'ResilientWebSocket: sessionLost {"unconfirmed":1}'],
    ['warn', 'ResilientWebSocket: messageUnconfirmed {"id":2}'],
  ]);
});

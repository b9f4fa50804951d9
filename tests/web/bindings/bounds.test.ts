// What is too long or of another type is refused before it is copied into the module's memory.
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { makeClient, openClient, send, type Client } from './support/client.js';
import { watchGrowth } from './support/memory.js';
import { ScriptedSocket } from './support/scripted_socket.js';

let grow: Mock;
beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
  grow = watchGrowth();
});
afterEach(() => {
  expect(grow).not.toHaveBeenCalled();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const megabytes = 'x'.repeat(4_000_000);

/** The reason with which an attempt with this address fails; undefined if a socket is made. */
function failureOf(url: unknown, protocols: unknown): unknown {
  const client: Client = makeClient({
    resolveAddress: (attempt) =>
      client.connection.addressResolved(attempt, url as string, protocols as string[]),
  });
  client.connection.connect();
  const [closed] = client.argumentsOf('closed');
  client.connection.delete();
  return closed?.[1];
}

describe('an address', () => {
  it.each([
    ['ws://server.test/', []],
    [`ws://server.test/${'x'.repeat(10_000)}`, ['chat', 'v2']],
    ['ws://server.test/', Array.from({ length: 100 }, (_, index) => `p${index}`)],
  ])('opens a socket', (url, protocols) => {
    expect(failureOf(url, protocols)).toBeUndefined();
    expect(ScriptedSocket.last.url).toBe(url);
    expect(ScriptedSocket.last.protocols).toEqual(protocols.length > 0 ? protocols : undefined);
  });

  it.each([
    ['ws://server.test/' + megabytes, []],
    [7, []],
    [null, []],
    [{ toString: () => 'ws://server.test/' }, []],
    ['ws://server.test/', [megabytes]],
    ['ws://server.test/', Array(101).fill('p')],
    ['ws://server.test/', 'chat'],
    ['ws://server.test/', undefined],
    ['ws://server.test/', ['chat', 7]],
    ['ws://server.test/', ['chat', '']],
    ['ws://server.test/', ['chat,v2']],
    ['ws://server.test/', Array(3)],
  ])('fails like one that WebSocket refuses', (url, protocols) => {
    expect(failureOf(url, protocols)).toBe('SyntaxError');
    expect(ScriptedSocket.made).toHaveLength(0);
  });
});

describe('a text', () => {
  it.each([
    [megabytes, 'x'.repeat(123)],
    ['語'.repeat(1000), '語'.repeat(41)],
    [undefined, ''],
    [{}, ''],
  ])('is cut where it is a reason', (reason, expected) => {
    const client: Client = makeClient({
      resolveAddress: (attempt) => client.connection.attemptFailed(attempt, reason as string),
    });
    client.connection.connect();
    expect(client.argumentsOf('closed')).toEqual([[1006, expected, false, true]]);
    client.connection.delete();
  });

  it('is no control frame beyond the limit, and a frame all the same', () => {
    const client = openClient();
    const pong = '{"type":"pong"}';
    expect(client.connection.textReceived(1, pong + ' '.repeat(512 - pong.length))).toBe(true);
    vi.advanceTimersByTime(30_000);
    for (const text of [pong + ' '.repeat(513 - pong.length), pong + megabytes, 7, null, undefined]) {
      expect(client.connection.textReceived(1, text as string)).toBe(false);
    }
    // What arrived after the ping proves the connection alive.
    vi.advanceTimersByTime(20_000);
    expect(client.argumentsOf('closed')).toEqual([]);
    client.connection.delete();
  });

  it('is no name of an option beyond all names', () => {
    const { connection } = makeClient();
    expect(connection.setOption(megabytes, 1)).toBe('a known option');
    expect(connection.getOption(megabytes)).toBeUndefined();
    connection.delete();
  });
});

describe('numbers', () => {
  it('that are no ids, sizes or attempts do nothing', () => {
    const client = openClient();
    const { connection } = client;
    for (const bad of [NaN, -1, 0.5, Infinity, -Infinity, 2 ** 54]) {
      expect(connection.send(bad, 1, true, false, -1, false)).toBe(false);
      connection.messageRefused(bad, 1, false);
      connection.messageRefused(1, bad, false);
      connection.attemptFailed(bad, 'no such attempt');
      connection.addressResolved(bad, 'ws://server.test/', []);
      connection.timerFired(bad);
      expect(connection.textReceived(bad, '{"type":"ping"}')).toBe(true);
    }
    expect(client.takeNames()).toEqual([]);
    expect(ScriptedSocket.made).toHaveLength(1);
    expect(ScriptedSocket.last.sent).toEqual([]);
    expect(send(client, 1)).toBe(true);
    connection.delete();
  });

  it('of a listener that are no result of sending are a refusal', () => {
    for (const bad of [NaN, undefined, -1, 3, 0.5, {}]) {
      const client = openClient({ sendMessage: () => bad as number });
      expect(send(client, 1)).toBe(false);
      expect(client.argumentsOf('failed')).toEqual([['send_error', 0, true]]);
      client.connection.delete();
    }
  });
});

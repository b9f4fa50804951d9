// Addresses, and sockets that cannot be created.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { core, makeClient } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Connects while `WebSocket` is this, and returns the reason of the close event. */
function failureWith(constructor: unknown): unknown {
  vi.stubGlobal('WebSocket', constructor);
  const client = makeClient({
    resolveAddress: (attempt) =>
      client.connection.addressResolved(attempt, 'ws://server.test/?token=secret', []),
  });
  client.connection.connect();
  expect(client.argumentsOf('closed')).toEqual([[1006, expect.any(String), false, true]]);
  expect(client.argumentsOf('socketCreated')).toEqual([]);
  expect(client.argumentsOf('retryScheduled')).toHaveLength(1);
  client.connection.delete();
  return client.argumentsOf('closed')[0]?.[1];
}

const throwing = (thrown: unknown) =>
  function () {
    throw thrown;
  };

describe('a WebSocket that cannot be made', () => {
  it('is a lost attempt when the constructor throws', () => {
    const refusal = new DOMException("The URL 'ws://server.test/?token=secret' is invalid.", 'SyntaxError');
    expect(failureWith(throwing(refusal))).toBe('SyntaxError');
  });

  it('is a lost attempt whatever is thrown', () => {
    expect(failureWith(throwing(new RangeError('secret')))).toBe('Error');
    expect(failureWith(throwing('secret'))).toBe('Error');
    expect(failureWith(throwing(null))).toBe('Error');
    expect(failureWith(throwing({ name: 'long'.repeat(100) }))).toBe('Error');
  });

  it('is a lost attempt where there is no WebSocket', () => {
    expect(failureWith(undefined)).toBe('NotSupported');
  });

  it('is a lost attempt when WebSocket is no constructor', () => {
    expect(failureWith({})).toBe('Error');
  });
});

describe('the address of an attempt', () => {
  it('creates the socket at once, before the timer is set', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const timersWhenMade: number[] = [];
    const client = makeClient({ socketCreated: () => timersWhenMade.push(setTimer.mock.calls.length) });
    client.connection.connect();
    expect(timersWhenMade).toEqual([0]);
    expect(setTimer).toHaveBeenCalledTimes(1);
    client.connection.delete();
  });

  it('gives the socket the URL and the protocols, and the listener the native object', () => {
    const client = makeClient({
      resolveAddress: (attempt) =>
        client.connection.addressResolved(attempt, 'ws://server.test/ä', ['chat', 'v2']),
    });
    client.connection.connect();
    expect(ScriptedSocket.last.url).toBe('ws://server.test/ä');
    expect(ScriptedSocket.last.protocols).toEqual(['chat', 'v2']);
    expect(client.argumentsOf('socketCreated')).toEqual([[1, ScriptedSocket.last]]);
    client.connection.delete();
  });

  it('creates a socket of the class that the listener has set, else of the global one', () => {
    class Other extends ScriptedSocket {}
    const classes = [Other, undefined];
    const client = makeClient({ socketOpening: () => (core.WebSocket = classes.shift()) });
    client.connection.connect();
    expect(ScriptedSocket.last).toBeInstanceOf(Other);
    client.connection.reconnect();
    expect(ScriptedSocket.made).toHaveLength(2);
    expect(ScriptedSocket.last).not.toBeInstanceOf(Other);
    client.connection.delete();
  });

  it('passes no protocols when there are none', () => {
    const client = makeClient();
    client.connection.connect();
    expect(ScriptedSocket.last.protocols).toBeUndefined();
    client.connection.delete();
  });

  it('may be found later, once', () => {
    const client = makeClient({ resolveAddress: () => undefined });
    client.connection.connect();
    expect(ScriptedSocket.made).toHaveLength(0);
    client.connection.addressResolved(1, 'ws://server.test/', []);
    client.connection.addressResolved(1, 'ws://server.test/', []);
    expect(ScriptedSocket.made).toHaveLength(1);
    client.connection.delete();
  });

  it('is not used any more when its attempt is over', () => {
    const client = makeClient({ resolveAddress: () => undefined });
    client.connection.connect();
    vi.advanceTimersByTime(10_000);
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Connection timeout', false, true]]);
    client.connection.addressResolved(1, 'ws://server.test/', []);
    client.connection.attemptFailed(1, 'too late');
    client.connection.addressResolved(0, 'ws://server.test/', []);
    expect(ScriptedSocket.made).toHaveLength(0);
    expect(client.argumentsOf('closed')).toHaveLength(1);
    client.connection.delete();
  });

  it('cannot fail once the socket is there', () => {
    const client = makeClient();
    client.connection.connect();
    client.connection.attemptFailed(1, 'too late');
    ScriptedSocket.last.onopen?.();
    expect(client.argumentsOf('closed')).toEqual([]);
    expect(client.argumentsOf('opened')).toEqual([[]]);
    client.connection.delete();
  });

  it('may not be found: the attempt is lost, for the reason given', () => {
    const client = makeClient({
      resolveAddress: (attempt) => client.connection.attemptFailed(attempt, 'No token'),
    });
    client.connection.connect();
    expect(client.argumentsOf('closed')).toEqual([[1006, 'No token', false, true]]);
    client.connection.delete();
  });

  it('is not waited for when the user disconnects meanwhile', () => {
    const client = makeClient({ resolveAddress: () => undefined });
    client.connection.connect();
    client.connection.disconnect();
    expect(client.argumentsOf('closed')).toEqual([[1006, '', false, false]]);
    expect(client.argumentsOf('socketClosing')).toEqual([]);
    client.connection.addressResolved(1, 'ws://server.test/', []);
    expect(ScriptedSocket.made).toHaveLength(0);
    client.connection.delete();
  });
});

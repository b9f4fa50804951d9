// Owns what happens when a socket cannot be made, and how its address comes about.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeClient } from './support/client.js';
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
    findAddress: (attempt) => client.connection.addressFound(attempt, 'ws://server.test/?token=secret', ''),
  });
  client.connection.connect();
  expect(client.told('closed')).toEqual([[1006, expect.any(String), false, true]]);
  expect(client.told('socketCreated')).toEqual([]);
  expect(client.told('retryScheduled')).toHaveLength(1);
  client.connection.delete();
  return client.told('closed')[0]?.[1];
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
    expect(failureWith(throwing(new RangeError('secret')))).toBe('RangeError');
    expect(failureWith(throwing('secret'))).toBe('Error');
    expect(failureWith(throwing(null))).toBe('Error');
    expect(failureWith(throwing({ name: 'long'.repeat(100) }))).toBe('long'.repeat(100).slice(0, 63));
  });

  it('is a lost attempt where there is no WebSocket', () => {
    expect(failureWith(undefined)).toBe('NotSupported');
  });

  it('is a lost attempt when WebSocket is no constructor', () => {
    expect(failureWith({})).toBe('TypeError');
  });
});

describe('the address of an attempt', () => {
  it('makes the socket at once, before the time-out is armed', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const timersWhenMade: number[] = [];
    const client = makeClient({ socketCreated: () => timersWhenMade.push(setTimer.mock.calls.length) });
    client.connection.connect();
    expect(timersWhenMade).toEqual([0]);
    expect(setTimer).toHaveBeenCalledTimes(1);
    client.connection.delete();
  });

  it('hands over the URL, the protocols one by one, and the native object', () => {
    const client = makeClient({
      findAddress: (attempt) => client.connection.addressFound(attempt, 'ws://server.test/ä', 'chat,v2'),
    });
    client.connection.connect();
    expect(ScriptedSocket.last.url).toBe('ws://server.test/ä');
    expect(ScriptedSocket.last.protocols).toEqual(['chat', 'v2']);
    expect(client.told('socketCreated')).toEqual([[1, ScriptedSocket.last]]);
    client.connection.delete();
  });

  it('passes no protocols when there are none', () => {
    const client = makeClient();
    client.connection.connect();
    expect(ScriptedSocket.last.protocols).toBeUndefined();
    client.connection.delete();
  });

  it('may be found later, once', () => {
    const client = makeClient({ findAddress: () => undefined });
    client.connection.connect();
    expect(ScriptedSocket.made).toHaveLength(0);
    client.connection.addressFound(1, 'ws://server.test/', '');
    client.connection.addressFound(1, 'ws://server.test/', '');
    expect(ScriptedSocket.made).toHaveLength(1);
    client.connection.delete();
  });

  it('is not used any more when its attempt is over', () => {
    const client = makeClient({ findAddress: () => undefined });
    client.connection.connect();
    vi.advanceTimersByTime(10_000);
    expect(client.told('closed')).toEqual([[1006, 'Connection timeout', false, true]]);
    client.connection.addressFound(1, 'ws://server.test/', '');
    client.connection.addressFailed(1, 'too late');
    client.connection.addressFound(0, 'ws://server.test/', '');
    expect(ScriptedSocket.made).toHaveLength(0);
    expect(client.told('closed')).toHaveLength(1);
    client.connection.delete();
  });

  it('cannot fail once the socket is there', () => {
    const client = makeClient();
    client.connection.connect();
    client.connection.addressFailed(1, 'too late');
    ScriptedSocket.last.onopen?.();
    expect(client.told('closed')).toEqual([]);
    expect(client.told('opened')).toEqual([[]]);
    client.connection.delete();
  });

  it('may not be found: the attempt is lost, for the reason given', () => {
    const client = makeClient({
      findAddress: (attempt) => client.connection.addressFailed(attempt, 'No token'),
    });
    client.connection.connect();
    expect(client.told('closed')).toEqual([[1006, 'No token', false, true]]);
    client.connection.delete();
  });

  it('leaves nobody waiting for a close event when the user disconnects meanwhile', () => {
    const client = makeClient({ findAddress: () => undefined });
    client.connection.connect();
    client.connection.disconnect();
    expect(client.told('closed')).toEqual([[1006, '', false, false]]);
    expect(client.told('socketGone')).toEqual([]);
    client.connection.addressFound(1, 'ws://server.test/', '');
    expect(ScriptedSocket.made).toHaveLength(0);
    client.connection.delete();
  });
});

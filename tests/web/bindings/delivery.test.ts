// Messages and control frames between the module, its listener and the socket.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { core, makeClient, openClient, receive, send } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers();
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('sending messages', () => {
  it('stops at the first refusal and keeps the rest in order', () => {
    let accepted = 1;
    const client = makeClient({ sendMessage: () => (accepted-- > 0 ? 0 : 1) });
    for (const payload of [1, 2, 3, 4]) send(client, payload);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(client.argumentsOf('sendMessage')).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(client.argumentsOf('failed')).toEqual([['send_error', 0, true]]);
    expect(client.connection.snapshot()).toMatchObject({ queuedMessages: 3, totalMessages: 1 });
    receive(client, 1);
    accepted = 3;
    client.calls.length = 0;
    // The next ping gives the socket another chance.
    vi.advanceTimersByTime(30_000);
    expect(client.argumentsOf('sendMessage')).toEqual([
      [1, 2],
      [1, 3],
      [1, 4],
    ]);
    client.connection.delete();
  });

  it('queues a message again that the listener could not send', () => {
    const client = openClient();
    send(client, 1);
    expect(core._rwsTrySendNow(client.connection.id(), 2, 1, true)).toBe(1);
    client.connection.messageRefused(1, 2, false);
    expect(client.argumentsOf('failed')).toEqual([['send_error', 0, true]]);
    expect(client.connection.snapshot()).toMatchObject({ queuedMessages: 1, totalMessages: 1 });
    client.connection.delete();
  });

  it('reads what left the browser when a socket closes', () => {
    const client = openClient();
    send(client, 1, 100);
    send(client, 2, 100);
    ScriptedSocket.last.bufferedAmount = 100;
    client.connection.disconnect();
    ScriptedSocket.last.onclose?.({ code: 1000, reason: '', wasClean: true });
    expect(client.argumentsOf('delivered')).toEqual([[0, 1]]);
    expect(client.argumentsOf('dropped')).toEqual([[2, 'disconnected']]);
    client.connection.delete();
  });

  it.each(['disconnect', 'reconnect', 'pageSuspended'] as const)(
    'counts as delivered when the server answers the close of %s()',
    (command) => {
      const client = openClient();
      const socket = ScriptedSocket.last;
      send(client, 1, 100);
      client.connection[command]();
      expect(client.argumentsOf('delivered')).toEqual([]);
      socket.onclose?.({ code: 1000, reason: '', wasClean: true });
      expect(client.argumentsOf('delivered')).toEqual([[0, 1]]);
      expect(client.argumentsOf('unconfirmed')).toEqual([]);
      client.connection.delete();
    },
  );

  it('reports what left without proof when the socket is lost', () => {
    const client = openClient();
    for (const payload of [1, 2, 3]) send(client, payload, 100);
    ScriptedSocket.last.bufferedAmount = 100;
    ScriptedSocket.last.onclose?.({ code: 1006, reason: '', wasClean: false });
    expect(client.argumentsOf('unconfirmed')).toEqual([[0, 2]]);
    expect(client.connection.snapshot()).toMatchObject({ queuedMessages: 1 });
    client.connection.delete();
  });

  it('counts what was sent before an answered ping as delivered', () => {
    const client = openClient();
    send(client, 1);
    vi.advanceTimersByTime(2000);
    send(client, 2);
    client.connection.textReceived(1, String(ScriptedSocket.last.sent.at(-1)).replace('ping', 'pong'));
    expect(client.argumentsOf('delivered')).toEqual([[0, 1]]);
    ScriptedSocket.last.onclose?.({ code: 1006, reason: '', wasClean: false });
    expect(client.argumentsOf('unconfirmed')).toEqual([[1, 2]]);
    client.connection.delete();
  });

  it('counts what left the browser as delivered when destroyed', () => {
    const client = openClient();
    send(client, 1, 100);
    send(client, 2, 100);
    ScriptedSocket.last.bufferedAmount = 100;
    client.connection.destroy();
    expect(client.argumentsOf('delivered')).toEqual([[0, 1]]);
    expect(client.argumentsOf('unconfirmed')).toEqual([[1, 2]]);
    client.connection.delete();
  });

  it('are forgotten now and then without a heartbeat, when many are on record', () => {
    const client = openClient();
    client.connection.setOption('enableHeartbeat', false);
    let message = 0;
    while (core._rwsTrySendNow(client.connection.id(), message + 1, 1, true) === 1) message += 1;
    expect(message).toBe(32);
    send(client, message + 1);
    expect(client.argumentsOf('delivered')).toEqual([[0, 32]]);
    expect(core._rwsTrySendNow(client.connection.id(), message + 2, 1, true)).toBe(1);
    client.connection.delete();
  });

  it('passes the time to live on', () => {
    const client = makeClient();
    client.connection.send(1, 1, true, false, 50, false);
    client.connection.send(2, 1, true, false, -1, false);
    vi.advanceTimersByTime(50);
    expect(client.argumentsOf('dropped')).toEqual([[1, 'expired']]);
    client.connection.delete();
  });
});

describe('control frames', () => {
  it('are consumed and answered on their socket', () => {
    const client = openClient();
    expect(client.connection.textReceived(1, '{"type":"ping","timestamp":1700000000.25}')).toBe(true);
    expect(ScriptedSocket.last.sent).toEqual(['{"type":"pong","timestamp":1700000000.25}']);
    expect(client.connection.textReceived(1, '{"type":"pong","timestamp":5}')).toBe(true);
    expect(client.connection.textReceived(1, '{"type":"song"}')).toBe(false);
    expect(client.connection.textReceived(1, '{"type":"ping')).toBe(false);
    client.connection.setOption('answerPings', false);
    expect(client.connection.textReceived(1, '{"type":"ping"}')).toBe(false);
    client.connection.delete();
  });

  it('do not end at U+0000, inbound or outbound', () => {
    const client = openClient();
    expect(client.connection.textReceived(1, '{"type":"pong"}\0')).toBe(false);
    expect(client.connection.textReceived(1, '{"type":"ping","timestamp":"a\\u0000b"}')).toBe(true);
    const [pong] = ScriptedSocket.last.sent as string[];
    expect(JSON.parse(pong ?? '')).toEqual({ type: 'pong', timestamp: 'a\0b' });
    client.connection.delete();
  });

  it('keep characters beyond ASCII, and survive lone surrogates', () => {
    const client = openClient();
    client.connection.textReceived(1, '{"type":"ping","timestamp":"Ночь 🌙"}');
    expect(ScriptedSocket.last.sent).toEqual(['{"type":"pong","timestamp":"Ночь 🌙"}']);
    expect(typeof client.connection.textReceived(1, '{"type":"ping","timestamp":"\ud800"}')).toBe('boolean');
    client.connection.delete();
  });

  it('may be refused by the socket, for any reason', () => {
    class ThrowingSocket extends ScriptedSocket {
      override send(): void {
        throw new DOMException('Still in CONNECTING state.', 'InvalidStateError');
      }
    }
    ThrowingSocket.install();
    const client = openClient();
    expect(client.connection.textReceived(1, '{"type":"ping"}')).toBe(true);
    vi.advanceTimersByTime(30_000);
    expect(client.argumentsOf('closed')).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(client.argumentsOf('closed')).toEqual([[1006, 'Pong timeout', false, true]]);
    client.connection.delete();
  });

  it('give a latency', () => {
    const client = openClient();
    vi.advanceTimersByTime(30_000);
    const [ping] = ScriptedSocket.last.sent as string[];
    vi.advanceTimersByTime(120);
    client.connection.textReceived(1, (ping ?? '').replace('ping', 'pong'));
    expect(client.argumentsOf('latencyMeasured')).toEqual([[120]]);
    expect(client.connection.snapshot().averageLatency).toBe(120);
    client.connection.delete();
  });
});

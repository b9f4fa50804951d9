// deliver(): how its promise ends, with a session and without; messages that a session refuses; the option unconfirmed;
// and that nothing secret of a session is written anywhere.
import { describe, expect, it, test, vi } from 'vitest';
import { DeliveryError, DestroyedError, type DropReason } from '../../web/index.js';
import { createClient, createConnected, outcomeOf, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import {
  acknowledge,
  createGreeting,
  createInSession,
  messagesOn,
  sessionId,
  welcome,
} from './support/sessions.js';

useScriptedWorld();

const last = () => ScriptedWebSocket.last;

async function reasonOf(promise: Promise<void>): Promise<DropReason | 'unconfirmed' | 'invalid'> {
  const { state, value } = await outcomeOf(promise);
  expect([state, value instanceof DeliveryError]).toEqual(['rejected', true]);
  return (value as DeliveryError).reason;
}

describe('deliver() in a session', () => {
  it('resolves with the acknowledgement, after messageDelivered of those before', async () => {
    const { websocket } = createInSession();
    const delivered: number[] = [];
    websocket.on('messageDelivered', ({ id }) => delivered.push(id));
    const promises = ['one', { two: 2 }, new Uint8Array([3])].map((data) => websocket.deliver(data));
    expect(messagesOn(last())).toEqual(['one', '{"two":2}', new Uint8Array([3])]);
    acknowledge(2);
    const states = await Promise.all(promises.map(async (promise) => (await outcomeOf(promise)).state));
    expect(states).toEqual(['resolved', 'resolved', 'pending']);
    expect(delivered).toEqual([1, 2]);
  });

  it('stays pending through losses, until the message is acknowledged on another connection', async () => {
    const { websocket } = createInSession();
    const promise = websocket.deliver('one');
    last().break();
    vi.advanceTimersByTime(1000);
    last().open();
    welcome(last(), { resumed: true });
    expect([messagesOn(last()), (await outcomeOf(promise)).state]).toEqual([['one'], 'pending']);
    acknowledge(1);
    expect((await outcomeOf(promise)).state).toBe('resolved');
  });

  it('resolves with a welcome that shows that the message had arrived', async () => {
    const { websocket } = createInSession();
    const promise = websocket.deliver('one');
    last().break();
    vi.advanceTimersByTime(1000);
    last().open();
    welcome(last(), { resumed: true, received: 1 });
    expect([messagesOn(last()), (await outcomeOf(promise)).state]).toEqual([[], 'resolved']);
  });

  it('sends a Blob, in order', async () => {
    const { websocket } = createInSession();
    const blob = new Blob(['abc']);
    void websocket.deliver('before');
    void websocket.deliver(blob);
    void websocket.deliver('after');
    await settle();
    expect(messagesOn(last())).toEqual(['before', blob, 'after']);
  });

  it('rejects with unconfirmed when the session is lost', async () => {
    const { websocket } = createInSession();
    const promise = websocket.deliver('one');
    last().break();
    vi.advanceTimersByTime(1000);
    last().open();
    welcome(last(), { session: 'another-id-0123456789' });
    expect(await reasonOf(promise)).toBe('unconfirmed');
  });

  it('rejects with unconfirmed after disconnect(), without an acknowledgement', async () => {
    const { websocket } = createInSession();
    const promise = websocket.deliver('one');
    websocket.disconnect();
    expect((await outcomeOf(promise)).state).toBe('pending');
    last().end(1000);
    expect(await reasonOf(promise)).toBe('unconfirmed');
  });

  it('rejects with too_large for the server, found in the queue or at once', async () => {
    const { websocket, getEvents } = createGreeting();
    const queued = websocket.deliver('x'.repeat(200));
    welcome(last(), { maxMessage: 100 });
    expect(await reasonOf(queued)).toBe('too_large');
    expect(await reasonOf(websocket.deliver('y'.repeat(101)))).toBe('too_large');
    expect((await outcomeOf(websocket.deliver('z'.repeat(100)))).state).toBe('pending');
    expect(getEvents('error').map(([{ type, maxSize }]) => [type, maxSize])).toEqual([
      ['message_too_large', 100],
      ['message_too_large', 100],
    ]);
  });

  it.each(['{"rws":"', '{"rws":"ack","received":1}', '{"rws":"x-mine"}'])(
    'rejects with invalid for the text %s; send() refuses it, and nothing is sent',
    async (text) => {
      const { websocket, getEvents } = createInSession();
      expect(await reasonOf(websocket.deliver(text))).toBe('invalid');
      expect(websocket.send(text)).toBe(false);
      expect(websocket.send({ rws: 'ack', received: 1 })).toBe(false);
      expect(messagesOn(last())).toEqual([]);
      expect(getEvents('error').map(([{ type }]) => type)).toEqual(Array(3).fill('invalid_message'));
      // What only looks similar is a message.
      expect(websocket.send(' {"rws":"ack"}')).toBe(true);
    },
  );
});

describe('deliver() with any server', () => {
  it('resolves with the pong that proves the arrival', async () => {
    const { websocket } = createConnected();
    const promise = websocket.deliver('one');
    expect((await outcomeOf(promise)).state).toBe('pending');
    vi.advanceTimersByTime(250);
    last().answerPing();
    expect((await outcomeOf(promise)).state).toBe('resolved');
  });

  it('rejects with unconfirmed when its connection is lost', async () => {
    const { websocket } = createConnected();
    const promise = websocket.deliver('one');
    last().break();
    expect(await reasonOf(promise)).toBe('unconfirmed');
  });

  it('rejects with the reason for which a queued message is dropped', async () => {
    const { websocket } = createClient({ maxQueueSize: 1 });
    const overflow = websocket.deliver('one');
    const expired = websocket.deliver('two', { ttl: 10 });
    expect(await reasonOf(overflow)).toBe('overflow');
    void websocket.connect();
    vi.advanceTimersByTime(11);
    expect(await reasonOf(expired)).toBe('expired');
    const cleared = websocket.deliver('three');
    websocket.applyRecoveryRecommendation('clearQueue');
    expect(await reasonOf(cleared)).toBe('cleared');
    const disconnected = websocket.deliver('four');
    websocket.disconnect();
    expect(await reasonOf(disconnected)).toBe('disconnected');
  });

  it.each(['destroyed', 'identity'] as const)(
    'rejects with %s when the client is destroyed so',
    async (reason) => {
      const { websocket } = createClient();
      const promise = websocket.deliver('one');
      websocket.destroy(reason);
      expect(await reasonOf(promise)).toBe(reason);
      expect((await outcomeOf(websocket.deliver('two'))).value).toBeInstanceOf(DestroyedError);
    },
  );

  it('is settled for every message when the client is destroyed in the middle of a session', async () => {
    const { websocket } = createInSession();
    const promises = [websocket.deliver('one'), websocket.deliver('two')];
    websocket.destroy();
    for (const promise of promises) expect((await outcomeOf(promise)).state).toBe('rejected');
  });

  it('rejects with invalid for what cannot be written, with too_large for what is too large', async () => {
    const { websocket } = createConnected({ maxMessageSize: 10 });
    expect(await reasonOf(websocket.deliver(1n))).toBe('invalid');
    expect(await reasonOf(websocket.deliver('x'.repeat(11)))).toBe('too_large');
    expect(last().userFrames).toEqual([]);
  });

  it('is about its own message, when a listener or serialize sends another one meanwhile', async () => {
    const { websocket } = createConnected();
    websocket.on('error', () => websocket.send('report'));
    expect(await reasonOf(websocket.deliver(1n))).toBe('invalid');
    websocket.options.serialize = (data) => {
      if (data !== 'nested') void websocket.deliver('nested');
      return data;
    };
    const promise = websocket.deliver('outer');
    expect(last().userFrames).toEqual(['report', 'nested', 'outer']);
    last().break();
    expect(await reasonOf(promise)).toBe('unconfirmed');
  });

  it('rejects with RangeError for a bad ttl and for volatile, and sends nothing', async () => {
    const { websocket } = createConnected();
    for (const options of [{ ttl: -1 }, { ttl: NaN }, { volatile: true }]) {
      const { state, value } = await outcomeOf(websocket.deliver('x', options));
      expect([state, value instanceof RangeError]).toEqual(['rejected', true]);
      expect((value as Error).message).toMatch(/^Option "(ttl|volatile)" must be /);
    }
    expect(last().userFrames).toEqual([]);
    // A message that follows has no part of them.
    const promise = websocket.deliver('y');
    vi.advanceTimersByTime(250);
    last().answerPing();
    expect((await outcomeOf(promise)).state).toBe('resolved');
  });
});

describe('the option unconfirmed: resend', () => {
  it('sends what was not confirmed on the next connection, before everything else', () => {
    const { websocket, getEvents } = createConnected({ unconfirmed: 'resend' });
    websocket.send('confirmed');
    vi.advanceTimersByTime(250);
    last().answerPing();
    websocket.send('one');
    websocket.send('two');
    last().break();
    websocket.send('three');
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().userFrames).toEqual(['one', 'two', 'three']);
    expect(getEvents('messageUnconfirmed')).toEqual([]);
  });

  it('keeps the promise of deliver() until the message is confirmed', async () => {
    const { websocket } = createConnected({ unconfirmed: 'resend' });
    const promise = websocket.deliver('one');
    last().break();
    vi.advanceTimersByTime(1000);
    last().open();
    expect((await outcomeOf(promise)).state).toBe('pending');
    vi.advanceTimersByTime(250);
    last().answerPing();
    expect((await outcomeOf(promise)).state).toBe('resolved');
  });

  it('does not send volatile messages again', () => {
    const { websocket } = createConnected({ unconfirmed: 'resend' });
    websocket.send('now or never', { volatile: true });
    last().break();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(last().userFrames).toEqual([]);
  });
});

test('the id of the session and auth are in no log, error or event', async () => {
  const secret = 'S3CR3T-T0K3N';
  const written: unknown[] = [];
  for (const method of ['debug', 'log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void written.push(...args));
  }
  const { websocket, events } = createGreeting({ session: { auth: () => secret }, logLevel: 'debug' });
  welcome();
  websocket.send('one');
  last().deliver('two');
  last().break();
  vi.advanceTimersByTime(1000);
  last().open();
  welcome(last(), { resumed: true });
  last().deliver('{"rws":"ack","received":99}');
  last().end(4400);
  vi.advanceTimersByTime(2000);
  last().open();
  welcome(last(), { session: `${sessionId}-other`, received: 5 });
  vi.advanceTimersByTime(60_000);
  websocket.options.session = { auth: () => 'x'.repeat(20_000) + secret };
  void websocket.connect();
  last().open();
  await settle();
  const show = (value: unknown) => (value instanceof Error ? `${value.stack}` : JSON.stringify(value));
  const shown = [...written, ...events.flat(), websocket.getStatus(), websocket].map(show).join('\n');
  expect(shown).toContain('ResilientWebSocket:');
  expect(shown).not.toContain(sessionId);
  expect(shown).not.toContain(secret);
});

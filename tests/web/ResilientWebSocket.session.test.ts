// The option `session` of the class: its rule, the hello and `auth`, the events and their order, messages of the server,
// the user's handshake, the status, and the end of a session.
import { describe, expect, it, test, vi } from 'vitest';
import { HandshakeError, ResilientWebSocket, type SessionOption } from '../../web/index.js';
import { createClient, createConnected, serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import {
  acknowledge,
  controlOn,
  createGreeting,
  createInSession,
  messagesOn,
  sessionId,
  welcome,
} from './support/sessions.js';

useScriptedWorld();

const last = () => ScriptedWebSocket.last;
const hello = () => controlOn(last(), 'hello').at(-1);
const acks = () => controlOn(last(), 'ack').map(({ received }) => received);

/** Loses the connection, and opens the next one. */
function reopen(): void {
  last().break();
  vi.advanceTimersByTime(1000);
  last().open();
}

describe('the option', () => {
  const bad: [unknown][] = [
    ...[[null], [1], ['true'], [[]], [() => true], [new Date()]],
    ...[[{ onSessionLost: 'drop' }], [{ ackDelay: -1 }], [{ ackDelay: NaN }], [{ ackDelay: Infinity }]],
    ...[[{ ackDelay: '5' }], [{ window: 0 }], [{ window: 1.5 }], [{ window: 2 ** 53 }], [{ auth: 'token' }]],
    ...[[{ resend: true }], [Object.create({ window: 5 })]],
  ] as [unknown][];

  it.each(bad)('refuses %j with the name and the rule, and stays as it was', (session) => {
    const text = /^Option "session" must be true, false or \{onSessionLost: 'report' or 'resend', ackDelay: /;
    expect(() => new ResilientWebSocket(serverUrl, { session: session as SessionOption })).toThrow(text);
    const { websocket } = createClient({ session: { window: 7 } });
    expect(() => {
      websocket.options.session = session as SessionOption;
    }).toThrow(RangeError);
    expect(websocket.options.session).toEqual({ window: 7 });
  });

  const good: SessionOption[] = [true, false, {}, { ackDelay: 0, window: 1 }, { window: 2 ** 53 - 1 }];

  it.each(good)('accepts %j, and keeps a frozen copy of an object', (session) => {
    const { websocket } = createClient({ session });
    expect(websocket.options.session).toEqual(session);
    expect(Object.isFrozen(websocket.options.session)).toBe(true);
    websocket.options.session = undefined as never;
    expect(websocket.options.session).toBe(false);
  });

  it('refuses another value of unconfirmed', () => {
    expect(() => createClient({ unconfirmed: 'drop' as never })).toThrow(/^Option "unconfirmed" must be/);
  });
});

describe('hello', () => {
  it('is the first frame, and nothing follows until welcome', () => {
    const { websocket, names } = createGreeting({ session: { window: 50 } });
    websocket.send('queued');
    expect(last().sent.map((frame) => JSON.parse(String(frame)) as unknown)).toEqual([
      { rws: 'hello', v: 1, session: null, attempt: 1, received: 0, window: 50 },
    ]);
    expect([websocket.connectionState, names()]).toEqual(['connecting', ['stateChange']]);
    welcome();
    expect([websocket.connectionState, messagesOn(last())]).toEqual(['connected', ['queued']]);
  });

  it('has what auth gives, asked for anew on each connection', async () => {
    let count = 0;
    createGreeting({ session: { auth: () => ({ token: ++count }) } });
    expect(hello()?.['auth']).toEqual({ token: 1 });
    welcome();
    reopen();
    await settle();
    expect(hello()).toMatchObject({ session: sessionId, attempt: 2, auth: { token: 2 } });
  });

  it('waits for a promise of auth', async () => {
    let give: (value: string) => void = () => undefined;
    createGreeting({ session: { auth: () => new Promise<string>((resolve) => (give = resolve)) } });
    await settle();
    expect(last().sent).toEqual([]);
    give('token');
    await settle();
    expect(hello()?.['auth']).toBe('token');
  });

  it('is not sent when the server turns out to know no sessions while auth is awaited', async () => {
    let give: (value: string) => void = () => undefined;
    const { websocket } = createGreeting({
      session: { auth: () => new Promise<string>((resolve) => (give = resolve)) },
    });
    await settle();
    last().deliver('a server that speaks first');
    give('token');
    await settle();
    expect([websocket.isConnected, last().sent]).toEqual([true, []]);
  });

  it('has no auth for a value that JSON does not express', () => {
    createGreeting({ session: { auth: () => undefined } });
    expect(hello()).not.toHaveProperty('auth');
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no token'))],
    [
      'throws at once',
      () => {
        throw new Error('no token');
      },
    ],
    ['is too large', () => 'x'.repeat(16_384)],
    [
      'has a cycle',
      () => {
        const cycle: Record<string, unknown> = {};
        cycle['self'] = cycle;
        return cycle;
      },
    ],
  ])('is not sent if auth %s: the attempt ends with 1006, and a retry follows', async (_name, auth) => {
    const { getEvents, websocket } = createGreeting({ session: { auth } });
    await settle();
    expect(controlOn(last())).toEqual([]);
    expect(getEvents('close')).toMatchObject([[{ code: 1006, shouldReconnect: true }]]);
    expect(getEvents('error')[0]?.[0].cause).toBeInstanceOf(Error);
    expect(websocket.connectionState).toBe('reconnecting');
  });

  it('is not sent if auth throws a HandshakeError, whose code decides', async () => {
    const auth = () => Promise.reject(new HandshakeError(4401, 'logged out'));
    const { websocket, getEvents } = createGreeting({ session: { auth }, fatalCloseCodes: [4401] });
    await settle();
    expect(getEvents('close')).toMatchObject([
      [{ code: 4401, reason: 'logged out', shouldReconnect: false }],
    ]);
    expect([websocket.connectionState, last().closes]).toEqual(['failed', [[4401, 'logged out']]]);
  });

  it('is not sent on a socket whose attempt has ended meanwhile', async () => {
    const gives: ((value: string) => void)[] = [];
    const auth = () => new Promise<string>((resolve) => gives.push(resolve));
    const { getEvents } = createGreeting({ session: { auth }, connectionTimeout: 500 });
    const [first] = ScriptedWebSocket.made;
    vi.advanceTimersByTime(1500);
    last().open();
    gives[0]?.('late');
    gives[1]?.('in time');
    await settle();
    expect(first?.sent).toEqual([]);
    expect(hello()?.['auth']).toBe('in time');
    expect(getEvents('close')).toHaveLength(1);
  });
});

describe('the events', () => {
  it('of a resumed session: sessionResumed comes before stateChange and open, then the messages are sent again', () => {
    const { websocket, names, getEvents, events } = createInSession();
    for (const text of ['one', 'two', 'three']) websocket.send(text);
    acknowledge(1);
    reopen();
    events.length = 0;
    welcome(last(), { resumed: true, received: 2 });
    expect(names('messageSent')).toEqual(['sessionResumed', 'stateChange', 'open']);
    expect(getEvents('sessionResumed')).toEqual([[{ resent: 1 }]]);
    expect(messagesOn(last())).toEqual(['three']);
    expect(websocket.getStatus().session).toMatchObject({ resumptions: 1, resent: 1, lost: 0 });
  });

  it('of a lost session: sessionLost and the unconfirmed messages come before open', () => {
    const { websocket, names, getEvents, events } = createInSession();
    websocket.send('one');
    websocket.send({ two: 2 });
    reopen();
    events.length = 0;
    welcome(last(), { session: 'another-id-0123456789' });
    const lost = ['sessionLost', 'messageUnconfirmed', 'messageUnconfirmed', 'stateChange', 'open'];
    expect(names('messageSent')).toEqual(lost);
    expect(getEvents('sessionLost')).toEqual([[{ unconfirmed: 2 }]]);
    expect(getEvents('messageUnconfirmed').map(([{ data }]) => data)).toEqual(['one', { two: 2 }]);
    expect(messagesOn(last())).toEqual([]);
  });

  it('of a lost session with onSessionLost resend: its messages go out first in the next one', () => {
    const { websocket, getEvents } = createInSession({ session: { onSessionLost: 'resend' } });
    websocket.send('one');
    last().break();
    websocket.send('two');
    vi.advanceTimersByTime(1000);
    last().open();
    welcome(last(), { session: 'another-id-0123456789' });
    expect(messagesOn(last())).toEqual(['one', 'two']);
    expect([getEvents('sessionLost'), getEvents('messageUnconfirmed')]).toEqual([[[{ unconfirmed: 1 }]], []]);
  });

  it('of a session that is taken twice in a row: sessionTaken, the error, and no retry', () => {
    const { websocket, names, getEvents } = createInSession();
    last().end(4409);
    expect(names()).not.toContain('sessionTaken');
    vi.advanceTimersByTime(1000);
    last().open();
    welcome(last(), { resumed: true });
    last().end(4409);
    expect(names('stateChange').slice(-3)).toEqual(['sessionTaken', 'error', 'close']);
    expect(getEvents('error')).toMatchObject([[{ type: 'session_taken', recoverable: false }]]);
    expect(websocket.connectionState).toBe('failed');
  });

  it('of a server that knows no sessions: one error, its first frame is a message, and all goes on without', () => {
    const { websocket, names, getEvents } = createGreeting();
    websocket.send('queued');
    last().deliver('{"type":"hi"}');
    expect(names('stateChange', 'messageSent')).toEqual(['error', 'open', 'message']);
    expect(getEvents('error')).toMatchObject([[{ type: 'session_unsupported', recoverable: true }]]);
    expect([getEvents('message'), messagesOn(last())]).toEqual([[[{ type: 'hi' }]], ['queued']]);
    expect(websocket.getStatus().session).toBeNull();
    reopen();
    expect(last().sent).toEqual([]);
    expect(getEvents('error')).toHaveLength(1);
  });
});

describe('messages of the server', () => {
  it('are delivered in order, text and binary, and counted', () => {
    const { getEvents } = createInSession({ binaryType: 'arraybuffer' });
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    last().deliver('{"type":"ping","timestamp":1}');
    last().deliver(bytes);
    last().deliver('text');
    expect(getEvents('message')).toEqual([[{ type: 'ping', timestamp: 1 }], [bytes], ['text']]);
    vi.advanceTimersByTime(199);
    expect(acks()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(acks()).toEqual([3]);
  });

  it('are acknowledged after their listeners ran, whatever the listeners do', () => {
    const { websocket } = createInSession({ session: { ackDelay: 0, window: 1 } });
    const seen: unknown[] = [];
    websocket.on('message', (data) => {
      seen.push([data, acks()]);
      throw new Error('of a listener');
    });
    last().deliver('one');
    last().deliver('two');
    vi.advanceTimersByTime(0);
    expect(seen).toEqual([
      ['one', []],
      ['two', [1]],
    ]);
    expect(acks()).toEqual([1, 2]);
  });

  it.each(['reconnect', 'disconnect', 'destroy'] as const)(
    'arrive once each when a listener calls %s: the next hello counts the one that was handled',
    (name) => {
      const { websocket, getEvents } = createInSession();
      const socket = last();
      websocket.once('message', () => {
        websocket[name]();
      });
      socket.deliver('one');
      socket.deliver('two');
      expect(getEvents('message')).toEqual([['one']]);
      if (name !== 'reconnect') return;
      last().open();
      expect(hello()).toMatchObject({ session: sessionId, received: 1 });
    },
  );

  it('do not overtake each other when a listener sends', () => {
    const { websocket, getEvents } = createInSession();
    websocket.on('message', (data: unknown) => websocket.send(`re: ${String(data)}`));
    last().deliver('one');
    last().deliver('two');
    expect([getEvents('message'), messagesOn(last())]).toEqual([
      [['one'], ['two']],
      ['re: one', 're: two'],
    ]);
  });
});

describe('the handshake', () => {
  it('runs in a new session only, and its messages are counted in both directions', async () => {
    const handshake = vi.fn(
      async ({ send, receive }: { send: (data: unknown) => void; receive: () => unknown }) => {
        send('first');
        await receive();
      },
    );
    const { websocket } = createGreeting({ handshake });
    await settle();
    expect(handshake).not.toHaveBeenCalled();
    welcome();
    await settle();
    expect(messagesOn(last())).toEqual(['first']);
    last().deliver('answer');
    await settle();
    expect(websocket.isConnected).toBe(true);
    websocket.send('second');
    acknowledge(2);
    expect(websocket.getStatus().session?.unacknowledged).toBe(0);
    reopen();
    expect(hello()).toMatchObject({ received: 1 });
    welcome(last(), { resumed: true, received: 2 });
    expect([handshake.mock.calls.length, websocket.isConnected]).toEqual([1, true]);
  });

  it('is aborted by a loss, and the session that it began is given up', async () => {
    const signals: { aborted: boolean }[] = [];
    createGreeting({
      handshake: ({ signal }) => {
        signals.push(signal);
        return new Promise<void>(() => undefined);
      },
    });
    welcome();
    await settle();
    reopen();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(hello()).toMatchObject({ session: null });
  });
});

describe('the end of a session', () => {
  it('by disconnect: bye, the last acknowledgement counts, and the rest is reported', () => {
    const { websocket, getEvents } = createInSession();
    const socket = last();
    websocket.send('one');
    websocket.send('two');
    websocket.disconnect();
    expect(controlOn(socket).at(-1)).toEqual({ rws: 'bye' });
    acknowledge(1, socket);
    socket.end(1000);
    expect(getEvents('messageUnconfirmed')).toMatchObject([[{ data: 'two' }]]);
    expect([websocket.connectionState, websocket.getStatus().session]).toEqual(['disconnected', null]);
  });

  it('by bye of the server: a last acknowledgement, sessionLost, and the connection ends', () => {
    const { getEvents } = createInSession();
    last().deliver('one');
    last().deliver('{"rws":"bye"}');
    expect(acks()).toEqual([1]);
    expect(getEvents('sessionLost')).toEqual([[{ unconfirmed: 0 }]]);
    expect(last().closes).not.toEqual([]);
  });

  it('is none by a violation: closed with 4400, and the next hello resumes', () => {
    const { websocket } = createInSession();
    websocket.send('one');
    acknowledge(5);
    expect(last().closes[0]?.[0]).toBe(4400);
    last().end(4400);
    vi.advanceTimersByTime(1000);
    last().open();
    expect(hello()).toMatchObject({ session: sessionId });
  });
});

test('the status shows the counts, and a snapshot changes with them', async () => {
  const { websocket } = createInSession();
  const listener = vi.fn();
  websocket.subscribe(listener);
  const before = websocket.getSnapshot();
  websocket.send('one');
  websocket.send('two');
  await settle();
  expect(listener).toHaveBeenCalledTimes(1);
  expect(websocket.getSnapshot().session).toMatchObject({ unacknowledged: 2, lastAcknowledgedAt: null });
  expect(websocket.getSnapshot()).not.toBe(before);
  acknowledge(2);
  const { session } = websocket.getSnapshot();
  expect(session).toEqual({
    ...{ unacknowledged: 0, lastAcknowledgedAt: Date.now(), acknowledged: 2 },
    ...{ resent: 0, resumptions: 0, lost: 0 },
  });
  expect(Object.isFrozen(session)).toBe(true);
  expect(websocket.getSnapshot()).toBe(websocket.getSnapshot());
});

test('without the option nothing is said of sessions', () => {
  const { websocket } = createConnected();
  expect([last().sent, websocket.getStatus().session]).toEqual([[], null]);
});

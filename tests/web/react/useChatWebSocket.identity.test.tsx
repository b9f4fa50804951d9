// Whose connection it is: no message of one user is sent as another, and each user has a connection of its own.
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import {
  ResilientWebSocketProvider,
  useChatWebSocket,
  type UseChatWebSocketOptions,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base, renderChat } from './support/chat.js';
import {
  consoleSpies,
  deliver,
  hookStrictly,
  listenerCount,
  open,
  openSockets,
  pass,
  sentOn,
  setUpReactTests,
} from './support/react_environment.js';

/** A JWT of the user; `more` tells two tokens of one user apart. */
function jwt(sub: unknown, more = ''): string {
  const encoded = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return [encoded({ alg: 'HS256' }), encoded({ sub, more }), 'c2ln'].join('.');
}

const tokens = (): (string | null)[] =>
  ScriptedWebSocket.made.map(({ url }) => new URL(url).searchParams.get('token'));

function renderStored(options: UseChatWebSocketOptions = {}) {
  return renderChat({ token: undefined, ...options });
}

/** What another tab does to the storage: the change, and the event that tells this page of it. */
function fromOtherTab(token: string | null): void {
  const oldValue = localStorage.getItem('token');
  if (token === null) localStorage.removeItem('token');
  else localStorage.setItem('token', token);
  act(() => {
    window.dispatchEvent(new StorageEvent('storage', { key: 'token', oldValue, newValue: token }));
  });
}

setUpReactTests();

describe.each([
  ['JWTs', jwt(1), jwt(2)],
  ['other tokens', 'opaque-1', 'opaque-2'],
])('a change of the stored token, %s', (_, one, two) => {
  it('during an outage drops what the former user has queued, and never sends it', async () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    act(() => ScriptedWebSocket.last.break());
    act(() => void chat.result.current.sendChatMessage('x'));
    localStorage.setItem('token', two);
    await pass(1000);
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([
      [{ reason: 'identity', data: { content: 'x' } }],
    ]);
    open();
    await pass(1000);
    expect(ScriptedWebSocket.made.flatMap((socket) => sentOn(socket))).toEqual([]);
    expect(tokens()).toEqual([one, two]);
  });

  it('that a render sees is another connection, at once', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    const first = open();
    localStorage.setItem('token', two);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    expect(tokens()).toEqual([one, two]);
    expect(first.readyState).toBe(ScriptedWebSocket.CLOSING);
    expect(chat.result.current).toMatchObject({ isConnected: false, connectionState: 'connecting' });
  });

  it('reaches all hooks of the page when one of them is rendered', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    const other = renderStored();
    open();
    localStorage.setItem('token', two);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    expect(tokens()).toEqual([one, two]);
    expect(openSockets()).toHaveLength(1);
    expect(other.result.current.websocket).toBe(chat.result.current.websocket);
  });

  it('refuses a message until the page is the other user’s', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    const first = open();
    const { sendChatMessage } = chat.result.current;
    localStorage.setItem('token', two);
    act(() => {
      expect(sendChatMessage('x')).toBe(false);
    });
    expect(chat.callbacks.onError.mock.calls).toMatchObject([[{ type: 'send_error' }]]);
    const second = open();
    expect([sentOn(first), sentOn(second), tokens()]).toEqual([[], [], [one, two]]);
  });

  it('makes forceReconnect() no attempt once the token is gone', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    localStorage.removeItem('token');
    act(() => {
      chat.result.current.forceReconnect();
    });
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(chat.result.current).toMatchObject({
      connectionState: 'disconnected',
      lastError: { type: 'no_token' },
    });
    expect(chat.callbacks.onError).not.toHaveBeenCalled();
  });

  it('to none, which the next attempt finds, is a log-out and no failed attempt', async () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    act(() => ScriptedWebSocket.last.break());
    localStorage.removeItem('token');
    await pass(1000);
    await pass(60_000);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(chat.result.current).toMatchObject({ websocket: null, lastError: { type: 'no_token' } });
    expect(chat.callbacks.onError).not.toHaveBeenCalled();
    expect(consoleSpies.warn.mock.calls.flat().join()).not.toContain('threw');
  });

  it('by a log-out and a log-in in one step, or within the gcTime, is another connection', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    const first = open();
    localStorage.removeItem('token');
    localStorage.setItem('token', two);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    const second = open();
    localStorage.removeItem('token');
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    expect(chat.result.current.lastError?.type).toBe('no_token');
    localStorage.setItem('token', one);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    act(() => void chat.result.current.sendChatMessage('x'));
    open();
    expect([sentOn(first), sentOn(second)]).toEqual([[], []]);
    expect(sentOn(ScriptedWebSocket.last)).toHaveLength(1);
    expect(tokens()).toEqual([one, two, one]);
  });

  it('in another tab leaves the connection, as on log-out, and does not connect as the other user', async () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    fromOtherTab(null);
    expect(chat.result.current).toMatchObject({ websocket: null, lastError: { type: 'no_token' } });
    fromOtherTab(two);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    act(() => {
      chat.result.current.connect();
    });
    await pass(1000);
    expect(chat.result.current).toMatchObject({ websocket: null, lastError: { type: 'other_user' } });
    expect(tokens()).toEqual([one]);
    expect(openSockets()).toEqual([]);
  });

  it('in another tab that a render sees before its event leaves the connection, too', async () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    localStorage.setItem('token', two);
    chat.rerender({ sessionId: 7, options: { token: undefined } });
    act(() => {
      window.dispatchEvent(new StorageEvent('storage', { key: 'token', oldValue: one, newValue: two }));
    });
    await pass(1000);
    expect(chat.result.current.websocket).toBeNull();
    expect(openSockets()).toEqual([]);
  });

  it('in another tab, and back, connects again', () => {
    localStorage.setItem('token', one);
    const chat = renderStored();
    open();
    fromOtherTab(two);
    expect(chat.result.current.websocket).toBeNull();
    fromOtherTab(one);
    expect(chat.result.current.connectionState).not.toBe('disconnected');
  });
});

describe('a token that is stored after the mount', () => {
  it.each([
    ['a render', () => undefined],
    ['the focus', () => void window.dispatchEvent(new Event('focus'))],
    [
      'a change of visibility',
      () => void document.dispatchEvent(new Event('visibilitychange', { bubbles: true })),
    ],
    ['an event of another tab', () => void window.dispatchEvent(new StorageEvent('storage', { key: null }))],
  ])('is found by %s', (name, happen) => {
    const chat = renderStored();
    expect(chat.result.current.connectionState).toBe('disconnected');
    localStorage.setItem('token', jwt(5));
    if (name === 'a render') chat.rerender({ sessionId: 7, options: { token: undefined } });
    else act(happen);
    expect(chat.result.current.connectionState).toBe('connecting');
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('leaves no listener after the unmount', () => {
    const before = listenerCount();
    const chat = renderStored();
    expect(listenerCount()).toBeGreaterThan(before);
    chat.unmount();
    expect(listenerCount()).toBe(before);
  });
});

describe('a refreshed token of the same user', () => {
  it.each([
    ['stored', (token: string) => (localStorage.setItem('token', token), { token: undefined })],
    ['as option', (token: string) => ({ token })],
    ['from getToken', (token: string) => ({ getToken: () => token })],
  ])('changes nothing but the next attempt, and the queue is sent: %s', async (_, give) => {
    const chat = renderChat(give(jwt('u', 'old')));
    open();
    chat.rerender({ sessionId: 7, options: give(jwt('u', 'new')) });
    expect(chat.result.current.isConnected).toBe(true);
    act(() => ScriptedWebSocket.last.break());
    act(() => void chat.result.current.sendChatMessage('kept'));
    await pass(1000);
    const second = open();
    expect(tokens()).toEqual([jwt('u', 'old'), jwt('u', 'new')]);
    expect(sentOn(second)).toMatchObject([{ content: 'kept' }]);
  });
});

describe('getToken', () => {
  it('that gives the token of another user ends the connection, and the queue is dropped', async () => {
    let token = jwt(1);
    const chat = renderChat({ getToken: () => token });
    open();
    act(() => ScriptedWebSocket.last.break());
    act(() => void chat.result.current.sendChatMessage('x'));
    token = jwt(2);
    await pass(1000);
    const second = open();
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([[{ reason: 'identity' }]]);
    expect([tokens(), sentOn(second)]).toEqual([[jwt(1), jwt(2)], []]);
    expect(chat.result.current.isConnected).toBe(true);
  });

  it('that gives another token of unknown users drops the queue, too', async () => {
    let token = 'ticket-1';
    const chat = renderChat({ getToken: () => token });
    open();
    act(() => ScriptedWebSocket.last.break());
    act(() => void chat.result.current.sendChatMessage('x'));
    token = 'ticket-2';
    await pass(1000);
    expect(sentOn(open())).toEqual([]);
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([[{ reason: 'identity' }]]);
  });

  it('with an identity may give any token, and the queue is kept', async () => {
    let token = 'ticket-1';
    const chat = renderChat({ getToken: () => token, identity: 'u' });
    open();
    act(() => ScriptedWebSocket.last.break());
    act(() => void chat.result.current.sendChatMessage('x'));
    token = 'ticket-2';
    await pass(1000);
    expect(sentOn(open())).toMatchObject([{ content: 'x' }]);
  });

  it('is not shared with another getToken, unless an identity says whose the tokens are', () => {
    const same = () => 'same';
    renderChat({ getToken: same });
    renderChat({ getToken: same });
    renderChat({ getToken: () => 'other' });
    renderChat({ getToken: () => 'a', identity: 'u' });
    renderChat({ getToken: () => 'b', identity: 'u' });
    expect(tokens()).toEqual(['same', 'other', 'a']);
  });

  it('that changes in one of two components parts them', () => {
    const shared = () => 'one';
    const first = renderChat({ getToken: shared });
    const second = renderChat({ getToken: shared });
    open();
    second.rerender({ sessionId: 7, options: { getToken: () => 'two' } });
    expect(tokens()).toEqual(['one', 'two']);
    expect(first.result.current.isConnected).toBe(true);
    expect(second.result.current.isConnected).toBe(false);
  });
});

describe('the identity', () => {
  it('as option makes another connection, at once, and drops the queue', () => {
    const chat = renderChat({ identity: 'one' });
    act(() => void chat.result.current.sendChatMessage('x'));
    chat.rerender({ sessionId: 7, options: { identity: 'two' } });
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([[{ reason: 'identity' }]]);
    expect(sentOn(open())).toEqual([]);
    expect(ScriptedWebSocket.made).toHaveLength(2);
  });

  it('of the provider is in force for the stored token as well', () => {
    localStorage.setItem('token', 'a');
    function Chat(): null {
      useChatWebSocket(7, null, { url: base, options: { logLevel: 'silent' } });
      return null;
    }
    const app = () => (
      <ResilientWebSocketProvider identity={3}>
        <Chat />
      </ResilientWebSocketProvider>
    );
    const { rerender } = render(app());
    open();
    localStorage.setItem('token', 'b');
    rerender(app());
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('is nowhere on the console', async () => {
    localStorage.setItem('token', 'secret-one');
    const chat = hookStrictly(
      () => useChatWebSocket(7, null, { url: base, options: { jitter: 0, logLevel: 'debug' } }),
      undefined,
    );
    open();
    localStorage.setItem('token', 'secret-two');
    chat.rerender(undefined);
    deliver({ type: 'error' });
    await pass(1000);
    const lines = Object.values(consoleSpies).flatMap((spy) => spy.mock.calls.flat().map(String));
    expect(lines.join('\n')).not.toMatch(/secret/);
  });

  it('that a payload cannot give is that of the whole token', () => {
    const odd = ['a.b.c', `x.${btoa('null')}.y`, `x.${btoa('{"sub":""}')}.y`, `x.${btoa('{"sub":{}}')}.y`];
    const onError = vi.fn();
    for (const token of odd) renderChat({ token, onError });
    expect(new Set(tokens()).size).toBe(odd.length);
  });
});

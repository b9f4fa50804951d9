// Tests of the address and the token that the chat hook connects with.
import { act } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { useChatWebSocket } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base, renderChat, type SessionId } from './support/chat.js';
import {
  consoleSpies,
  hookStrictly,
  open,
  openSockets,
  pass,
  setUpReactTests,
} from './support/react_environment.js';

const urls = (): string[] => ScriptedWebSocket.made.map((socket) => socket.url);
const quiet = { logLevel: 'silent', jitter: 0 } as const;

setUpReactTests();

describe('the address of a chat', () => {
  it.each([
    [7, '/session/7'],
    ['12', '/session/12'],
    ['session-12', '/session/12'],
    [null, '/general'],
    ['', '/general'],
    [0, '/general'],
    ['0', '/session/0'],
    ['session_12', '/session/12'],
    ['new', '/session/new'],
    ['a/b c?', '/session/a%2Fb%20c%3F'],
    ['3f2a-41', '/session/3f2a-41'],
    ['12.5', '/session/12.5'],
    [-7, '/session/-7'],
  ] as [SessionId, string][])('for session %s has the path %s', (sessionId, path) => {
    renderChat({}, sessionId);
    expect(urls()).toEqual([`${base}${path}?token=secret-token`]);
  });

  it.each([
    ['wss://a.test/', 'wss://a.test/session/7?token=t'],
    ['wss://a.test/ws//', 'wss://a.test/ws/session/7?token=t'],
    ['wss://a.test/ws?v=2', 'wss://a.test/ws/session/7?v=2&token=t'],
    ['wss://a.test/ws?next=/a?b=1&x=2', 'wss://a.test/ws/session/7?next=/a?b=1&x=2&token=t'],
    ['wss://a.test?', 'wss://a.test/session/7?token=t'],
    ['https://a.test', 'wss://a.test/session/7?token=t'],
    [new URL('wss://a.test/x'), 'wss://a.test/x/session/7?token=t'],
  ])('with the base URL %s is %s', (url, expected) => {
    renderChat({ url, token: 't' });
    expect(urls()).toEqual([expected]);
  });

  it('contains the token, percent-encoded', () => {
    renderChat({ token: 'a b&c=d/ы' });
    expect(urls()).toEqual([`${base}/session/7?token=a%20b%26c%3Dd%2F%D1%8B`]);
  });

  it('is read at each attempt from REACT_APP_WS_URL, then VITE_WS_URL; the default is /ws of the page', async () => {
    const chat = renderChat({ url: undefined });
    expect(urls().at(-1)).toMatch(/^ws:\/\/localhost:3000\/ws\/session\/7\?/);
    vi.stubEnv('VITE_WS_URL', 'wss://vite.test');
    vi.stubEnv('REACT_APP_WS_URL', '');
    act(() => chat.result.current.forceReconnect());
    expect(urls().at(-1)).toMatch(/^wss:\/\/vite\.test\/session\/7\?/);
    vi.stubEnv('REACT_APP_WS_URL', 'wss://webpack.test/');
    act(() => chat.result.current.forceReconnect());
    expect(urls().at(-1)).toMatch(/^wss:\/\/webpack\.test\/session\/7\?/);
    await pass(0);
  });

  it('is resolved without an error where process does not exist', () => {
    const { process } = globalThis;
    try {
      vi.stubGlobal('process', undefined);
      renderChat({ url: undefined });
    } finally {
      // Restored at once, because the test runner needs it.
      vi.stubGlobal('process', process);
    }
    expect(urls()).toEqual(['ws://localhost:3000/ws/session/7?token=secret-token']);
  });
});

describe('the token of a chat', () => {
  const token = (): string | null => new URL(ScriptedWebSocket.last.url).searchParams.get('token');

  it('is localStorage.token by default, read at every attempt', async () => {
    localStorage.setItem('token', 'first');
    renderChat({ token: undefined });
    expect(token()).toBe('first');
    localStorage.setItem('token', 'second');
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    expect(token()).toBe('second');
  });

  it.each([null, '', undefined])('%s means no connection', (none) => {
    const { result } = renderChat({ token: none });
    expect(result.current).toMatchObject({
      websocket: null,
      isConnected: false,
      connectionState: 'disconnected',
      lastError: { type: 'no_token', message: 'Вы не вошли: нет токена' },
    });
    expect(ScriptedWebSocket.made).toEqual([]);
  });

  it('makes the hook connect when it is stored later; its removal closes the connection', async () => {
    const chat = renderChat({ token: undefined });
    localStorage.setItem('token', 't');
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'token' })));
    open();
    expect(chat.result.current.isConnected).toBe(true);
    localStorage.removeItem('token');
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'token' })));
    expect(chat.result.current.websocket).toBeNull();
    await pass(100);
    expect(openSockets()).toEqual([]);
  });

  it('stored by the page itself is found by connect()', () => {
    const chat = renderChat({ token: undefined });
    localStorage.setItem('token', 't');
    act(() => chat.result.current.connect());
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });

  it('counts as missing where the storage is blocked', () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('Blocked', 'SecurityError');
    });
    const { result } = renderChat({ token: undefined });
    expect(result.current.websocket).toBeNull();
  });

  it('is read from getToken before every attempt, synchronously or through a promise', async () => {
    let count = 0;
    const getToken = vi.fn(() => (++count % 2 ? Promise.resolve(`t${count}`) : `t${count}`));
    renderChat({ getToken, token: undefined });
    await pass(0);
    expect(token()).toBe('t1');
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    expect(token()).toBe('t2');
    expect(getToken).toHaveBeenCalledTimes(2);
  });

  it('makes the attempt fail when it is missing, and is read again at the next attempt', async () => {
    const answers = [() => null, () => '', () => Promise.reject(new Error('no')), () => 'found'];
    renderChat({ getToken: () => answers.shift()?.() });
    await pass(7000);
    expect(urls()).toEqual([`${base}/session/7?token=found`]);
  });

  it('may come from a different getToken on every render without a reconnect', async () => {
    const chat = renderChat({ getToken: () => 'old' });
    open();
    chat.rerender({ sessionId: 7, options: { getToken: () => 'new' } });
    expect(ScriptedWebSocket.made).toHaveLength(1);
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    expect(token()).toBe('new');
  });

  it('with another value causes a new connection', async () => {
    const chat = renderChat({ token: 'one' });
    const old = open();
    chat.rerender({ sessionId: 7, options: { token: 'two' } });
    expect(token()).toBe('two');
    await pass(100);
    expect(old.readyState).toBe(ScriptedWebSocket.CLOSING);
  });

  it('can be sent as a subprotocol', () => {
    renderChat({ tokenTransport: 'subprotocol', url: `${base}?v=1`, options: { protocols: 'chat.v2' } });
    expect(ScriptedWebSocket.last).toMatchObject({
      url: `${base}/session/7?v=1`,
      protocols: ['bearer', 'secret-token', 'chat.v2'],
    });
  });

  it('that is no valid subprotocol causes an error that does not contain the token', async () => {
    const { callbacks, result } = renderChat({ tokenTransport: 'subprotocol', token: 'with space' });
    await pass(0);
    expect(ScriptedWebSocket.made).toEqual([]);
    expect(callbacks.onError).toHaveBeenCalledWith(
      expect.objectContaining({
        type: 'auth_error',
        message: expect.stringMatching(/^Option "token" must be/) as string,
      }),
    );
    expect(
      callbacks.onError.mock.calls
        .flat()
        .map((error) => (error as Error).message)
        .join(),
    ).not.toContain('with space');
    expect(result.current.lastError).not.toBeNull();
  });

  it('is never written to the console', async () => {
    hookStrictly(
      () =>
        useChatWebSocket(7, null, {
          url: base,
          token: 'secret-token',
          options: { jitter: 0, logLevel: 'debug' },
        }),
      undefined,
    );
    open();
    act(() => ScriptedWebSocket.last.break());
    await pass(1000);
    const lines = Object.values(consoleSpies).flatMap((spy) => spy.mock.calls.flat().map(String));
    expect(lines.length).toBeGreaterThan(5);
    expect(lines.join('\n')).not.toMatch(/secret-token/);
  });
});

describe('the connection of a chat', () => {
  it('is made by the original call: session null at first, two arguments, the stored token', async () => {
    localStorage.setItem('token', 't');
    vi.stubEnv('REACT_APP_WS_URL', base);
    const hook = hookStrictly((sessionId: SessionId) => useChatWebSocket(sessionId, () => undefined), null);
    open();
    hook.rerender(42);
    open();
    expect(urls()).toEqual([`${base}/general?token=t`, `${base}/session/42?token=t`]);
    await pass(100);
    expect(openSockets()).toHaveLength(1);
  });

  it('is shared by all hooks with the session, and not made for an undefined session or without enabled', () => {
    renderChat();
    renderChat();
    renderChat({}, '7');
    renderChat({ enabled: false }, 8);
    hookStrictly(
      () => useChatWebSocket(undefined, null, { url: base, token: 't', options: quiet }),
      undefined,
    );
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });
});

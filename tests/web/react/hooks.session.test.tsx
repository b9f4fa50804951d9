// The options `session` and `unconfirmed` in the hooks and the provider, and what their results show of a session.
import { act, renderHook } from '@testing-library/react';
import { createElement, StrictMode, type ReactElement, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { DeliveryError } from '../../../web/index.js';
import {
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
  type UseResilientWebSocketResult,
} from '../../../web/react/index.js';
import { outcomeOf } from '../support/harness.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { controlOn, messagesOn, sessionId, welcome } from '../support/sessions.js';
import { renderChat } from './support/chat.js';
import {
  consoleSpies,
  hookStrictly,
  open,
  openSockets,
  pass,
  setUpReactTests,
} from './support/react_environment.js';

setUpReactTests();

const url = 'wss://server.test/a';
const silent = { jitter: 0, logLevel: 'silent', enableHeartbeat: false } as const;

interface Props extends UseResilientWebSocketOptions {
  at?: string | null;
}

function renderSocket(props: Props = {}) {
  return hookStrictly(
    ({ at = url, ...options }: Props) => useResilientWebSocket(at, { ...silent, ...options }),
    props,
  );
}

/** Opens the last socket, and answers its hello. */
function openSession(members: object = {}): ScriptedWebSocket {
  const socket = open();
  act(() => {
    welcome(socket, members);
  });
  return socket;
}

const hellos = (socket = ScriptedWebSocket.last) => controlOn(socket, 'hello');
const resumed = (received = 0) => ({ resumed: true, received });

async function lose(): Promise<void> {
  act(() => {
    ScriptedWebSocket.last.break();
  });
  await pass(1000);
}

function inProvider(options: UseResilientWebSocketOptions) {
  return ({ children }: { children: ReactNode }): ReactElement =>
    createElement(StrictMode, null, createElement(ResilientWebSocketProvider, { options }, children));
}

describe('the option session', () => {
  it('passes through useResilientWebSocket: one session, which the next connection resumes', async () => {
    const { result } = renderSocket({ session: true });
    openSession();
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(hellos()).toEqual([{ rws: 'hello', v: 1, session: null, attempt: 1, received: 0, window: 1000 }]);
    act(() => void result.current.send('one'));
    await lose();
    openSession(resumed());
    expect(hellos()).toMatchObject([{ session: sessionId, attempt: 2 }]);
    expect(messagesOn(ScriptedWebSocket.last)).toEqual(['one']);
  });

  it('passes through the provider, and a hook can switch it off', () => {
    renderHook(() => useResilientWebSocket(url, silent), { wrapper: inProvider({ session: true }) });
    open();
    expect(hellos()).toHaveLength(1);
    renderHook(() => useResilientWebSocket(url, { ...silent, session: false }), {
      wrapper: inProvider({ session: true }),
    });
    open();
    expect(ScriptedWebSocket.last.sent).toEqual([]);
  });

  it('passes through useChatWebSocket, with the chat’s messages in the session', async () => {
    const { result, callbacks } = renderChat({ options: { session: true, enableHeartbeat: false } });
    openSession();
    act(() => void result.current.sendChatMessage('hello'));
    await pass(0);
    expect(result.current.status?.session).toMatchObject({ unacknowledged: 1 });
    await lose();
    const second = openSession(resumed());
    expect(messagesOn(second).map((text) => JSON.parse(String(text)) as unknown)).toEqual([
      { type: 'new_message', content: 'hello', session_id: 7 },
    ]);
    act(() => {
      second.deliverJson({
        type: 'new_message',
        data: { id: 1, content: 'hi', role: 'user' },
        session_id: 7,
      });
    });
    expect(callbacks.onNewMessage).toHaveBeenCalledOnce();
  });

  it('is another session on another connection: another session id of the chat, another URL', () => {
    const chat = renderChat({ options: { session: true, enableHeartbeat: false } });
    openSession();
    chat.rerender({ sessionId: 8, options: { options: { session: true, enableHeartbeat: false } } });
    openSession({ session: 'another-id-0123456789' });
    expect(hellos()).toMatchObject([{ session: null, attempt: 1 }]);
    const { rerender } = renderSocket({ session: true });
    openSession();
    rerender({ session: true, at: 'wss://server.test/b' });
    open();
    expect(hellos()).toMatchObject([{ session: null, attempt: 1 }]);
  });

  it('can be switched on while the hook is mounted: from the next connection on', async () => {
    const { rerender, result } = renderSocket();
    open();
    rerender({ session: true });
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(result.current.websocket?.options.session).toBe(true);
    await lose();
    openSession();
    expect(hellos()).toHaveLength(1);
  });

  it('can be switched off while the hook is mounted: the messages of the session are reported', async () => {
    const onSessionLost = vi.fn();
    const onMessageUnconfirmed = vi.fn();
    const handlers = { onSessionLost, onMessageUnconfirmed };
    const { rerender, result } = renderSocket({ session: true, ...handlers });
    openSession();
    act(() => void result.current.send('one'));
    rerender({ session: false, ...handlers });
    await lose();
    open();
    expect(ScriptedWebSocket.last.sent).toEqual([]);
    expect(onSessionLost.mock.calls).toEqual([[{ unconfirmed: 1 }]]);
    expect(onMessageUnconfirmed.mock.calls).toMatchObject([[{ data: 'one' }]]);
    expect(result.current.isConnected).toBe(true);
  });

  it('that breaks its rule is a configuration error which names the option', () => {
    const { result } = renderSocket({ session: { ackDelay: -1 } });
    expect(result.current.lastError).toMatchObject({ type: 'configuration_error' });
    expect(result.current.lastError?.message).toMatch(/^Option "session" must be .*ackDelay/);
  });
});

describe('the function auth', () => {
  it('may be another one on every render: one connection, no assignment, and the newest is called', async () => {
    let calls = 0;
    const { rerender, result } = renderSocket({ session: { auth: () => `token ${++calls}` } });
    openSession();
    const kept = result.current.websocket?.options.session;
    for (const name of ['second', 'third']) rerender({ session: { auth: () => name } });
    expect(openSockets()).toHaveLength(1);
    expect(result.current.websocket?.options.session).toBe(kept);
    await lose();
    openSession(resumed());
    expect(hellos()).toMatchObject([{ session: sessionId, auth: 'third' }]);
    expect(calls).toBe(1);
  });

  it('may be another one on every render of the provider', async () => {
    const { result, rerender } = renderHook(
      ({ name }: { name: string }) => {
        const { websocket } = useResilientWebSocket(url, { ...silent, session: { auth: () => name } });
        return websocket;
      },
      { initialProps: { name: 'first' }, wrapper: inProvider({ session: { auth: () => 'page' } }) },
    );
    openSession();
    rerender({ name: 'second' });
    await lose();
    open();
    expect(hellos()).toMatchObject([{ auth: 'second' }]);
    expect(result.current?.options.session).toMatchObject({ auth: expect.any(Function) as unknown });
  });

  it('of the chat hook, written in place, makes no new connection', () => {
    const { rerender } = hookStrictly(
      (name: string) =>
        useChatWebSocket(7, null, {
          url,
          token: 't',
          options: { ...silent, session: { auth: () => name } },
        }),
      'first',
    );
    openSession();
    rerender('second');
    rerender('third');
    expect(ScriptedWebSocket.made).toHaveLength(1);
    expect(hellos()).toMatchObject([{ auth: 'first' }]);
  });

  it('of two components causes no warning of different values', () => {
    renderSocket({ session: { auth: () => 1 }, logLevel: 'warn' });
    renderSocket({ session: { auth: () => 2 }, logLevel: 'warn' });
    openSession();
    expect(consoleSpies.warn).not.toHaveBeenCalled();
    renderSocket({ session: { window: 5 }, logLevel: 'warn' });
    expect(consoleSpies.warn.mock.calls.flat().join()).toContain('different values of the option "session"');
  });
});

describe('the users of a session', () => {
  it('are never mixed: unacknowledged messages do not go out with the token of an unknown user', async () => {
    let token = 'ticket-1';
    const onMessageUnconfirmed = vi.fn();
    renderChat({
      getToken: () => token,
      onMessageUnconfirmed,
      options: { session: { onSessionLost: 'resend' }, enableHeartbeat: false },
    }).result.current.sendChatMessage('private');
    openSession();
    token = 'ticket-2';
    await lose();
    await pass(100);
    const second = openSession({ session: 'another-id-0123456789' });
    expect(second.url).toContain('ticket-2');
    expect(hellos()).toMatchObject([{ session: null }]);
    expect(messagesOn(second)).toEqual([]);
    expect(onMessageUnconfirmed.mock.calls).toMatchObject([[{ data: { content: 'private' } }]]);
  });

  it('may get a new token of theirs while nothing is unacknowledged: the session goes on', async () => {
    let token = 'ticket-1';
    renderChat({ getToken: () => token, options: { session: true, enableHeartbeat: false } });
    openSession();
    token = 'ticket-2';
    await lose();
    openSession(resumed());
    expect(hellos()).toMatchObject([{ session: sessionId }]);
  });
});

describe('the results', () => {
  it('show the session, and change with it', async () => {
    const { result } = renderSocket({ session: true });
    expect(result.current.status).toMatchObject({ session: null });
    openSession();
    expect(result.current.status).toMatchObject({ session: { unacknowledged: 0 } });
    act(() => void result.current.send('one'));
    await pass(0);
    expect(result.current.status?.session).toMatchObject({ unacknowledged: 1, acknowledged: 0 });
    act(() => {
      ScriptedWebSocket.last.deliverJson({ rws: 'ack', received: 1 });
    });
    expect(result.current.status?.session).toMatchObject({ unacknowledged: 0, acknowledged: 1 });
    expect(JSON.stringify(result.current.status)).not.toContain(sessionId);
  });

  it('show no session without the option', () => {
    const { result } = renderSocket();
    open();
    expect(result.current.status?.session).toBeNull();
  });

  it('give the chat the client, which tells that its session is lost', async () => {
    const { result } = renderChat({ options: { session: true, enableHeartbeat: false } });
    openSession();
    const onSessionLost = vi.fn();
    result.current.websocket?.on('sessionLost', onSessionLost);
    act(() => void result.current.sendChatMessage('one'));
    await lose();
    openSession({ session: 'another-id-0123456789' });
    expect(onSessionLost.mock.calls).toEqual([[{ unconfirmed: 1 }]]);
  });
});

describe('deliver', () => {
  function renderDeliver(props: Props): { result: { readonly current: UseResilientWebSocketResult } } {
    return renderSocket(props);
  }

  it('resolves with the acknowledgement, and is the same function on every render', async () => {
    const { result } = renderDeliver({ session: true });
    const { deliver } = result.current;
    openSession();
    const promise = deliver({ order: 17 });
    expect(messagesOn(ScriptedWebSocket.last)).toEqual(['{"order":17}']);
    expect(await outcomeOf(promise)).toEqual({ state: 'pending' });
    act(() => {
      ScriptedWebSocket.last.deliverJson({ rws: 'ack', received: 1 });
    });
    expect((await outcomeOf(promise)).state).toBe('resolved');
    expect(result.current.deliver).toBe(deliver);
  });

  it('of a message that is dropped rejects with the reason', async () => {
    const { result } = renderDeliver({ session: true });
    const promise = result.current.deliver('x', { ttl: 50 });
    await pass(100);
    expect(await outcomeOf(promise)).toMatchObject({ state: 'rejected', value: { reason: 'expired' } });
  });

  it('before the hook is mounted waits for the connection', async () => {
    const promises: Promise<void>[] = [];
    renderHook(() => {
      const { deliver } = useResilientWebSocket(url, { ...silent, session: true });
      if (promises.length === 0) promises.push(deliver('early'));
    });
    const socket = openSession();
    expect(messagesOn(socket)).toEqual(['early']);
    act(() => {
      socket.deliverJson({ rws: 'ack', received: 1 });
    });
    expect((await outcomeOf(promises[0] ?? Promise.reject(new Error('none')))).state).toBe('resolved');
  });

  it('without a connection rejects, and an ignored rejection ends nothing', async () => {
    const onError = vi.fn();
    const { result } = renderDeliver({ at: null, onError });
    const outcome = await outcomeOf(result.current.deliver('x'));
    expect(outcome.value).toBeInstanceOf(DeliveryError);
    expect(outcome.value).toMatchObject({ reason: 'disconnected' });
    void result.current.deliver('ignored');
    expect(onError).not.toHaveBeenCalled();
  });
});

describe('the option unconfirmed', () => {
  it('passes through both hooks: with resend the message goes out again, and is not reported', async () => {
    const onMessageUnconfirmed = vi.fn();
    const { result } = renderSocket({ unconfirmed: 'resend', enableHeartbeat: true, onMessageUnconfirmed });
    open();
    act(() => void result.current.send('one'));
    await lose();
    expect(open().userFrames).toEqual(['one']);
    const chat = renderChat({ onMessageUnconfirmed, options: { unconfirmed: 'resend' } });
    open();
    act(() => void chat.result.current.sendChatMessage('two'));
    await lose();
    expect(open().userFrames).toEqual(['{"type":"new_message","content":"two","session_id":7}']);
    expect(onMessageUnconfirmed).not.toHaveBeenCalled();
  });
});

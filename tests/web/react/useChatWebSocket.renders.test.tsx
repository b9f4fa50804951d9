// What each commit of the chat hook says, and to which session the functions of a render belong.
import { StrictMode, useLayoutEffect, type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { useChatWebSocket, type UseChatWebSocketResult } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base, renderChat } from './support/chat.js';
import {
  deliver,
  hookStrictly,
  open,
  openSockets,
  pass,
  sentOn,
  setUpReactTests,
} from './support/react_environment.js';

const frame = (session_id: number) => ({ type: 'new_message', data: { id: 1, role: 'user' }, session_id });
const options = { url: base, token: 't', options: { jitter: 0, logLevel: 'silent' } } as const;

setUpReactTests();

describe('a commit', () => {
  it('of another session says that it is connecting, not what the session before says', () => {
    const commits: unknown[][] = [];
    function Chat({ id }: { id: number }): null {
      const { isConnected, connectionState, websocket } = useChatWebSocket(id, null, options);
      useLayoutEffect(() => {
        commits.push([id, isConnected, connectionState, websocket?.url ?? null]);
      });
      return null;
    }
    const { rerender } = render(<Chat id={7} />);
    open();
    commits.length = 0;
    rerender(<Chat id={8} />);
    expect(commits.length).toBeGreaterThan(0);
    for (const [id, isConnected, state, url] of commits) {
      expect([id, isConnected, state]).toEqual([8, false, 'connecting']);
      expect(String(url)).not.toContain('/session/7');
    }
  });

  it('of a session that another component has connected says so', () => {
    const seen: boolean[] = [];
    renderChat({}, 8);
    open();
    const chat = hookStrictly((id: number) => {
      const result = useChatWebSocket(id, null, { ...options, token: 'secret-token' });
      if (id === 8) seen.push(result.isConnected);
      return result;
    }, 7);
    chat.rerender(8);
    expect(seen).not.toContain(false);
  });

  it('says that it is connecting from the first one on', () => {
    const states: string[] = [];
    hookStrictly(() => {
      const { connectionState, lastError } = useChatWebSocket(7, null, options);
      states.push(`${connectionState} ${lastError?.type ?? 'null'}`);
    }, undefined);
    expect(new Set(states)).toEqual(new Set(['connecting null']));
  });

  it('has the same result object until something changes', () => {
    const chat = renderChat();
    open();
    const before = chat.result.current;
    chat.rerender({ sessionId: 7 });
    deliver({ type: 'session_update', data: {} });
    act(() => {
      chat.result.current.sendTyping(true);
    });
    expect(chat.result.current).toBe(before);
    act(() => ScriptedWebSocket.last.break());
    expect(chat.result.current).not.toBe(before);
  });
});

describe('joinSession in a layout effect', () => {
  it.each([false, true])('is kept when the session changes (StrictMode: %s)', async (isStrict) => {
    const received: unknown[] = [];
    function Chat({ id }: { id: number }): null {
      const { joinSession } = useChatWebSocket(id, (message) => received.push(message), options);
      useLayoutEffect(() => {
        joinSession(9);
      }, [id, joinSession]);
      return null;
    }
    const app = (id: number) => (isStrict ? <StrictMode children={<Chat id={id} />} /> : <Chat id={id} />);
    const { rerender } = render(app(7));
    open();
    rerender(app(8));
    await pass(100);
    const socket = open();
    expect(sentOn(socket)).toContainEqual({ type: 'join_session', session_id: 9 });
    deliver(frame(9));
    expect(received).toHaveLength(1);
    act(() => {
      socket.break();
    });
    await pass(1000);
    expect(sentOn(open())).toContainEqual({ type: 'join_session', session_id: 9 });
  });

  it('of a child is sent once on a connection that is open already, and again after a loss', async () => {
    renderChat();
    const first = open();
    function Child({ join }: { join: UseChatWebSocketResult['joinSession'] }): null {
      useLayoutEffect(() => {
        join(9);
      }, [join]);
      return null;
    }
    function Page(): ReactElement {
      const { joinSession } = useChatWebSocket(7, null, { ...options, token: 'secret-token' });
      return <Child join={joinSession} />;
    }
    render(<Page />);
    expect(sentOn(first)).toEqual([{ type: 'join_session', session_id: 9 }]);
    act(() => {
      first.break();
    });
    await pass(1000);
    expect(sentOn(open())).toEqual([{ type: 'join_session', session_id: 9 }]);
  });
});

describe('a function that was kept', () => {
  it('never sends to another session: it is refused with an error', async () => {
    const chat = renderChat();
    const first = open();
    const { sendChatMessage, joinSession, stopGeneration, sendTyping } = chat.result.current;
    chat.rerender({ sessionId: 8 });
    const second = open();
    await pass(100);
    expect(first.readyState).toBe(ScriptedWebSocket.CLOSING);
    expect([sendChatMessage('x'), joinSession(9), stopGeneration()]).toEqual([false, false, false]);
    sendTyping(true);
    expect(sentOn(second)).toEqual([]);
    expect(sentOn(first)).toEqual([]);
    expect(chat.callbacks.onError.mock.calls).toMatchObject([
      [{ type: 'send_error' }],
      [{ type: 'send_error' }],
    ]);
    expect(chat.result.current.lastError).toBeNull();
  });

  it('sends to the session it was taken from, while that has a connection', async () => {
    const other = renderChat();
    const chat = renderChat();
    const first = open();
    const { sendChatMessage } = chat.result.current;
    chat.rerender({ sessionId: 8 });
    const second = open();
    await pass(1000);
    expect(sendChatMessage('x')).toBe(true);
    expect(sentOn(first)).toEqual([{ type: 'new_message', content: 'x', session_id: 7 }]);
    expect(sentOn(second)).toEqual([]);
    expect(other.result.current.isConnected).toBe(true);
  });

  it('belongs to its connection after a change of the user, too', () => {
    const chat = renderChat({ token: 'one' });
    open();
    const { sendChatMessage } = chat.result.current;
    chat.rerender({ sessionId: 7, options: { token: 'two' } });
    const second = open();
    expect(sendChatMessage('x')).toBe(false);
    expect(sentOn(second)).toEqual([]);
  });
});

describe('time', () => {
  it('that is set back an hour does not stop typing notifications, nor keep those of others', async () => {
    const chat = renderChat();
    open();
    act(() => {
      chat.result.current.sendTyping(true);
    });
    deliver({ type: 'typing', user_id: 3, is_typing: true });
    vi.setSystemTime(Date.now() - 3_600_000);
    await pass(3000);
    act(() => {
      chat.result.current.sendTyping(true);
    });
    const typing = { type: 'typing', session_id: 7 };
    expect(sentOn(openSockets()[0] as ScriptedWebSocket)).toEqual([
      { ...typing, is_typing: true },
      { ...typing, is_typing: false },
      { ...typing, is_typing: true },
    ]);
    await pass(2999);
    expect(chat.result.current.typingUsers).toEqual([3]);
    await pass(1);
    expect(chat.result.current.typingUsers).toEqual([]);
  });
});

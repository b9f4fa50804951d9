// Edge cases of the chat hook: calls before its effects, before there is a token, and across an outage.
import { StrictMode, useEffect, type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useChatWebSocket } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base, renderChat } from './support/chat.js';
import {
  hookStrictly,
  setUpReactTests,
  open,
  openSockets,
  pass,
  sent,
  sentOn,
} from './support/react_environment.js';

setUpReactTests();

const silent = { jitter: 0, logLevel: 'silent' } as const;

test.each([false, true])(
  'a message that a child sends from its effect is queued (StrictMode: %s)',
  (isStrict) => {
    const onError = vi.fn();
    function Prompt({ id, send }: { id: number; send: (text: string) => boolean }): ReactElement | null {
      useEffect(() => {
        send(`hello ${id}`);
      }, [id, send]);
      return null;
    }
    function Page({ id }: { id: number }): ReactElement {
      const { sendChatMessage } = useChatWebSocket(id, null, {
        url: base,
        token: 't',
        onError,
        options: silent,
      });
      return <Prompt id={id} send={sendChatMessage} />;
    }
    const page = (id: number): ReactElement =>
      isStrict ? (
        <StrictMode>
          <Page id={id} />
        </StrictMode>
      ) : (
        <Page id={id} />
      );
    const { rerender } = render(page(7));
    expect(sentOn(open())).toContainEqual({ type: 'new_message', content: 'hello 7', session_id: 7 });
    rerender(page(8));
    expect(sentOn(open())).toEqual([{ type: 'new_message', content: 'hello 8', session_id: 8 }]);
    expect(onError).not.toHaveBeenCalled();
  },
);

test.each(['connect', 'forceReconnect'] as const)(
  '%s() connects at once after the token was stored',
  (name) => {
    const { result } = hookStrictly(
      () => useChatWebSocket(7, null, { url: base, options: silent }),
      undefined,
    );
    localStorage.setItem('token', 't');
    act(() => {
      result.current[name]();
    });
    expect(openSockets()).toHaveLength(1);
  },
);

test('connect() connects a hook with enabled: false, also when the token is stored later', () => {
  const options = { url: base, enabled: false, options: silent };
  const { result } = hookStrictly(() => useChatWebSocket(7, null, options), undefined);
  act(() => {
    result.current.connect();
  });
  expect(openSockets()).toHaveLength(0);
  localStorage.setItem('token', 't');
  act(() => {
    result.current.connect();
  });
  expect(openSockets()).toHaveLength(1);
});

test('a joined session is joined again after a reconnect', async () => {
  const chat = renderChat();
  open();
  act(() => void chat.result.current.joinSession(9));
  act(() => {
    ScriptedWebSocket.last.break();
  });
  await pass(1000);
  open();
  expect(sent()).toEqual([{ type: 'join_session', session_id: 9 }]);
});

test('a joined session is joined again after the messages of a closing attempt are resolved', async () => {
  const chat = renderChat({ options: { closeGrace: 8000 } });
  const first = open();
  // Nothing is transmitted in either direction: the socket is given up without a close event.
  Object.defineProperty(first, 'bufferedAmount', { get: () => first.sent.join('').length });
  act(() => void chat.result.current.joinSession(9));
  act(() => void chat.result.current.sendChatMessage('unresolved'));
  await pass(6000);
  const second = open();
  expect(second).not.toBe(first);
  expect(sentOn(second)).toEqual([]);
  await pass(8000);
  expect(sentOn(second)).toEqual([{ type: 'join_session', session_id: 9 }]);
});

test('a session joined before the connection opened is joined once', () => {
  const chat = renderChat();
  act(() => void chat.result.current.joinSession(9));
  open();
  expect(sent()).toEqual([{ type: 'join_session', session_id: 9 }]);
});

test('the same session id in another form keeps the connection, isGenerating and joined sessions', () => {
  const chat = renderChat();
  open();
  act(() => void chat.result.current.joinSession(9));
  act(() => void chat.result.current.sendChatMessage('question'));
  chat.rerender({ sessionId: '7' });
  expect(openSockets()).toHaveLength(1);
  expect(chat.result.current.isGenerating).toBe(true);
  act(() => {
    ScriptedWebSocket.last.deliverJson({ type: 'typing', user_id: 3, is_typing: true, session_id: 9 });
  });
  expect(chat.callbacks.onTyping).toHaveBeenCalledWith(3, true);
});

test('typing without a connection is sent once there is one, and its end after that', async () => {
  const chat = renderChat();
  act(() => {
    chat.result.current.sendTyping(true);
  });
  open();
  await pass(3100);
  expect(sent()).toEqual([]);
  act(() => {
    chat.result.current.sendTyping(true);
  });
  await pass(3100);
  expect(sent()).toEqual([
    { type: 'typing', is_typing: true, session_id: 7 },
    { type: 'typing', is_typing: false, session_id: 7 },
  ]);
});

test('a token from getToken and a stored token make different connections', () => {
  localStorage.setItem('token', 'stored');
  hookStrictly(() => useChatWebSocket(7, null, { url: base, options: silent }), undefined);
  hookStrictly(
    () => useChatWebSocket(7, null, { url: base, getToken: () => 'returned', options: silent }),
    undefined,
  );
  expect(openSockets().map(({ url }) => url)).toEqual([
    `${base}/session/7?token=stored`,
    `${base}/session/7?token=returned`,
  ]);
});

test("url: '' and no url are the same connection", () => {
  localStorage.setItem('token', 'stored');
  hookStrictly(() => useChatWebSocket(7, null, { url: '', options: silent }), undefined);
  hookStrictly(() => useChatWebSocket(7, null, { options: silent }), undefined);
  expect(openSockets()).toHaveLength(1);
});

test('callbacks that are none of the chat are not called', () => {
  const props = { onOpen: vi.fn(), onClose: vi.fn(), onMessage: vi.fn(), onStateChange: vi.fn() };
  renderChat(props as object);
  open();
  act(() => {
    ScriptedWebSocket.last.break();
  });
  for (const [name, callback] of Object.entries(props)) expect(callback, name).not.toHaveBeenCalled();
});

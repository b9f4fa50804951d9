// Tests of the frames that the chat hook sends, and of how it handles the frames it receives.
import { act } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { useChatWebSocket } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base, renderChat } from './support/chat.js';
import {
  consoleSpies,
  deliver,
  hookStrictly,
  open,
  pass,
  sent,
  setUpReactTests,
} from './support/react_environment.js';

const answer = (fields: object, session_id: unknown = 7) => ({
  type: 'new_message',
  data: { id: 1, content: 'Да', role: 'assistant', created_at: 'now', ...fields },
  session_id,
});
const update = (fields: object) => ({ ...answer(fields), type: 'message_update' });
const progress = (name: string) => ({ message_metadata: { progress: name } });

setUpReactTests();

describe('frames sent by a chat', () => {
  it.each([7, '7', 'chat-7', null])('contain the session id %s as it was passed', (sessionId) => {
    const { result } = renderChat({}, sessionId);
    open();
    act(() => {
      expect(result.current.sendChatMessage('Привет')).toBe(true);
      expect(result.current.stopGeneration()).toBe(true);
      expect(result.current.joinSession('9')).toBe(true);
    });
    expect(sent()).toEqual([
      { type: 'new_message', content: 'Привет', session_id: sessionId },
      { type: 'stop_generation', session_id: sessionId },
      { type: 'join_session', session_id: '9' },
    ]);
  });

  it('may contain fields of the page, which do not override those of the hook', () => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('a', { client_id: 'c', type: 'x', session_id: 1 }));
    expect(sent()).toEqual([{ client_id: 'c', type: 'new_message', content: 'a', session_id: 7 }]);
  });

  it('are queued during an outage, except stop_generation', () => {
    const { result } = renderChat();
    act(() => {
      expect(result.current.sendChatMessage('one')).toBe(false);
      expect(result.current.stopGeneration()).toBe(false);
    });
    expect(result.current.queuedMessages).toBe(1);
    open();
    expect(result.current.queuedMessages).toBe(0);
    expect(sent()).toEqual([{ type: 'new_message', content: 'one', session_id: 7 }]);
  });

  it('are reported as an error when there is no client', () => {
    const { result, callbacks } = renderChat({ token: null });
    act(() => {
      expect(result.current.sendChatMessage('lost')).toBe(false);
      expect(result.current.stopGeneration()).toBe(false);
      result.current.sendTyping(true);
    });
    expect(callbacks.onError.mock.calls).toEqual([
      [{ type: 'send_error', message: 'Сообщение не отправлено', recoverable: false }],
    ]);
    expect(result.current.lastError?.type).toBe('send_error');
  });

  it('that fail are reported in the language of the client', () => {
    const { result, callbacks } = renderChat({ token: null, options: { locale: 'en' } });
    act(() => void result.current.sendChatMessage('lost'));
    expect(callbacks.onError.mock.calls).toMatchObject([[{ message: 'The message was not sent' }]]);
  });
});

describe('frames received by a chat', () => {
  it('are passed to the callbacks', () => {
    const { callbacks } = renderChat();
    open();
    const session = { id: 7, title: 'T', updated_at: 'now', message_count: 2 };
    deliver(
      answer({}),
      update({ content: 'Да!' }),
      { type: 'typing', user_id: 3, is_typing: true, session_id: 7 },
      { type: 'session_update', data: session },
      { type: 'generation_stopped', message: 'Stopped' },
    );
    expect(callbacks.onNewMessage.mock.calls).toEqual([[answer({}).data]]);
    expect(callbacks.onMessageUpdate.mock.calls).toEqual([[answer({ content: 'Да!' }).data]]);
    expect(callbacks.onTyping.mock.calls).toEqual([[3, true]]);
    expect(callbacks.onSessionUpdate.mock.calls).toEqual([[session]]);
    expect(callbacks.onGenerationStopped.mock.calls).toEqual([['Stopped']]);
    expect(callbacks.onError).not.toHaveBeenCalled();
  });

  it('are passed to callbacks given as third and fourth argument', () => {
    const received: unknown[][] = [];
    const record = (...args: unknown[]) => received.push(args);
    hookStrictly(() => useChatWebSocket(7, record, record, record), localStorage.setItem('token', 't'));
    open();
    deliver(
      answer({ id: 5 }),
      { type: 'typing', user_id: 3, is_typing: false },
      { type: 'session_update', data: { id: 1 } },
    );
    expect(received).toEqual([[answer({ id: 5 }).data], [3, false], [{ id: 1 }]]);
  });

  it('are handled without callbacks', () => {
    localStorage.setItem('token', 't');
    const { result } = hookStrictly(() => useChatWebSocket(7, null, null, null), undefined);
    open();
    deliver(answer({}), update({}), { type: 'typing', user_id: 3, is_typing: true }, { type: 'error' });
    deliver({ type: 'session_update', data: {} }, { type: 'generation_stopped' });
    expect(result.current.typingUsers).toEqual([3]);
    expect(consoleSpies.error).not.toHaveBeenCalled();
  });

  it('are ignored when they name another session', () => {
    const { callbacks } = renderChat({}, 'chat-7');
    open();
    const foreign = [
      answer({}, 8),
      { ...update({}), session_id: '8' },
      { type: 'generation_stopped', session_id: 8 },
    ];
    deliver(...foreign, { type: 'typing', user_id: 3, is_typing: true, session_id: 8 });
    for (const name of ['onNewMessage', 'onMessageUpdate', 'onTyping', 'onGenerationStopped'] as const) {
      expect(callbacks[name]).not.toHaveBeenCalled();
    }
    deliver(answer({}, '7'), answer({}, 7), answer({}, null), { ...answer({}), session_id: undefined });
    expect(callbacks.onNewMessage).toHaveBeenCalledTimes(4);
  });

  it('of a joined session are accepted until the hook changes its session', () => {
    const { callbacks, result, rerender } = renderChat();
    open();
    act(() => void result.current.joinSession(8));
    deliver(answer({}, 8));
    expect(callbacks.onNewMessage).toHaveBeenCalledTimes(1);
    rerender({ sessionId: 9 });
    open();
    deliver(answer({}, 8));
    expect(callbacks.onNewMessage).toHaveBeenCalledTimes(1);
  });

  it('are all accepted on the general channel', () => {
    const { callbacks } = renderChat({}, null);
    open();
    deliver(answer({}, 1), answer({}, 2));
    expect(callbacks.onNewMessage).toHaveBeenCalledTimes(2);
  });

  it('of type error are passed to onError', () => {
    const { callbacks, result } = renderChat();
    open();
    deliver(
      { type: 'error', message: 'No model', error_code: 'model_not_loaded', timestamp: 1 },
      { type: 'error' },
    );
    const error = {
      type: 'server_error',
      message: 'No model',
      recoverable: true,
      errorCode: 'model_not_loaded',
    };
    expect(callbacks.onError.mock.calls).toEqual([
      [error],
      [{ type: 'server_error', message: '', recoverable: true }],
    ]);
    expect(result.current.lastError).toMatchObject({ type: 'server_error' });
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [7],
    [{ type: 'new_message' }],
    [{ type: 'new_message', data: [] }],
    [{ type: 'new_message', data: null }],
    [{ type: 'message_update', data: 'x' }],
    [{ type: 'session_update' }],
    [{ type: 'typing' }],
    [{ type: 'typing', user_id: {}, is_typing: 1 }],
    [{ type: 'unknown' }],
    [{ type: ['new_message'] }],
    [{ type: 'connection_established', payload: 5 }],
    [{ type: 'new_message', data: 1, session_id: {} }],
    [{ type: '__proto__' }],
    [{ type: 'constructor', data: {} }],
  ])('are ignored when malformed: %j', (frame) => {
    const { callbacks, result } = renderChat();
    open();
    deliver(frame, answer({ id: 2 }));
    expect(callbacks.onNewMessage.mock.calls).toEqual([[answer({ id: 2 }).data]]);
    for (const name of ['onMessageUpdate', 'onTyping', 'onSessionUpdate', 'onError'] as const) {
      expect(callbacks[name]).not.toHaveBeenCalled();
    }
    expect(result.current.isConnected).toBe(true);
    expect(consoleSpies.error).not.toHaveBeenCalled();
  });

  it('are handled after a callback threw', () => {
    const bad = () => {
      throw new Error('bad callback');
    };
    const { result } = hookStrictly(
      () =>
        useChatWebSocket(7, bad, {
          url: base,
          token: 't',
          onTyping: bad,
          onError: bad,
          onSessionUpdate: bad,
          onMessageUpdate: bad,
          onGenerationStopped: bad,
        }),
      undefined,
    );
    open();
    deliver(
      answer(progress('generating')),
      { type: 'typing', user_id: 3, is_typing: true },
      { type: 'error' },
      { type: 'session_update', data: {} },
    );
    deliver(update(progress('generating')));
    expect(result.current).toMatchObject({ isConnected: true, isGenerating: true, typingUsers: [3] });
    expect(consoleSpies.error.mock.calls.map(String).join('\n')).toContain('bad callback');
  });
});

describe('isGenerating', () => {
  it('is true from a sent message to the answer', () => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('?'));
    expect(result.current.isGenerating).toBe(true);
    deliver(answer({ role: 'user' }));
    expect(result.current.isGenerating).toBe(true);
    deliver(answer({}));
    expect(result.current.isGenerating).toBe(false);
  });

  it.each([
    ['complete', false],
    ['stopped', false],
    ['interrupted', false],
    ['generating', true],
  ])('follows the progress in an answer: %s', (name, isGenerating) => {
    const { result } = renderChat();
    open();
    deliver(answer(progress('generating')));
    expect(result.current.isGenerating).toBe(true);
    deliver(update(progress(name)));
    expect(result.current.isGenerating).toBe(isGenerating);
  });

  it.each([
    ['a stop', { type: 'generation_stopped', message: '' }],
    ['an error of the server', { type: 'error', message: '', error_code: 'processing_error' }],
  ])('becomes false with %s', (_, frame) => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('?'));
    deliver(frame);
    expect(result.current.isGenerating).toBe(false);
  });

  it('is not changed by an update without progress or by an update of a user message', () => {
    const { result } = renderChat();
    open();
    deliver(update({}), update({ role: 'user', ...progress('generating') }));
    expect(result.current.isGenerating).toBe(false);
    act(() => void result.current.sendChatMessage('?'));
    deliver(update({}));
    expect(result.current.isGenerating).toBe(true);
  });

  it('becomes false with a lost connection, and true again when the answer continues', async () => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('?'));
    act(() => {
      expect(result.current.isGenerating).toBe(true);
    });
    act(() => ScriptedWebSocket.last.break());
    expect(result.current.isGenerating).toBe(false);
    await pass(1000);
    open();
    deliver(update(progress('generating')));
    expect(result.current.isGenerating).toBe(true);
  });

  it('becomes true for a queued message when the server returns it', () => {
    const { result } = renderChat();
    act(() => void result.current.sendChatMessage('?'));
    expect(result.current.isGenerating).toBe(false);
    open();
    deliver(answer({ role: 'user' }));
    expect(result.current.isGenerating).toBe(true);
  });

  it('becomes false after two minutes without a frame of the answer', async () => {
    const { result } = renderChat({ options: { enableHeartbeat: false, confirmAfter: 1e6 } });
    open();
    act(() => void result.current.sendChatMessage('?'));
    await pass(100_000);
    deliver(update({}));
    await pass(119_999);
    expect(result.current.isGenerating).toBe(true);
    await pass(1);
    expect(result.current.isGenerating).toBe(false);
  });
});

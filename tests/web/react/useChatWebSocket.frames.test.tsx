// Owns the check of what the chat hook sends, and of what it makes of the frames that come.
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
  installReactWorld,
} from './support/react_world.js';

const answer = (fields: object, session_id: unknown = 7) => ({
  type: 'new_message',
  data: { id: 1, content: 'Да', role: 'assistant', created_at: 'now', ...fields },
  session_id,
});
const update = (fields: object) => ({ ...answer(fields), type: 'message_update' });
const progress = (name: string) => ({ message_metadata: { progress: name } });

installReactWorld();

describe('what a chat sends', () => {
  it.each([7, '7', 'chat-7', null])('names the session %s as it was passed', (sessionId) => {
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

  it('may carry fields of the page, which overrule none of the hook', () => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('a', { client_id: 'c', type: 'x', session_id: 1 }));
    expect(sent()).toEqual([{ client_id: 'c', type: 'new_message', content: 'a', session_id: 7 }]);
  });

  it('is queued during an outage, except an order to stop', () => {
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

  it('is false and told as an error where there is no connection', () => {
    const { result, told } = renderChat({ token: null });
    act(() => {
      expect(result.current.sendChatMessage('lost')).toBe(false);
      expect(result.current.stopGeneration()).toBe(false);
      result.current.sendTyping(true);
    });
    expect(told.onError.mock.calls).toEqual([
      [{ type: 'send_error', message: 'Сообщение не отправлено.', recoverable: false }],
    ]);
    expect(result.current.lastError?.type).toBe('send_error');
  });

  it('has an error in the language of the client', () => {
    const { result, told } = renderChat({ token: null, options: { locale: 'en' } });
    act(() => void result.current.sendChatMessage('lost'));
    expect(told.onError.mock.calls).toMatchObject([[{ message: 'The message was not sent.' }]]);
  });
});

describe('what a chat hears', () => {
  it('goes to its callbacks', () => {
    const { told } = renderChat();
    open();
    const session = { id: 7, title: 'T', updated_at: 'now', message_count: 2 };
    deliver(
      answer({}),
      update({ content: 'Да!' }),
      { type: 'typing', user_id: 3, is_typing: true, session_id: 7 },
      { type: 'session_update', data: session },
      { type: 'generation_stopped', message: 'Stopped' },
    );
    expect(told.onNewMessage.mock.calls).toEqual([[answer({}).data]]);
    expect(told.onMessageUpdate.mock.calls).toEqual([[answer({ content: 'Да!' }).data]]);
    expect(told.onTyping.mock.calls).toEqual([[3, true]]);
    expect(told.onSessionUpdate.mock.calls).toEqual([[session]]);
    expect(told.onGenerationStopped.mock.calls).toEqual([['Stopped']]);
    expect(told.onError).not.toHaveBeenCalled();
  });

  it('goes to the third and fourth argument as well', () => {
    const heard: unknown[][] = [];
    const record = (...args: unknown[]) => heard.push(args);
    hookStrictly(() => useChatWebSocket(7, record, record, record), localStorage.setItem('token', 't'));
    open();
    deliver(
      answer({ id: 5 }),
      { type: 'typing', user_id: 3, is_typing: false },
      { type: 'session_update', data: { id: 1 } },
    );
    expect(heard).toEqual([[answer({ id: 5 }).data], [3, false], [{ id: 1 }]]);
  });

  it('needs none of the callbacks', () => {
    localStorage.setItem('token', 't');
    const { result } = hookStrictly(() => useChatWebSocket(7, null, null, null), undefined);
    open();
    deliver(answer({}), update({}), { type: 'typing', user_id: 3, is_typing: true }, { type: 'error' });
    deliver({ type: 'session_update', data: {} }, { type: 'generation_stopped' });
    expect(result.current.typingUsers).toEqual([3]);
    expect(consoleSpies.error).not.toHaveBeenCalled();
  });

  it('is another session’s business when it names one', () => {
    const { told } = renderChat({}, 'chat-7');
    open();
    const foreign = [
      answer({}, 8),
      { ...update({}), session_id: '8' },
      { type: 'generation_stopped', session_id: 8 },
    ];
    deliver(...foreign, { type: 'typing', user_id: 3, is_typing: true, session_id: 8 });
    for (const name of ['onNewMessage', 'onMessageUpdate', 'onTyping', 'onGenerationStopped'] as const) {
      expect(told[name]).not.toHaveBeenCalled();
    }
    deliver(answer({}, '7'), answer({}, 7), answer({}, null), { ...answer({}), session_id: undefined });
    expect(told.onNewMessage).toHaveBeenCalledTimes(4);
  });

  it('includes a session it joined, until it moves to another', () => {
    const { told, result, rerender } = renderChat();
    open();
    act(() => void result.current.joinSession(8));
    deliver(answer({}, 8));
    expect(told.onNewMessage).toHaveBeenCalledTimes(1);
    rerender({ sessionId: 9 });
    open();
    deliver(answer({}, 8));
    expect(told.onNewMessage).toHaveBeenCalledTimes(1);
  });

  it('is everything on the general channel', () => {
    const { told } = renderChat({}, null);
    open();
    deliver(answer({}, 1), answer({}, 2));
    expect(told.onNewMessage).toHaveBeenCalledTimes(2);
  });

  it('includes the errors of the server', () => {
    const { told, result } = renderChat();
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
    expect(told.onError.mock.calls).toEqual([
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
  ])('may be malformed: %j', (frame) => {
    const { told, result } = renderChat();
    open();
    deliver(frame, answer({ id: 2 }));
    expect(told.onNewMessage.mock.calls).toEqual([[answer({ id: 2 }).data]]);
    for (const name of ['onMessageUpdate', 'onTyping', 'onSessionUpdate', 'onError'] as const) {
      expect(told[name]).not.toHaveBeenCalled();
    }
    expect(result.current.isConnected).toBe(true);
    expect(consoleSpies.error).not.toHaveBeenCalled();
  });

  it('goes on after a callback threw', () => {
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
  it('lasts from a sent message to the answer', () => {
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
  ])('follows an answer that says its progress: %s', (name, isGenerating) => {
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
  ])('ends with %s', (_, frame) => {
    const { result } = renderChat();
    open();
    act(() => void result.current.sendChatMessage('?'));
    deliver(frame);
    expect(result.current.isGenerating).toBe(false);
  });

  it('is not begun or ended by an update without progress or by one of a user', () => {
    const { result } = renderChat();
    open();
    deliver(update({}), update({ role: 'user', ...progress('generating') }));
    expect(result.current.isGenerating).toBe(false);
    act(() => void result.current.sendChatMessage('?'));
    deliver(update({}));
    expect(result.current.isGenerating).toBe(true);
  });

  it('ends with the connection, and begins again when the answer goes on', async () => {
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

  it('begins for a queued message when the server has taken it', () => {
    const { result } = renderChat();
    act(() => void result.current.sendChatMessage('?'));
    expect(result.current.isGenerating).toBe(false);
    open();
    deliver(answer({ role: 'user' }));
    expect(result.current.isGenerating).toBe(true);
  });

  it('ends after two minutes without a sign', async () => {
    const { result } = renderChat({ options: { enableHeartbeat: false, probeAfterSend: 1e6 } });
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

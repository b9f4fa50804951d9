// Tests of typing notifications: when the user's own are sent, and who is listed in typingUsers.
import { act } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { renderChat } from './support/chat.js';
import { deliver, open, pass, sent, sentOn, setUpReactTests } from './support/react_environment.js';

const typingFrame = (isTyping: boolean) => ({ type: 'typing', is_typing: isTyping, session_id: 7 });
const typing = (userId: unknown, isTyping = true) => ({
  type: 'typing',
  user_id: userId,
  is_typing: isTyping,
  session_id: 7,
});

// No probe: the scripted server does not answer.
const withoutProbe = { confirmAfter: 1e6 };

setUpReactTests();

describe('sendTyping', () => {
  it('sends the start at once and the end after 3 s', async () => {
    const { result } = renderChat({ options: withoutProbe });
    open();
    act(() => result.current.sendTyping(true));
    expect(sent()).toEqual([typingFrame(true)]);
    await pass(2999);
    expect(sent()).toHaveLength(1);
    await pass(1);
    expect(sent()).toEqual([typingFrame(true), typingFrame(false)]);
    await pass(10_000);
    expect(sent()).toHaveLength(2);
  });

  it('sends an early end after 300 ms, once', async () => {
    const { result } = renderChat({ options: withoutProbe });
    open();
    act(() => {
      result.current.sendTyping(true);
      result.current.sendTyping(false);
    });
    await pass(200);
    act(() => result.current.sendTyping(false));
    await pass(99);
    expect(sent()).toHaveLength(1);
    await pass(1);
    expect(sent()).toEqual([typingFrame(true), typingFrame(false)]);
    act(() => result.current.sendTyping(false));
    await pass(5000);
    expect(sent()).toHaveLength(2);
  });

  it('cancels the end when typing goes on', async () => {
    const { result } = renderChat();
    open();
    act(() => {
      result.current.sendTyping(true);
      result.current.sendTyping(false);
      result.current.sendTyping(true);
    });
    await pass(2999);
    expect(sent()).toEqual([typingFrame(true)]);
    await pass(1);
    expect(sent()).toEqual([typingFrame(true), typingFrame(false)]);
  });

  it('repeats the start only every 3 s while typing goes on, so that it does not expire', async () => {
    const { result } = renderChat({ options: withoutProbe });
    open();
    for (let key = 0; key < 70; ++key) {
      act(() => result.current.sendTyping(true));
      await pass(100);
    }
    expect(sent()).toEqual([typingFrame(true), typingFrame(true), typingFrame(true)]);
    await pass(3000);
    expect(sent().at(-1)).toEqual(typingFrame(false));
  });

  it('sends no end without a start', async () => {
    const { result } = renderChat();
    open();
    act(() => result.current.sendTyping(false));
    await pass(1000);
    expect(sent()).toEqual([]);
  });

  it('is never queued', () => {
    const { result } = renderChat();
    act(() => result.current.sendTyping(true));
    expect(result.current.queuedMessages).toBe(0);
    open();
    expect(sent()).toEqual([]);
  });

  it('is cancelled by a change of the session and by the unmount', async () => {
    const { result, rerender, unmount } = renderChat();
    const first = open();
    act(() => result.current.sendTyping(true));
    rerender({ sessionId: 8 });
    const second = open();
    await pass(5000);
    expect(sentOn(first)).toEqual([typingFrame(true)]);
    expect(sentOn(second)).toEqual([]);
    act(() => {
      result.current.sendTyping(true);
      result.current.sendTyping(false);
    });
    unmount();
    await pass(5000);
    expect(sentOn(second)).toEqual([{ ...typingFrame(true), session_id: 8 }]);
  });
});

describe('typingUsers', () => {
  it('lists users in the order in which they started, and removes them 6 s after their last frame', async () => {
    const { result } = renderChat();
    open();
    deliver(typing(3), typing('x'));
    expect(result.current.typingUsers).toEqual([3, 'x']);
    await pass(4000);
    deliver(typing(3));
    expect(result.current.typingUsers).toEqual([3, 'x']);
    await pass(2000);
    expect(result.current.typingUsers).toEqual([3]);
    await pass(3999);
    expect(result.current.typingUsers).toEqual([3]);
    await pass(1);
    expect(result.current.typingUsers).toEqual([]);
  });

  it('removes a user who stopped, and all users when the connection is lost', () => {
    const { result } = renderChat();
    open();
    deliver(typing(3), typing(4), typing(3, false));
    expect(result.current.typingUsers).toEqual([4]);
    act(() => ScriptedWebSocket.last.break());
    expect(result.current.typingUsers).toEqual([]);
  });

  it('is the same array until it changes', () => {
    const { result } = renderChat();
    open();
    deliver(typing(3));
    const { typingUsers } = result.current;
    deliver(typing(3), { type: 'session_update', data: {} });
    expect(result.current.typingUsers).toBe(typingUsers);
  });

  it('does not contain the user, also in a hook that is mounted later', () => {
    const { result, callbacks } = renderChat();
    open();
    deliver({ type: 'connection_established', payload: { user_id: 3 } });
    const later = renderChat();
    deliver(typing(3), typing(4));
    expect(result.current.typingUsers).toEqual([4]);
    expect(later.result.current.typingUsers).toEqual([4]);
    expect(callbacks.onTyping.mock.calls).toEqual([
      [3, true],
      [4, true],
    ]);
  });

  it('is empty after a change of the session', () => {
    const { result, rerender } = renderChat();
    open();
    deliver(typing(3));
    act(() => void result.current.sendChatMessage('?'));
    rerender({ sessionId: 8 });
    expect(result.current).toMatchObject({ typingUsers: [], isGenerating: false });
  });
});

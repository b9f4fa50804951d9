// Owns the check of typing: what is said about the user's own, and who of the others is held for typing.
import { act } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { renderChat } from './support/chat.js';
import { deliver, open, pass, sent, sentOn, installReactWorld } from './support/react_world.js';

const said = (isTyping: boolean) => ({ type: 'typing', is_typing: isTyping, session_id: 7 });
const typing = (userId: unknown, isTyping = true) => ({
  type: 'typing',
  user_id: userId,
  is_typing: isTyping,
  session_id: 7,
});

// A server that says nothing is none that is lost.
const patient = { probeAfterSend: 1e6 };

installReactWorld();

describe('sendTyping', () => {
  it('says a beginning at once and its end after 3 s', async () => {
    const { result } = renderChat({ options: patient });
    open();
    act(() => result.current.sendTyping(true));
    expect(sent()).toEqual([said(true)]);
    await pass(2999);
    expect(sent()).toHaveLength(1);
    await pass(1);
    expect(sent()).toEqual([said(true), said(false)]);
    await pass(10_000);
    expect(sent()).toHaveLength(2);
  });

  it('says an end 300 ms after it, once', async () => {
    const { result } = renderChat();
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
    expect(sent()).toEqual([said(true), said(false)]);
    act(() => result.current.sendTyping(false));
    await pass(5000);
    expect(sent()).toHaveLength(2);
  });

  it('takes an end back when typing goes on', async () => {
    const { result } = renderChat();
    open();
    act(() => {
      result.current.sendTyping(true);
      result.current.sendTyping(false);
      result.current.sendTyping(true);
    });
    await pass(2999);
    expect(sent()).toEqual([said(true)]);
    await pass(1);
    expect(sent()).toEqual([said(true), said(false)]);
  });

  it('repeats itself only every 3 s while typing goes on, so that others do not forget it', async () => {
    const { result } = renderChat({ options: patient });
    open();
    for (let key = 0; key < 70; ++key) {
      act(() => result.current.sendTyping(true));
      await pass(100);
    }
    expect(sent()).toEqual([said(true), said(true), said(true)]);
    await pass(3000);
    expect(sent().at(-1)).toEqual(said(false));
  });

  it('says nothing about an end without a beginning', async () => {
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

  it('is cancelled by another session and by the unmount', async () => {
    const { result, rerender, unmount } = renderChat();
    const first = open();
    act(() => result.current.sendTyping(true));
    rerender({ sessionId: 8 });
    const second = open();
    await pass(5000);
    expect(sentOn(first)).toEqual([said(true)]);
    expect(sentOn(second)).toEqual([]);
    act(() => {
      result.current.sendTyping(true);
      result.current.sendTyping(false);
    });
    unmount();
    await pass(5000);
    expect(sentOn(second)).toEqual([{ ...said(true), session_id: 8 }]);
  });
});

describe('typingUsers', () => {
  it('names who types, in the order in which they began, and forgets them after 6 s without news', async () => {
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

  it('forgets who ended, and all with the connection', () => {
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

  it('leaves the user out, for a hook that came later too', () => {
    const { result, told } = renderChat();
    open();
    deliver({ type: 'connection_established', payload: { user_id: 3 } });
    const later = renderChat();
    deliver(typing(3), typing(4));
    expect(result.current.typingUsers).toEqual([4]);
    expect(later.result.current.typingUsers).toEqual([4]);
    expect(told.onTyping.mock.calls).toEqual([
      [3, true],
      [4, true],
    ]);
  });

  it('is empty in another session', () => {
    const { result, rerender } = renderChat();
    open();
    deliver(typing(3));
    act(() => void result.current.sendChatMessage('?'));
    rerender({ sessionId: 8 });
    expect(result.current).toMatchObject({ typingUsers: [], isGenerating: false });
  });
});

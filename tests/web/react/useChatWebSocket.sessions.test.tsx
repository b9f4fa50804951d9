// Owns the check that sessions do not mix: what was meant for one never reaches another, and nothing is lost in silence.
import { act } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { renderChat } from './support/chat.js';
import { open, openSockets, pass, sentOn, installReactWorld } from './support/react_world.js';

const frame = (id: number, session_id = 7) => ({
  type: 'new_message',
  data: { id, role: 'user' },
  session_id,
});
const urls = (): string[] => ScriptedWebSocket.made.map(({ url }) => new URL(url).pathname);

installReactWorld();

describe('another session', () => {
  it('has a connection of its own at once, and the old one ends', async () => {
    const chat = renderChat();
    const old = open();
    chat.rerender({ sessionId: 8 });
    expect(urls()).toEqual(['/session/7', '/session/8']);
    expect(chat.result.current.connectionState).toBe('connecting');
    expect(old.readyState).toBe(ScriptedWebSocket.OPEN);
    await pass(100);
    expect(openSockets()).toEqual([ScriptedWebSocket.last]);
  });

  it('hears nothing more of the old one', () => {
    const chat = renderChat();
    const old = open();
    chat.rerender({ sessionId: 8 });
    old.deliverJson({ ...frame(1), session_id: null });
    old.deliverJson({ type: 'session_update', data: {} });
    old.deliverJson({ type: 'error' });
    old.deliverJson({ type: 'typing', user_id: 1, is_typing: true });
    for (const callback of Object.values(chat.told)) expect(callback).not.toHaveBeenCalled();
    expect(chat.result.current).toMatchObject({ typingUsers: [], lastError: null });
  });

  it('gets nothing that was queued for the old one; that is reported when the old connection ends', async () => {
    const chat = renderChat();
    act(() => {
      chat.result.current.sendChatMessage('for seven');
      chat.result.current.joinSession(7);
    });
    chat.rerender({ sessionId: 8 });
    expect(chat.result.current.queuedMessages).toBe(0);
    const second = open();
    expect(chat.told.onMessageDropped).not.toHaveBeenCalled();
    await pass(100);
    expect(sentOn(second)).toEqual([]);
    expect(chat.told.onMessageDropped.mock.calls).toMatchObject([
      [{ reason: 'destroyed', data: { content: 'for seven', session_id: 7 } }],
      [{ reason: 'destroyed', data: { type: 'join_session' } }],
    ]);
  });

  it('lets the old connection deliver its queue to the old session as long as it lasts', async () => {
    const chat = renderChat({ getToken: () => 't' });
    const first = ScriptedWebSocket.last;
    act(() => void chat.result.current.sendChatMessage('for seven'));
    chat.rerender({ sessionId: 8, options: { getToken: () => 't' } });
    first.open();
    expect(sentOn(first)).toEqual([{ type: 'new_message', content: 'for seven', session_id: 7 }]);
    await pass(100);
    expect(chat.told.onMessageDropped).not.toHaveBeenCalled();
  });

  it('does not turn an attempt of the old connection to the new address', async () => {
    const chat = renderChat({ options: { reconnectDelay: 10 } });
    const old = open();
    act(() => old.break());
    chat.rerender({ sessionId: 8, options: { options: { reconnectDelay: 10 } } });
    await pass(50);
    expect(urls()).toEqual(['/session/7', '/session/8', '/session/7']);
  });

  it('is none when it differs from the old one only by what is not a digit', () => {
    const chat = renderChat({}, 7);
    open();
    chat.rerender({ sessionId: 'session-7' });
    expect(urls()).toEqual(['/session/7']);
    expect(chat.result.current.isConnected).toBe(true);
  });

  it('is none when it is undefined: the connection ends', async () => {
    const chat = renderChat();
    open();
    chat.rerender({ sessionId: undefined });
    expect(chat.result.current.websocket).toBeNull();
    await pass(100);
    expect(openSockets()).toEqual([]);
  });

  it('and back within the grace keeps the connection and its queue', async () => {
    const chat = renderChat();
    act(() => void chat.result.current.sendChatMessage('kept'));
    chat.rerender({ sessionId: 8 });
    chat.rerender({ sessionId: 7 });
    await pass(100);
    expect(openSockets().map(({ url }) => new URL(url).pathname)).toEqual(['/session/7']);
    expect(chat.result.current.queuedMessages).toBe(1);
    act(() => ScriptedWebSocket.made[0]?.open());
    expect(sentOn(openSockets()[0] as ScriptedWebSocket)).toHaveLength(1);
  });
});

describe('another connection', () => {
  it.each([
    ['another token', { token: 'two' }],
    ['another server', { url: 'wss://other.test' }],
    ['no connection', { enabled: false }],
  ])('forgets what was under way on the old one: %s', (_, options) => {
    const chat = renderChat();
    const old = open();
    act(() => {
      chat.result.current.sendChatMessage('?');
      chat.result.current.sendTyping(true);
      old.deliverJson({ type: 'typing', user_id: 3, is_typing: true });
    });
    expect(chat.result.current).toMatchObject({ isGenerating: true, typingUsers: [3] });
    chat.rerender({ sessionId: 7, options });
    expect(chat.result.current).toMatchObject({ isGenerating: false, typingUsers: [] });
  });
});

describe('messages that an unmount leaves behind', () => {
  it('are told to onMessageDropped after it', async () => {
    const chat = renderChat();
    act(() => void chat.result.current.sendChatMessage('late'));
    chat.unmount();
    expect(chat.told.onMessageDropped).not.toHaveBeenCalled();
    await pass(100);
    expect(chat.told.onMessageDropped.mock.calls).toMatchObject([[{ data: { content: 'late' } }]]);
    expect(chat.told.onError).not.toHaveBeenCalled();
  });

  it('are told to onError without it', async () => {
    const chat = renderChat({ onMessageDropped: undefined });
    act(() => void chat.result.current.sendChatMessage('late'));
    chat.unmount();
    await pass(100);
    expect(chat.told.onError.mock.calls).toMatchObject([[{ type: 'send_error' }]]);
  });

  it('are told to the last of those who share the connection, once', async () => {
    const first = renderChat();
    const second = renderChat();
    act(() => void first.result.current.sendChatMessage('late'));
    first.unmount();
    second.unmount();
    await pass(100);
    expect(first.told.onMessageDropped).not.toHaveBeenCalled();
    expect(second.told.onMessageDropped).toHaveBeenCalledTimes(1);
  });

  it('are told once by disconnect()', async () => {
    const chat = renderChat();
    act(() => {
      chat.result.current.sendChatMessage('late');
      chat.result.current.disconnect();
    });
    expect(chat.told.onMessageDropped.mock.calls).toMatchObject([[{ reason: 'disconnected' }]]);
    chat.unmount();
    await pass(100);
    expect(chat.told.onMessageDropped).toHaveBeenCalledTimes(1);
  });
});

describe('a chat by hand', () => {
  it('disconnects, connects and connects afresh', () => {
    const { result } = renderChat();
    open();
    act(() => result.current.disconnect());
    expect(result.current).toMatchObject({ connectionState: 'disconnected', isConnected: false });
    expect(result.current.websocket).not.toBeNull();
    act(() => result.current.connect());
    expect(result.current.connectionState).toBe('connecting');
    open();
    act(() => result.current.forceReconnect());
    expect(urls()).toHaveLength(3);
    expect(result.current.isConnected).toBe(false);
  });

  it.each(['connect', 'forceReconnect'] as const)(
    '%s makes the connection that enabled: false did not',
    (name) => {
      const { result } = renderChat({ enabled: false });
      expect(urls()).toEqual([]);
      act(() => result.current[name]());
      expect(urls()).toEqual(['/session/7']);
      open();
      expect(result.current.isConnected).toBe(true);
    },
  );

  it('makes none after the unmount', async () => {
    const { result, unmount } = renderChat({ enabled: false });
    unmount();
    result.current.connect();
    result.current.forceReconnect();
    await pass(0);
    expect(urls()).toEqual([]);
  });

  it('has the same functions on every render', () => {
    const chat = renderChat();
    const functionsOf = () =>
      Object.values<unknown>({ ...chat.result.current }).filter((value) => typeof value === 'function');
    const before = functionsOf();
    open();
    chat.rerender({ sessionId: 8 });
    expect(before).toHaveLength(7);
    expect(functionsOf()).toEqual(before);
  });
});

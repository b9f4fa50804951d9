// Checks that sessions are kept apart: no message reaches another session, and every dropped message is
// reported.
import { act, renderHook } from '@testing-library/react';
import { useEffect } from 'react';
import { describe, expect, it } from 'vitest';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { renderChat } from './support/chat.js';
import { open, openSockets, pass, sentOn, setUpReactTests } from './support/react_environment.js';

const frame = (id: number, session_id = 7) => ({
  type: 'new_message',
  data: { id, role: 'user' },
  session_id,
});
const urls = (): string[] => ScriptedWebSocket.made.map(({ url }) => new URL(url).pathname);

setUpReactTests();

describe('a change of the session', () => {
  it('makes a new connection at once, and closes the old one', async () => {
    const chat = renderChat();
    const old = open();
    chat.rerender({ sessionId: 8 });
    expect(urls()).toEqual(['/session/7', '/session/8']);
    expect(chat.result.current.connectionState).toBe('connecting');
    expect(old.readyState).toBe(ScriptedWebSocket.OPEN);
    await pass(100);
    expect(openSockets()).toEqual([ScriptedWebSocket.last]);
  });

  it('ends the callbacks for the old session', () => {
    const chat = renderChat();
    const old = open();
    chat.rerender({ sessionId: 8 });
    old.deliverJson({ ...frame(1), session_id: null });
    old.deliverJson({ type: 'session_update', data: {} });
    old.deliverJson({ type: 'error' });
    old.deliverJson({ type: 'typing', user_id: 1, is_typing: true });
    for (const callback of Object.values(chat.callbacks)) expect(callback).not.toHaveBeenCalled();
    expect(chat.result.current).toMatchObject({ typingUsers: [], lastError: null });
  });

  it('does not send queued messages to the new session; they are reported when the old client is destroyed', async () => {
    const chat = renderChat();
    act(() => {
      chat.result.current.sendChatMessage('for seven');
      chat.result.current.joinSession(7);
    });
    chat.rerender({ sessionId: 8 });
    expect(chat.result.current.queuedMessages).toBe(0);
    const second = open();
    expect(chat.callbacks.onMessageDropped).not.toHaveBeenCalled();
    await pass(100);
    expect(sentOn(second)).toEqual([]);
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([
      [{ reason: 'destroyed', data: { content: 'for seven', session_id: 7 } }],
      [{ reason: 'destroyed', data: { type: 'join_session' } }],
    ]);
  });

  it('lets the old connection send its queue to the old session during the grace time', async () => {
    const chat = renderChat({ getToken: () => 't' });
    const first = ScriptedWebSocket.last;
    act(() => void chat.result.current.sendChatMessage('for seven'));
    chat.rerender({ sessionId: 8, options: { getToken: () => 't' } });
    first.open();
    expect(sentOn(first)).toEqual([{ type: 'new_message', content: 'for seven', session_id: 7 }]);
    await pass(100);
    expect(chat.callbacks.onMessageDropped).not.toHaveBeenCalled();
  });

  it('does not change the address of attempts of the old connection', async () => {
    const chat = renderChat({ options: { reconnectDelay: 10 } });
    const old = open();
    act(() => old.break());
    chat.rerender({ sessionId: 8, options: { options: { reconnectDelay: 10 } } });
    await pass(50);
    expect(urls()).toEqual(['/session/7', '/session/8', '/session/7']);
  });

  it('is not a change if the ids differ only in characters that are not digits', () => {
    const chat = renderChat({}, 7);
    open();
    chat.rerender({ sessionId: 'session-7' });
    expect(urls()).toEqual(['/session/7']);
    expect(chat.result.current.isConnected).toBe(true);
  });

  it('to undefined closes the connection', async () => {
    const chat = renderChat();
    open();
    chat.rerender({ sessionId: undefined });
    expect(chat.result.current.websocket).toBeNull();
    await pass(100);
    expect(openSockets()).toEqual([]);
  });

  it('to undefined is reported to the listeners of the page before it loses the client', () => {
    const chat = renderChat();
    open();
    const states: string[] = [];
    const { websocket } = chat.result.current;
    const listener = (state: string): void => void states.push(state);
    websocket?.on('stateChange', listener);
    // As the cleanup of an effect with the client as its dependency.
    const { unmount } = renderHook(() => {
      useEffect(() => () => void websocket?.off('stateChange', listener), []);
    });
    chat.rerender({ sessionId: undefined });
    unmount();
    expect(states).toEqual(['disconnected']);
  });

  it('and back within the grace time keeps the connection and its queue', async () => {
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

describe('a change of the connection', () => {
  it.each([
    ['another token', { token: 'two' }],
    ['another server', { url: 'wss://other.test' }],
    ['no connection', { enabled: false }],
  ])('resets isGenerating and typingUsers: %s', (_, options) => {
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

describe('messages that are still queued at the unmount', () => {
  it('are reported to onMessageDropped after it', async () => {
    const chat = renderChat();
    act(() => void chat.result.current.sendChatMessage('late'));
    chat.unmount();
    expect(chat.callbacks.onMessageDropped).not.toHaveBeenCalled();
    await pass(100);
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([[{ data: { content: 'late' } }]]);
    expect(chat.callbacks.onError).not.toHaveBeenCalled();
  });

  it('are reported to onError if there is no onMessageDropped', async () => {
    const chat = renderChat({ onMessageDropped: undefined });
    act(() => void chat.result.current.sendChatMessage('late'));
    chat.unmount();
    await pass(100);
    expect(chat.callbacks.onError.mock.calls).toMatchObject([[{ type: 'send_error' }]]);
  });

  it('are reported once, to the last component on the connection', async () => {
    const first = renderChat();
    const second = renderChat();
    act(() => void first.result.current.sendChatMessage('late'));
    first.unmount();
    second.unmount();
    await pass(100);
    expect(first.callbacks.onMessageDropped).not.toHaveBeenCalled();
    expect(second.callbacks.onMessageDropped).toHaveBeenCalledTimes(1);
  });

  it('are reported once after disconnect()', async () => {
    const chat = renderChat();
    act(() => {
      chat.result.current.sendChatMessage('late');
      chat.result.current.disconnect();
    });
    expect(chat.callbacks.onMessageDropped.mock.calls).toMatchObject([[{ reason: 'disconnected' }]]);
    chat.unmount();
    await pass(100);
    expect(chat.callbacks.onMessageDropped).toHaveBeenCalledTimes(1);
  });
});

describe('the functions of a chat', () => {
  it('disconnect, connect and reconnect', () => {
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

  it.each(['connect', 'forceReconnect'] as const)('%s connects although enabled is false', (name) => {
    const { result } = renderChat({ enabled: false });
    expect(urls()).toEqual([]);
    act(() => result.current[name]());
    expect(urls()).toEqual(['/session/7']);
    open();
    expect(result.current.isConnected).toBe(true);
  });

  it('do nothing after the unmount', async () => {
    const { result, unmount } = renderChat({ enabled: false });
    unmount();
    result.current.connect();
    result.current.forceReconnect();
    await pass(0);
    expect(urls()).toEqual([]);
  });

  it('are the same on every render of one session, and others for another session', () => {
    const chat = renderChat();
    const functions = () =>
      Object.values<unknown>({ ...chat.result.current }).filter((value) => typeof value === 'function');
    const before = functions();
    open();
    chat.rerender({ sessionId: 7 });
    expect(before).toHaveLength(7);
    expect(functions().every((value, index) => value === before[index])).toBe(true);
    chat.rerender({ sessionId: 8 });
    expect(functions().some((value, index) => value === before[index])).toBe(false);
  });
});

// @vitest-environment node
// Checks that the React entry does nothing on a server.
import { StrictMode, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';

function Page(): ReactElement {
  const socket = useResilientWebSocket('wss://server.test/a', { logLevel: 'silent' });
  const options = { url: 'wss://server.test', options: { logLevel: 'silent' } } as const;
  const stored = useChatWebSocket(7, null, options);
  const chat = useChatWebSocket(7, null, { ...options, token: 't' });
  return (
    <p>
      {socket.connectionState} {stored.connectionState} {chat.connectionState} {String(chat.isGenerating)}{' '}
      {chat.typingUsers.length}
    </p>
  );
}

const app = (
  <StrictMode>
    <ResilientWebSocketProvider>
      <Page />
    </ResilientWebSocketProvider>
  </StrictMode>
);

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('rendering on a server', () => {
  it('opens no connection, starts no timer and reads no storage', () => {
    expect(typeof window).toBe('undefined');
    vi.useFakeTimers();
    ScriptedWebSocket.install();
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const getItem = vi.fn(() => 'secret');
    vi.stubGlobal('localStorage', { getItem });
    expect(renderToString(app).replaceAll('<!-- -->', '')).toBe(
      '<p>connecting disconnected connecting false 0</p>',
    );
    expect(ScriptedWebSocket.made).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(getItem).not.toHaveBeenCalled();
    expect(error).not.toHaveBeenCalled();
  });
});

// Tests of a chat as in an application: the hook and the component with a scripted WebSocket.
import ResilientWebSocket from '@advakod/resilient-websocket';
import WebSocketStatus from '@advakod/resilient-websocket/components/WebSocketStatus';
import { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import * as all from '@advakod/resilient-websocket/react';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

class ScriptedWebSocket {
  static latest;
  readyState = 0;
  bufferedAmount = 0;
  send = vi.fn();
  close = vi.fn();

  constructor(url) {
    this.url = url;
    ScriptedWebSocket.latest = this;
  }

  open() {
    this.readyState = 1;
    this.onopen({});
  }
}

let client;

function Chat() {
  const { websocket, sendChatMessage } = useChatWebSocket(7, () => undefined, {
    url: 'wss://chat.example.com',
    token: 'secret',
    options: { logLevel: 'silent' },
  });
  client = websocket;
  return (
    <>
      <WebSocketStatus websocket={websocket} />
      <button onClick={() => sendChatMessage('Привет!')}>Отправить</button>
    </>
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('connects, shows the state and sends', () => {
  vi.stubGlobal('WebSocket', ScriptedWebSocket);
  render(<Chat />);
  expect(ScriptedWebSocket.latest.url).toBe('wss://chat.example.com/session/7?token=secret');
  act(() => ScriptedWebSocket.latest.open());
  expect(screen.getByText('Онлайн')).toBeDefined();
  expect(client).toBeInstanceOf(ResilientWebSocket);
  screen.getByRole('button', { name: 'Отправить' }).click();
  const frame = { type: 'new_message', content: 'Привет!', session_id: 7 };
  expect(JSON.parse(ScriptedWebSocket.latest.send.mock.lastCall[0])).toEqual(frame);
});

it('exports the same hook, component and class from all entries', async () => {
  expect(all.useChatWebSocket).toBe(useChatWebSocket);
  expect(all.WebSocketStatus).toBe(WebSocketStatus);
  const { default: service } = await import('@advakod/resilient-websocket/services/ResilientWebSocket');
  expect(service).toBe(ResilientWebSocket);
});

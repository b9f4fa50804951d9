// Checks that a page hydrates server-rendered HTML without a warning and then connects.
import { StrictMode, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import {
  ResilientWebSocketProvider,
  useChatWebSocket,
  useResilientWebSocket,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { consoleSpies, setUpReactTests } from './support/react_environment.js';

const quiet = { logLevel: 'silent' } as const;

function Page(): ReactElement {
  const socket = useResilientWebSocket('wss://server.test/a', quiet);
  const chat = useChatWebSocket(7, null, { url: 'wss://server.test', options: quiet });
  return (
    <p>
      {socket.connectionState} {chat.connectionState} {chat.isGenerating ? 'yes' : 'no'}
    </p>
  );
}

setUpReactTests();

it('hydrates what the server rendered, without a warning, and connects', () => {
  localStorage.setItem('token', 't');
  const app = (
    <StrictMode>
      <ResilientWebSocketProvider>
        <Page />
      </ResilientWebSocketProvider>
    </StrictMode>
  );
  const container = document.body.appendChild(document.createElement('div'));
  container.innerHTML = renderToString(app);
  expect(container.textContent).toBe('connecting disconnected no');
  expect(ScriptedWebSocket.made).toEqual([]);
  const onRecoverableError = vi.fn();
  render(app, { container, hydrate: true, onRecoverableError });
  expect(container.textContent).toBe('connecting connecting no');
  expect(ScriptedWebSocket.made.map(({ url }) => new URL(url).pathname)).toEqual(['/a', '/session/7']);
  expect(onRecoverableError).not.toHaveBeenCalled();
  expect(consoleSpies.error).not.toHaveBeenCalled();
  expect(consoleSpies.warn).not.toHaveBeenCalled();
});

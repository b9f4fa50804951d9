// Checks that an edit during development keeps the connection: React's refresh runtime replaces a component
// by its new version, and all its effects run again.
import { type ReactElement } from 'react';
import { act, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { useChatWebSocket } from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { base } from './support/chat.js';
import { deliver, setUpReactTests, open, openSockets, pass } from './support/react_environment.js';

// Before React's renderer is loaded, because it looks for the refresh hook only then.
const refresh = await vi.hoisted(async () => {
  const { default: runtime } = await import('react-refresh/runtime');
  runtime.injectIntoGlobalHook(window);
  return runtime;
});

setUpReactTests();

const received: string[] = [];

/** The component as it is in the file after another edit. */
function version(name: string): () => ReactElement {
  return function Chat() {
    const { isConnected } = useChatWebSocket(7, () => received.push(name), {
      url: base,
      token: 't',
      options: { jitter: 0, logLevel: 'silent' },
    });
    return (
      <p>
        {name} {isConnected ? 'connected' : 'not connected'}
      </p>
    );
  };
}

test('an edited component keeps its connection and uses its new callbacks', async () => {
  const First = version('first');
  refresh.register(First, 'Chat');
  render(<First />);
  open();
  expect(screen.getByText('first connected')).toBeTruthy();
  refresh.register(version('second'), 'Chat');
  act(() => void refresh.performReactRefresh());
  await pass(1000);
  expect(screen.getByText('second connected')).toBeTruthy();
  expect(ScriptedWebSocket.made).toHaveLength(1);
  expect(openSockets()).toHaveLength(1);
  deliver({ type: 'new_message', data: { id: 1, content: 'hello', role: 'assistant' }, session_id: 7 });
  expect(received).toEqual(['second']);
});

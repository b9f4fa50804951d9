// Tests of the status component on a server, of hydration, and in StrictMode.
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { act, render } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type ConnectionState } from '../../../web/index.js';
import { StatusDouble } from './support/status_double.js';
import { pass, root, announcedText, setUpStatusTests } from './support/status_screen.js';

setUpStatusTests();

const states: readonly ConnectionState[] = [
  'connecting',
  'connected',
  'reconnecting',
  'disconnected',
  'failed',
];

test('without a client nothing is rendered on a server', () => {
  expect(renderToString(<WebSocketStatus websocket={null} />)).toBe('');
});

test('a server renders the same for every state of the client, without listeners and timers', () => {
  const html = states.map((connectionState) => {
    const websocket = new StatusDouble({ connectionState, nextAttemptAt: Date.now() + 4000 });
    const rendered = renderToString(<WebSocketStatus websocket={websocket} floating className="mine" />);
    expect(websocket.listeners).toEqual([]);
    return rendered;
  });
  expect(new Set(html).size).toBe(1);
  expect(html[0]).toContain('Офлайн');
  expect(vi.getTimerCount()).toBe(0);
});

test('a server renders in the language of the client', () => {
  const websocket = new StatusDouble({ connectionState: 'connected' }, { locale: 'en' });
  expect(renderToString(<WebSocketStatus websocket={websocket} />)).toContain('Offline');
  expect(renderToString(<WebSocketStatus websocket={websocket} showDetails />)).toContain('Disconnected');
});

test.each(states)(
  'hydration causes no warning and then shows %s, although the server rendered another state',
  async (state) => {
    for (const showDetails of [false, true]) {
      const consoleError = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const elementFor = (connectionState: ConnectionState) => (
        <StrictMode>
          <WebSocketStatus websocket={new StatusDouble({ connectionState })} showDetails={showDetails} />
        </StrictMode>
      );
      const container = document.body.appendChild(document.createElement('div'));
      container.innerHTML = renderToString(elementFor('disconnected'));
      const onRecoverableError = vi.fn();
      const hydrated = await act(() => hydrateRoot(container, elementFor(state), { onRecoverableError }));
      pass(1000);
      expect(consoleError.mock.calls).toEqual([]);
      expect(onRecoverableError).not.toHaveBeenCalled();
      expect(root().dataset['state']).toBe(state);
      act(() => {
        hydrated.unmount();
      });
      container.remove();
      expect(vi.getTimerCount()).toBe(0);
    }
  },
);

test('in StrictMode each event has one listener, and none is left after the unmount', () => {
  const consoleError = vi.spyOn(console, 'error');
  const websocket = new StatusDouble({ connectionState: 'connecting' });
  const { unmount } = render(
    <StrictMode>
      <WebSocketStatus websocket={websocket} showDetails />
    </StrictMode>,
  );
  expect(websocket.listeners.map(([event]) => event)).toEqual([
    'stateChange',
    'open',
    'close',
    'error',
    'latency',
  ]);
  act(() => websocket.become('connected'));
  expect(announcedText()).toBe('Подключено');
  unmount();
  expect([websocket.listeners.length, vi.getTimerCount()]).toEqual([0, 0]);
  expect(consoleError).not.toHaveBeenCalled();
});

test('in StrictMode a slow first connect is shown after the quiet time', () => {
  render(
    <StrictMode>
      <WebSocketStatus websocket={new StatusDouble({ connectionState: 'connecting' })} />
    </StrictMode>,
  );
  pass(999);
  expect(announcedText()).toBe('Офлайн');
  pass(1);
  expect(announcedText()).toBe('Подключение...');
});

test('a hundred mounts leave no listener, timer or text', () => {
  const websocket = new StatusDouble({ connectionState: 'reconnecting', nextAttemptAt: Date.now() + 4000 });
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  for (let mount = 0; mount < 100; ++mount) {
    flushSync(() => {
      root.render(<WebSocketStatus websocket={websocket} showDetails={mount % 2 === 0} />);
    });
    expect(websocket.listeners.length).toBeGreaterThan(3);
    flushSync(() => {
      root.render(null);
    });
  }
  expect([websocket.listeners.length, vi.getTimerCount(), document.body.textContent]).toEqual([0, 0, '']);
});

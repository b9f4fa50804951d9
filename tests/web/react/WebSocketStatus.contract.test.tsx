// Owns what code written against the original component relies on: mocks with the documented members and no others.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import StatusByDefault, { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type ConnectionState } from '../../../web/index.js';
import { setStatusScreen } from './support/status_screen.js';

setStatusScreen();

function mockOf(connectionState: ConnectionState, text: string, more: object = {}) {
  const status = {
    connected: connectionState === 'connected',
    connecting: connectionState === 'connecting',
    readyState: 1,
    reconnectAttempts: 0,
    lastPong: Date.now(),
    queuedMessages: 0,
    connectionState,
    stats: { totalConnections: 5, totalReconnections: 2, totalMessages: 100, lastConnectedAt: new Date() },
    ...more,
  };
  return {
    // As mocks do: a new object each time, nothing returned by on and off.
    getStatus: vi.fn(() => ({ ...status })),
    getUserFriendlyStatus: vi.fn(() => ({ text, color: 'green', icon: 'connected' })),
    on: vi.fn<(event: string, listener: (argument?: unknown) => void) => void>(),
    off: vi.fn<(event: string, listener: (argument?: unknown) => void) => void>(),
    reconnect: vi.fn(),
    options: { maxReconnectAttempts: 10 },
  };
}

const events = ['stateChange', 'error', 'open', 'close'];

test('the component is the default export and a named one', () => {
  expect(StatusByDefault).toBe(WebSocketStatus);
});

test('nothing is rendered without a client', () => {
  const { container, rerender } = render(<WebSocketStatus websocket={null} />);
  expect(container.innerHTML).toBe('');
  rerender(<WebSocketStatus websocket={undefined} />);
  expect(container.innerHTML).toBe('');
});

test('a connection is «Онлайн» at once, in one element', () => {
  render(<WebSocketStatus websocket={mockOf('connected', 'Подключено')} />);
  expect(screen.getByText('Онлайн')).toBeTruthy();
});

test('without a connection it is «Офлайн»', () => {
  render(<WebSocketStatus websocket={mockOf('disconnected', 'Отключено')} />);
  expect(screen.getByText('Офлайн')).toBeTruthy();
});

test('the four events are listened to, and to the end with the same functions', () => {
  const websocket = mockOf('connected', 'Подключено');
  const { unmount } = render(<WebSocketStatus websocket={websocket} />);
  for (const event of events) expect(websocket.on).toHaveBeenCalledWith(event, expect.any(Function));
  expect(websocket.on).toHaveBeenCalledTimes(events.length);
  unmount();
  for (const event of events) expect(websocket.off).toHaveBeenCalledWith(event, expect.any(Function));
  expect(websocket.off.mock.calls).toEqual(websocket.on.mock.calls);
});

test('a failed client with details has the button at once, which calls onReconnect', () => {
  const websocket = mockOf('failed', 'Ошибка подключения');
  const onReconnect = vi.fn();
  render(<WebSocketStatus websocket={websocket} showDetails onReconnect={onReconnect} />);
  expect(screen.getByText('Ошибка подключения')).toBeTruthy();
  fireEvent.click(screen.getByText(/переподключить/i));
  expect(onReconnect).toHaveBeenCalledTimes(1);
  expect(websocket.reconnect).not.toHaveBeenCalled();
});

test('without onReconnect the button calls the client', () => {
  const websocket = mockOf('failed', 'Ошибка подключения');
  render(<WebSocketStatus websocket={websocket} />);
  fireEvent.click(screen.getByRole('button', { name: /переподключить/i }));
  expect(websocket.reconnect).toHaveBeenCalledTimes(1);
});

test('an outage found on mounting is shown with its attempts and its queue', () => {
  const more = { reconnectAttempts: 3, queuedMessages: 2 };
  render(<WebSocketStatus websocket={mockOf('reconnecting', 'Переподключение...', more)} />);
  expect(screen.getByText('Переподключение...')).toBeTruthy();
  expect(screen.getByText('Попытка 3/10')).toBeTruthy();
  expect(screen.getByText('2 сообщения в очереди')).toBeTruthy();
});

test('the statistics are named as before', () => {
  render(<WebSocketStatus websocket={mockOf('connected', 'Подключено')} showDetails />);
  fireEvent.click(screen.getByRole('button', { expanded: false }));
  for (const name of ['Подключений:', 'Переподключений:', 'Сообщений:']) {
    expect(screen.getByText(name)).toBeTruthy();
  }
  for (const value of ['5', '2', '100']) expect(screen.getByText(value)).toBeTruthy();
});

test.each(events)(
  'the listener of %s may be called at any time with anything, also after the end',
  (event) => {
    const websocket = mockOf('connected', 'Подключено');
    const { unmount } = render(<WebSocketStatus websocket={websocket} />);
    const listener = websocket.on.mock.calls.find(([name]) => name === event)?.[1];
    for (const argument of [
      undefined,
      null,
      'reconnecting',
      7,
      new Event('error'),
      { type: 'network_error' },
    ]) {
      act(() => listener?.(argument));
      listener?.(argument);
    }
    unmount();
    for (const argument of [undefined, 'failed']) listener?.(argument);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('two of them stand side by side', () => {
  const websocket = mockOf('connected', 'Подключено');
  render(
    <>
      <WebSocketStatus websocket={websocket} />
      <WebSocketStatus websocket={websocket} showDetails />
    </>,
  );
  expect(screen.getByText('Онлайн')).toBeTruthy();
  expect(screen.getByText('Подключено')).toBeTruthy();
});

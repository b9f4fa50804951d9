// Checks what code written for the original component relies on, with mocks that have only the documented
// members.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import StatusByDefault, { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type ConnectionState } from '../../../web/index.js';
import { setUpStatusTests } from './support/status_screen.js';

setUpStatusTests();

function createMock(connectionState: ConnectionState, text: string, more: object = {}) {
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
    // Like usual mocks: getStatus returns a new object each time, on and off return nothing.
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

test('a connected client is shown as «Онлайн» at once, in one element', () => {
  render(<WebSocketStatus websocket={createMock('connected', 'Подключено')} />);
  expect(screen.getByText('Онлайн')).toBeTruthy();
});

test('a disconnected client is shown as «Офлайн»', () => {
  render(<WebSocketStatus websocket={createMock('disconnected', 'Отключено')} />);
  expect(screen.getByText('Офлайн')).toBeTruthy();
});

test('the four events get listeners, and the same functions are removed at the unmount', () => {
  const websocket = createMock('connected', 'Подключено');
  const { unmount } = render(<WebSocketStatus websocket={websocket} />);
  for (const event of events) expect(websocket.on).toHaveBeenCalledWith(event, expect.any(Function));
  expect(websocket.on).toHaveBeenCalledTimes(events.length);
  unmount();
  for (const event of events) expect(websocket.off).toHaveBeenCalledWith(event, expect.any(Function));
  expect(websocket.off.mock.calls).toEqual(websocket.on.mock.calls);
});

test('a failed client with details shows the button at once, and it calls onReconnect', () => {
  const websocket = createMock('failed', 'Ошибка подключения');
  const onReconnect = vi.fn();
  render(<WebSocketStatus websocket={websocket} showDetails onReconnect={onReconnect} />);
  expect(screen.getByText('Ошибка подключения')).toBeTruthy();
  fireEvent.click(screen.getByText(/переподключить/i));
  expect(onReconnect).toHaveBeenCalledTimes(1);
  expect(websocket.reconnect).not.toHaveBeenCalled();
});

test('without onReconnect the button calls the client', () => {
  const websocket = createMock('failed', 'Ошибка подключения');
  render(<WebSocketStatus websocket={websocket} />);
  fireEvent.click(screen.getByRole('button', { name: /переподключить/i }));
  expect(websocket.reconnect).toHaveBeenCalledTimes(1);
});

test('an outage that is under way at the mount is shown with its attempts and its queue', () => {
  const more = { reconnectAttempts: 3, queuedMessages: 2 };
  render(<WebSocketStatus websocket={createMock('reconnecting', 'Переподключение...', more)} />);
  expect(screen.getByText('Переподключение...')).toBeTruthy();
  expect(screen.getByText('Попытка 3/10')).toBeTruthy();
  expect(screen.getByText('2 сообщения в очереди')).toBeTruthy();
});

test('the statistics have the labels of the original', () => {
  render(<WebSocketStatus websocket={createMock('connected', 'Подключено')} showDetails />);
  fireEvent.click(screen.getByRole('button', { expanded: false }));
  for (const name of ['Подключений:', 'Переподключений:', 'Сообщений:']) {
    expect(screen.getByText(name)).toBeTruthy();
  }
  for (const value of ['5', '2', '100']) expect(screen.getByText(value)).toBeTruthy();
});

test.each(events)('the listener of %s accepts any argument at any time, also after the unmount', (event) => {
  const websocket = createMock('connected', 'Подключено');
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
});

test('two components can use the same client', () => {
  const websocket = createMock('connected', 'Подключено');
  render(
    <>
      <WebSocketStatus websocket={websocket} />
      <WebSocketStatus websocket={websocket} showDetails />
    </>,
  );
  expect(screen.getByText('Онлайн')).toBeTruthy();
  expect(screen.getByText('Подключено')).toBeTruthy();
});

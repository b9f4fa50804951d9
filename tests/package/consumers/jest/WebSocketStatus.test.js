// Tests of the component as in an application: with a mock that has only the documented members of the
// client.
require('@testing-library/jest-dom');
const { createElement } = require('react');
const { fireEvent, render, screen } = require('@testing-library/react');
const { default: WebSocketStatus } = require('@advakod/resilient-websocket/components/WebSocketStatus');

const friendly = {
  connected: { text: 'Подключено', color: 'green', icon: 'connected' },
  disconnected: { text: 'Отключено', color: 'gray', icon: 'disconnected' },
  failed: { text: 'Ошибка подключения', color: 'red', icon: 'error' },
};

function mockWebSocket(connectionState, status = {}) {
  return {
    getStatus: jest.fn(() => ({
      connected: connectionState === 'connected',
      connectionState,
      reconnectAttempts: 0,
      queuedMessages: 0,
      lastPong: null,
      stats: { totalConnections: 3, totalReconnections: 2, totalMessages: 15, lastConnectedAt: new Date() },
      ...status,
    })),
    getUserFriendlyStatus: jest.fn(() => friendly[connectionState]),
    on: jest.fn(),
    off: jest.fn(),
    reconnect: jest.fn(),
    options: { maxReconnectAttempts: 10 },
  };
}

test('shows a connected client as online', () => {
  render(createElement(WebSocketStatus, { websocket: mockWebSocket('connected') }));
  expect(screen.getByText('Онлайн')).toBeInTheDocument();
  expect(screen.queryByText('Переподключить')).not.toBeInTheDocument();
});

test('shows a failed client with its queue and a reconnect button', () => {
  const websocket = mockWebSocket('failed', { reconnectAttempts: 10, queuedMessages: 5 });
  render(createElement(WebSocketStatus, { websocket }));
  expect(screen.getByText('Ошибка подключения')).toBeInTheDocument();
  expect(screen.getByText(/5 сообщений в очереди/)).toBeInTheDocument();
  fireEvent.click(screen.getByText('Переподключить'));
  expect(websocket.reconnect).toHaveBeenCalledTimes(1);
});

test('calls onReconnect instead of the client', () => {
  const websocket = mockWebSocket('failed');
  const onReconnect = jest.fn();
  render(createElement(WebSocketStatus, { websocket, onReconnect }));
  fireEvent.click(screen.getByText('Переподключить'));
  expect(onReconnect).toHaveBeenCalledTimes(1);
  expect(websocket.reconnect).not.toHaveBeenCalled();
});

test('shows the statistics with showDetails', () => {
  render(createElement(WebSocketStatus, { websocket: mockWebSocket('connected'), showDetails: true }));
  fireEvent.click(screen.getByRole('button', { expanded: false }));
  expect(screen.getByText('Подключений:')).toBeInTheDocument();
  expect(screen.getByText('15')).toBeInTheDocument();
});

test('adds its listeners at the mount and removes them at the unmount', () => {
  const websocket = mockWebSocket('connected');
  const { unmount } = render(createElement(WebSocketStatus, { websocket }));
  for (const event of ['stateChange', 'error', 'open', 'close']) {
    expect(websocket.on).toHaveBeenCalledWith(event, expect.any(Function));
  }
  unmount();
  expect(websocket.off.mock.calls).toEqual(websocket.on.mock.calls);
});

test('renders nothing without a client', () => {
  const { container } = render(createElement(WebSocketStatus, { websocket: null }));
  expect(container).toBeEmptyDOMElement();
});

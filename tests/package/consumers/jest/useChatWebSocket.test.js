// Tests of the chat hook as in an application: the URL comes from the environment, the token from
// localStorage.
const { act, renderHook } = require('@testing-library/react');
const { useChatWebSocket } = require('@advakod/resilient-websocket/hooks/useChatWebSocket');
const { mockGlobalWebSocket } = require('./mock_socket.js');

test('connects to REACT_APP_WS_URL with the stored token and closes at the unmount', () => {
  jest.useFakeTimers();
  jest.spyOn(console, 'log').mockReturnValue();
  process.env.REACT_APP_WS_URL = 'wss://chat.example.com';
  localStorage.setItem('token', 'secret');
  const sockets = mockGlobalWebSocket();
  const onNewMessage = jest.fn();
  const { result, unmount } = renderHook(() => useChatWebSocket('session-7', onNewMessage));
  expect(sockets.map(({ url }) => url)).toEqual(['wss://chat.example.com/session/7?token=secret']);
  act(() => sockets[0].open());
  expect(result.current.isConnected).toBe(true);
  const data = { id: 1, content: 'Привет!', role: 'user', created_at: '2026-01-01T00:00:00Z' };
  act(() => sockets[0].onmessage({ data: JSON.stringify({ type: 'new_message', data, session_id: 7 }) }));
  expect(onNewMessage).toHaveBeenCalledWith(data);
  unmount();
  act(() => jest.advanceTimersByTime(1000));
  expect(sockets[0].close).toHaveBeenCalledTimes(1);
});

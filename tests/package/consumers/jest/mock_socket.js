// A mock of WebSocket that tests control.

/** Replaces the global WebSocket by a mock; returns the sockets in the order of their creation. */
exports.mockGlobalWebSocket = () => {
  const sockets = [];
  global.WebSocket = jest.fn((url) => {
    const socket = { url, readyState: 0, bufferedAmount: 0, send: jest.fn(), close: jest.fn() };
    socket.open = () => {
      socket.readyState = 1;
      socket.onopen({});
    };
    socket.end = (code) => {
      socket.readyState = 3;
      socket.onclose({ code, reason: '' });
    };
    sockets.push(socket);
    return socket;
  });
  return sockets;
};

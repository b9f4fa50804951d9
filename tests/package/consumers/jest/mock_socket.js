// Owns the WebSocket of the tests: a mock that does what the test says.

/** Puts a mock in the place of the global WebSocket; returns the sockets in the order of their making. */
exports.mockGlobalWebSocket = () => {
  const sockets = [];
  global.WebSocket = jest.fn((url) => {
    const socket = { url, readyState: 0, bufferedAmount: 0, send: jest.fn(), close: jest.fn() };
    socket.opens = () => {
      socket.readyState = 1;
      socket.onopen({});
    };
    socket.ends = (code) => {
      socket.readyState = 3;
      socket.onclose({ code, reason: '' });
    };
    sockets.push(socket);
    return socket;
  });
  return sockets;
};

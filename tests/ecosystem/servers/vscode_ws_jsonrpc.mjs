// JSON-RPC with the server side of vscode-ws-jsonrpc.
import { createWebSocketConnection } from 'vscode-ws-jsonrpc';
import { WebSocketServer } from 'ws';

export function create(record) {
  const serve = (socket) => {
    const connection = createWebSocketConnection({
      send: (content) => socket.send(content),
      onMessage: (callback) => socket.on('message', (data) => callback(data.toString())),
      onError: (callback) => socket.on('error', callback),
      onClose: (callback) => socket.on('close', callback),
      dispose: () => socket.close(),
    });
    connection.onRequest('ping', () => 'pong');
    connection.onRequest('echo', (text) => {
      record.push(text);
      return text;
    });
    connection.onError(() => {});
    connection.listen();
  };
  return {
    attach: (server) => {
      new WebSocketServer({ server }).on('connection', serve);
    },
  };
}

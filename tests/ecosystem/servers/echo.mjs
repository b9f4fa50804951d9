// Answers {"id","text"} with itself, and {"type":"ping"} with {"type":"pong"}: for RxJS and websocket-as-promised, which
// have no protocol of their own.
import { WebSocketServer } from 'ws';

export function create(record) {
  const answer = (socket, text) => {
    const message = JSON.parse(text);
    if (message.type === 'ping') return socket.send('{"type":"pong"}');
    record.push(message.text);
    return socket.send(text);
  };
  return {
    attach: (server) => {
      new WebSocketServer({ server }).on('connection', (socket) => {
        socket.on('error', () => {}).on('message', (data) => answer(socket, data.toString()));
      });
    },
  };
}

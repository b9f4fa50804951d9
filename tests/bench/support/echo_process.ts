// The process of the echo server; it is separate so that it shares no thread with what is measured. /echo sends every message
// back. /text reads each message as a string and sends that back. /session sends every message back in a session. /stream
// answers a number with so many small JSON messages.
import { type AddressInfo } from 'node:net';
import { SessionServer } from '@advakod/resilient-websocket/server';
import { type WebSocket, WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
const sessions = new SessionServer({ maxMessage: 2 ** 24 });
sessions.on('session', (session) => session.on('message', (data) => session.send(data)));

/** Sends the messages in small groups, as they would come from a language model. */
function stream(socket: WebSocket, count: number, from = 0): void {
  const end = Math.min(from + 50, count);
  for (let index = from; index < end; index += 1) {
    socket.send(`{"type":"token","index":${index},"content":" word ${index % 1000}"}`);
  }
  if (end < count) {
    setImmediate(() => {
      stream(socket, count, end);
    });
  }
}

server.on('connection', (socket, request) => {
  const { pathname } = new URL(request.url ?? '', 'ws://localhost');
  if (pathname === '/session') {
    sessions.attach(socket, request);
    return;
  }
  socket.on('message', (data, isBinary) => {
    if (pathname === '/text') socket.send((data as Buffer).toString());
    else if (pathname === '/echo') socket.send(data, { binary: isBinary });
    else if (!isBinary) stream(socket, Number((data as Buffer).toString()));
  });
  socket.on('error', () => {
    socket.terminate();
  });
});
server.on('listening', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => {
  process.exit();
});

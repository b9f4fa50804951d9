// Speaks as much of Centrifugo's client protocol (JSON) as the tests need: connect, subscribe, publish, pings.
// https://centrifugal.dev/docs/transports/client_protocol
import { WebSocketServer } from 'ws';

export function create(record) {
  const serve = (socket, subscribers) => {
    const send = (reply) => socket.send(JSON.stringify(reply));
    const answers = {
      connect: () => ({ client: 'client', version: '6.0.0', ping: 1, pong: true }),
      subscribe: () => {
        subscribers.add(send);
        return {};
      },
      publish: ({ channel, data }) => {
        record.push(data);
        for (const push of subscribers) push({ push: { channel, pub: { data } } });
        return {};
      },
    };
    const timer = setInterval(() => send({}), 1000);
    socket
      .on('error', () => {})
      .on('close', () => {
        clearInterval(timer);
        subscribers.delete(send);
      });
    socket.on('message', (data) => {
      for (const line of data.toString().split('\n')) {
        const { id, ...command } = JSON.parse(line);
        // An empty object is the answer to a ping.
        for (const [name, body] of Object.entries(command)) send({ id, [name]: answers[name](body) });
      }
    });
  };
  return {
    attach: (server) => {
      const subscribers = new Set();
      new WebSocketServer({ server }).on('connection', (socket) => serve(socket, subscribers));
    },
  };
}

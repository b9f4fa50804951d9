// The MQTT broker Aedes. Its sessions stay when the WebSocket server ends.
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

export function create(record) {
  const created = Aedes.createBroker().then((broker) =>
    broker.on('publish', ({ payload }, client) => {
      // Without a client it is a message of the broker itself.
      if (client !== null) record.push(payload.toString());
    }),
  );
  return {
    attach: async (server) => {
      const broker = await created;
      new WebSocketServer({ server }).on('connection', (socket, request) => {
        const stream = createWebSocketStream(socket);
        stream.on('error', () => {});
        broker.handle(stream, request);
      });
    },
  };
}

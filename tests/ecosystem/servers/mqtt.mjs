// The MQTT broker Aedes. A new one after each start: nothing is kept.
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

export function create(record) {
  return {
    attach: async (server) => {
      const broker = await Aedes.createBroker();
      broker.on('publish', ({ payload }, client) => {
        // Others are the broker's own.
        if (client !== null) record.push(payload.toString());
      });
      new WebSocketServer({ server }).on('connection', (socket, request) => {
        const stream = createWebSocketStream(socket);
        stream.on('error', () => {});
        broker.handle(stream, request);
      });
    },
  };
}

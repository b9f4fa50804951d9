// A STOMP broker for WebSockets.
import StompServer from 'stomp-broker-js';

export function create(record) {
  return {
    attach: (server) => {
      const broker = new StompServer({ server, path: '/', heartbeat: [500, 500], heartbeatErrorMargin: 5000 });
      broker.on('error', () => {});
      broker.on('send', ({ frame }) => record.push(JSON.parse(frame.body).text));
    },
  };
}

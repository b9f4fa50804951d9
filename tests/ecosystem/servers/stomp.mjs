// A STOMP broker for WebSockets. It does not return a text to its sender, so this file sends each text to /replies.
import StompServer from 'stomp-broker-js';

export function create(record) {
  return {
    attach: (server) => {
      const broker = new StompServer({ server, path: '/', heartbeat: [500, 500] });
      broker.on('error', () => {});
      broker.subscribe('/texts', (body) => {
        record.push(JSON.parse(body).text);
        broker.send('/replies', {}, body);
      });
    },
  };
}

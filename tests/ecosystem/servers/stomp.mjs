// A STOMP broker for WebSockets. It returns no text to its sender, so the application behind it sends it to /replies.
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

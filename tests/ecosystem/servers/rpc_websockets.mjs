// The server of rpc-websockets.
import { Server } from 'rpc-websockets';

export function create(record) {
  return {
    attach: (server) => {
      const rpc = new Server({ server });
      rpc.on('error', () => {});
      rpc.register('ping', () => 'pong');
      rpc.register('echo', ([text]) => {
        record.push(text);
        return text;
      });
    },
  };
}

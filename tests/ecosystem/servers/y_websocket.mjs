// The server of y-websocket. Its documents are in memory and end with it; the clients have copies.
import { docs, setupWSConnection } from '@y/websocket-server/utils';
import { WebSocketServer } from 'ws';

let lastId = 0;

export function create(record) {
  // The documents of all servers of this process are in one map.
  const docName = `room ${(lastId += 1)}`;
  const update = () => {
    const texts = docs.get(docName).getArray('texts').toArray();
    record.splice(0, record.length, ...texts);
  };
  return {
    attach: (server) => {
      docs.delete(docName);
      new WebSocketServer({ server }).on('connection', (socket, request) => {
        const isNew = !docs.has(docName);
        socket.on('error', () => {});
        setupWSConnection(socket, request, { docName });
        if (isNew) docs.get(docName).on('update', update);
      });
    },
  };
}

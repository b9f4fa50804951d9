// ShareDB with its database in memory, which stays when the WebSocket server ends.
import { Duplex } from 'node:stream';
import ShareDB from 'sharedb';
import { WebSocketServer } from 'ws';

export function create(record) {
  const backend = new ShareDB({ suppressPublish: false });
  const doc = backend.connect().get('notes', 'texts');
  doc.create({ texts: [] });
  doc.on('op', () => record.splice(0, record.length, ...doc.data.texts));
  doc.subscribe();
  return {
    attach: (server) => {
      new WebSocketServer({ server }).on('connection', (socket) => backend.listen(toStream(socket)));
    },
  };
}

/** A stream of objects, which ShareDB takes. */
function toStream(socket) {
  const stream = new Duplex({
    objectMode: true,
    read() {},
    write(message, _encoding, done) {
      socket.send(JSON.stringify(message));
      done();
    },
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });
  socket.on('message', (data) => stream.push(JSON.parse(data.toString())));
  socket.on('error', () => {}).on('close', () => stream.destroy());
  return stream;
}

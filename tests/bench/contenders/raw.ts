// Owns the measure of all things: the platform's WebSocket, which neither queues nor connects again.
import { type Contender } from './contender.js';

export const contender: Contender = {
  parses: false,
  open: (url, { opened, message }) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', opened);
    socket.addEventListener('message', ({ data }) => {
      message(data);
    });
    return {
      client: socket,
      close: () => {
        socket.close();
      },
    };
  },
  construct: (url) => new WebSocket(url),
};

// The platform's WebSocket, which neither queues nor reconnects: the reference for all ratios.
import { type Contender } from './contender.js';

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage }) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', onOpen);
    socket.addEventListener('message', ({ data }) => {
      onMessage(data);
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

// The class `WebSocket` of this package as a contender.
import { WebSocket } from '@advakod/resilient-websocket/websocket';
import { type Contender } from './contender.js';

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage, firstDelay }) => {
    const client = new WebSocket(url, [], {
      maxMessageSize: 2 ** 24,
      ...(firstDelay !== undefined && { reconnectDelay: firstDelay, jitter: 0 }),
    });
    client.binaryType = 'arraybuffer';
    client.addEventListener('open', onOpen);
    client.addEventListener('message', ({ data }) => {
      onMessage(data);
    });
    return {
      client,
      close: () => {
        client.close();
      },
    };
  },
  construct: (url) => new WebSocket(url),
};

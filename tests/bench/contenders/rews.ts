// @nktkas/rews as a contender.
import { ReconnectingWebSocket } from '@nktkas/rews';
import { type Contender } from './contender.js';

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage, firstDelay }) => {
    const client = new ReconnectingWebSocket(
      url,
      firstDelay === undefined
        ? {}
        : { maxRetries: Infinity, reconnectionDelay: (attempt) => firstDelay * 2 ** attempt },
    );
    client.addEventListener('open', () => {
      // Set earlier, it would not be applied to the socket that the constructor has already created.
      client.binaryType = 'arraybuffer';
      onOpen();
    });
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
  construct: (url) => new ReconnectingWebSocket(url),
};

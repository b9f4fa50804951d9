// Owns @nktkas/rews as a contender.
import { ReconnectingWebSocket } from '@nktkas/rews';
import { type Contender } from './contender.js';

export const contender: Contender = {
  parses: false,
  open: (url, { opened, message, firstWait }) => {
    const client = new ReconnectingWebSocket(
      url,
      firstWait === undefined
        ? {}
        : { maxRetries: Infinity, reconnectionDelay: (attempt) => firstWait * 2 ** attempt },
    );
    client.addEventListener('open', () => {
      // Set earlier it would not reach the socket that the constructor has made already.
      client.binaryType = 'arraybuffer';
      opened();
    });
    client.addEventListener('message', ({ data }) => {
      message(data);
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

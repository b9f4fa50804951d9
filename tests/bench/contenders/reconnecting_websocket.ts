// reconnecting-websocket as a contender.
import imported from 'reconnecting-websocket';
import { type Contender } from './contender.js';

// Its declarations describe the CommonJS file, but bundlers use the module.
const ReconnectingWebSocket = imported as unknown as typeof imported.default;

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage, firstDelay }) => {
    const client = new ReconnectingWebSocket(
      url,
      [],
      firstDelay === undefined ? {} : { minReconnectionDelay: firstDelay, reconnectionDelayGrowFactor: 2 },
    );
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
  construct: (url) => new ReconnectingWebSocket(url),
};

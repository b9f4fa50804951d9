// Owns reconnecting-websocket as a contender.
import imported from 'reconnecting-websocket';
import { type Contender } from './contender.js';

// Its declarations tell of the CommonJS file; bundlers take the module.
const ReconnectingWebSocket = imported as unknown as typeof imported.default;

export const contender: Contender = {
  parses: false,
  open: (url, { opened, message, firstWait }) => {
    const client = new ReconnectingWebSocket(
      url,
      [],
      firstWait === undefined ? {} : { minReconnectionDelay: firstWait, reconnectionDelayGrowFactor: 2 },
    );
    client.binaryType = 'arraybuffer';
    client.addEventListener('open', opened);
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

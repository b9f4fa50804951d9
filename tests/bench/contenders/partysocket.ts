// Owns partysocket as a contender: its general client, without the rooms of PartyKit.
import ReconnectingWebSocket from 'partysocket/ws';
import { type Contender } from './contender.js';

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

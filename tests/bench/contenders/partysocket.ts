// partysocket as a contender: its general client, without PartyKit's rooms.
import ReconnectingWebSocket from 'partysocket/ws';
import { type Contender } from './contender.js';

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

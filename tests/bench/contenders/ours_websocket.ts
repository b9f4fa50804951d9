// The class `WebSocket` of this package as a contender, with the options that make it do the work of ResilientWebSocket.
import { WebSocket } from '@advakod/resilient-websocket/websocket';
import { type Contender } from './contender.js';
import { maxMessageSize, silentServerOptions } from './ours.js';

export const contender: Contender = {
  parses: false,
  open: (url, { onOpen, onMessage, firstDelay, isServerSilent }) => {
    const client = new WebSocket(url, [], {
      maxMessageSize,
      enableHeartbeat: true,
      answerPings: true,
      ...(isServerSilent === true && silentServerOptions),
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

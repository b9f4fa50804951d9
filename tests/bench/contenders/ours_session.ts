// This package in a session.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { type Contender } from './contender.js';
import { contender as ours, maxMessageSize } from './ours.js';

export const contender: Contender = {
  ...ours,
  open: (url, { onOpen, onMessage }) => {
    const client = new ResilientWebSocket(url, {
      binaryType: 'arraybuffer',
      logLevel: 'silent',
      maxMessageSize,
      messageFormat: 'text',
      session: true,
    });
    client.on('open', onOpen);
    client.on('message', onMessage);
    client.connect().catch(() => undefined);
    return {
      client,
      close: () => {
        client.destroy();
      },
    };
  },
};

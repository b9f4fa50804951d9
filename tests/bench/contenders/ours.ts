// Owns this package as a contender.
import { ResilientWebSocket } from '@advakod/resilient-websocket';
import { type Contender } from './contender.js';

// The largest message of the benchmarks is beyond the default.
const maxMessageSize = 2 ** 24;
// In the proportion of the defaults, so that the same deadline is the next one; and a long task, which looks like a
// sleep, may be followed by a probe.
const patient = {
  probeAfterSend: 3_600_000,
  probeTimeout: 5_400_000,
  pongTimeout: 18_000_000,
  pingInterval: 54_000_000,
};

export const contender: Contender = {
  parses: true,
  open: (url, { opened, message, format, firstWait, isMute }) => {
    const client = new ResilientWebSocket(url, {
      binaryType: 'arraybuffer',
      logLevel: 'silent',
      maxMessageSize,
      messageFormat: format,
      ...(isMute === true && patient),
      ...(firstWait !== undefined && { reconnectDelay: firstWait, jitter: 0 }),
    });
    client.on('open', opened);
    client.on('message', message);
    client.connect().catch(() => undefined);
    return {
      client,
      close: () => {
        client.destroy();
      },
    };
  },
  construct: (url) => new ResilientWebSocket(url),
};

// This package as a contender.
import { ResilientWebSocket, type ResilientWebSocketOptions } from '@advakod/resilient-websocket';
import { type Contender } from './contender.js';

// The largest message of the benchmarks exceeds the default.
export const maxMessageSize = 2 ** 24;
// For a server that never answers. The values have the proportions of the defaults, so that the same deadline
// is always the next one. They are large, because after a long task, which looks like a suspended machine,
// the client may send a probe.
export const silentServerOptions = {
  confirmAfter: 3_600_000,
  probeTimeout: 5_400_000,
  pongTimeout: 18_000_000,
  pingInterval: 54_000_000,
};

/** The package with these options beside those of the measurement. */
export const createContender = (options: ResilientWebSocketOptions = {}): Contender => ({
  parses: true,
  open: (url, { onOpen, onMessage, format, firstDelay, isServerSilent }) => {
    const client = new ResilientWebSocket(url, {
      binaryType: 'arraybuffer',
      logLevel: 'silent',
      maxMessageSize,
      messageFormat: format,
      ...options,
      ...(isServerSilent === true && silentServerOptions),
      ...(firstDelay !== undefined && { reconnectDelay: firstDelay, jitter: 0 }),
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
  construct: (url) => new ResilientWebSocket(url),
});

export const contender = createContender();

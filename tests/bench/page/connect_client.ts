// Connects a client to a real server.
import { type Client, type Contender, type ClientOptions } from '../contenders/contender.js';

export interface ConnectedClient {
  readonly client: Client;
  readonly close: () => void;
}

/** Resolves one task after the first `open`. */
export function connectClient(
  contender: Contender,
  url: string,
  options: Omit<ClientOptions, 'onOpen'>,
): Promise<ConnectedClient> {
  return new Promise((resolve) => {
    const openClient = contender.open(url, {
      ...options,
      onOpen: () => {
        setTimeout(() => {
          resolve(openClient);
        }, 0);
      },
    });
  });
}

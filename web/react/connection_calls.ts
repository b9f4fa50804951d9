// Owns what a page does with a connection: the functions that a hook gives, the same on every render.
// Refuses to keep anything.
import { type Sendable, type SendOptions } from '../types.js';
import { type ConnectionBinding } from './connection_binding.js';

export interface ConnectionCalls {
  /** As the client's `send`. Without a connection false, and unless volatile told as an error. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
}

export function callsOf(binding: ConnectionBinding): ConnectionCalls {
  function connect(): void {
    void binding.callFor(true)?.connect();
  }
  return {
    connect,
    send: (data, options) => {
      const client = binding.client();
      if (!client) {
        if (options?.volatile !== true) binding.fail();
        return false;
      }
      const isSent = client.send(data, options);
      // A message that is queued is no event.
      binding.changed();
      return isSent;
    },
    disconnect: () => binding.callFor(false)?.disconnect(),
    reconnect: () => {
      const client = binding.client();
      // One that begins now connects anyway.
      if (client) client.reconnect();
      else connect();
    },
  };
}

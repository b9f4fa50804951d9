// Owns what a hook has of its connection: the hold on it, and the functions a page gets, the same on every render.
// Refuses to keep anything beside.
import { type Sendable, type SendOptions } from '../types.js';
import { createHold, type ConnectionHold } from './connection_hold.js';

export interface ConnectionCalls {
  /** As the client's `send`. Without a connection false, and unless volatile told as an error. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
}

export interface ConnectionBinding extends ConnectionHold {
  readonly calls: ConnectionCalls;
}

export function createBinding(): ConnectionBinding {
  const hold = createHold();
  return { ...hold, calls: callsOf(hold) };
}

function callsOf(hold: ConnectionHold): ConnectionCalls {
  function connect(): void {
    void hold.callFor(true)?.connect();
  }
  return {
    connect,
    send: (data, options) => {
      const client = hold.client();
      if (!client) {
        if (options?.volatile !== true) hold.fail();
        return false;
      }
      const isSent = client.send(data, options);
      // A message that is queued is no event.
      hold.changed();
      return isSent;
    },
    disconnect: () => hold.callFor(false)?.disconnect(),
    reconnect: () => {
      const client = hold.client();
      // One that begins now connects anyway.
      if (client) client.reconnect();
      else connect();
    },
  };
}

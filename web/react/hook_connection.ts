// A hook's observer together with the functions that the hook returns. They are the same on every render.
import { type Sendable, type SendOptions } from '../types.js';
import { createObserver, type ConnectionObserver } from './connection_observer.js';

export interface ConnectionCalls {
  /** As the client's `send`. Without a connection it returns false, and reports an error unless volatile. */
  readonly send: (data: Sendable, options?: SendOptions) => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  readonly reconnect: () => void;
}

export interface HookConnection extends ConnectionObserver {
  readonly calls: ConnectionCalls;
}

export function createHookConnection(): HookConnection {
  const observer = createObserver();
  return { ...observer, calls: createCalls(observer) };
}

function createCalls(observer: ConnectionObserver): ConnectionCalls {
  function connect(): void {
    void observer.request(true)?.connect();
  }
  return {
    connect,
    send: (data, options) => {
      const client = observer.client();
      if (!client) {
        if (options?.volatile !== true) observer.fail();
        return false;
      }
      const isSent = client.send(data, options);
      // The client emits no event when it queues a message.
      observer.notify();
      return isSent;
    },
    disconnect: () => observer.request(false)?.disconnect(),
    reconnect: () => {
      const client = observer.client();
      // A client that is created now connects anyway.
      if (client) client.reconnect();
      else connect();
    },
  };
}

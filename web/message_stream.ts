// The messages of a client for `for await`.
import { type EventEmitter } from './event_emitter.js';
import { type ConnectionState, type EventMap } from './types.js';

export interface MessageSource<In> extends EventEmitter<EventMap<In>> {
  readonly connectionState: ConnectionState;
  whenConnected(): Promise<void>;
}

/** Ends when the client is disconnected or destroyed; throws ConnectionError when it fails. */
export async function* readMessages<In>(client: MessageSource<In>): AsyncGenerator<In, void, undefined> {
  const received: In[] = [];
  let notify = (): void => undefined;
  const onMessage = (message: In) => {
    received.push(message);
    notify();
  };
  const onStateChange = () => {
    notify();
  };
  client.on('message', onMessage).on('stateChange', onStateChange);
  try {
    await client.whenConnected();
    for (;;) {
      while (received.length > 0) yield received.shift() as In;
      if (client.connectionState === 'failed') await client.whenConnected();
      if (client.connectionState === 'disconnected') return;
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    }
  } finally {
    client.off('message', onMessage).off('stateChange', onStateChange);
  }
}

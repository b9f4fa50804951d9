// rpc-websockets: a factory makes the sockets; the client connects again by itself. It calls `send` with a callback, as the
// package ws has it.
import type { Message } from '@advakod/resilient-websocket/websocket';
import { CommonClient } from 'rpc-websockets';
import { Signal, type Connect } from './session.js';

const ping = '{"jsonrpc":"2.0","id":"heartbeat","method":"ping"}';

export const connect: Connect = ({ url, classWith }) => {
  const heartbeat = { message: ping, isReply };
  const PlainWebSocket = classWith({ enableAutoReconnect: false, heartbeat });
  class CallingBack extends PlainWebSocket {
    override send(data: Message, ...[options, callback]: readonly unknown[]): void {
      super.send(data);
      for (const each of [options, callback]) if (typeof each === 'function') each();
    }
  }
  const client = new CommonClient((address: string) => new CallingBack(address), url, {
    reconnect_interval: 100,
    max_reconnects: 0,
  });
  const opened = new Signal();
  const lost = new EventTarget();
  client.on('open', () => opened.set());
  client.on('error', () => undefined);
  client.on('close', () => {
    opened.reset();
    lost.dispatchEvent(new Event('lost'));
  });
  return {
    roundTrip: async (text) => {
      await opened.promise;
      const ended = new Promise<never>((_, reject) => {
        lost.addEventListener('lost', () => reject(new Error('the connection was lost')), { once: true });
      });
      return Promise.race([client.call('echo', [text]) as Promise<string>, ended]);
    },
    close: () => client.close(),
  };
};

function isReply(text: unknown): boolean {
  return typeof text === 'string' && (JSON.parse(text) as { id?: unknown }).id === 'heartbeat';
}

// rpc-websockets: a factory makes the sockets; the client connects again by itself. It calls `send` with a callback, as the
// package ws has it.
import type { Message } from '@advakod/resilient-websocket/websocket';
import { CommonClient } from 'rpc-websockets';
import { Replies, Signal, type Connect, type Numbered } from './session.js';

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
  const replies = new Replies();
  const opened = new Signal();
  const createSocket = (address: string): CallingBack => {
    const socket = new CallingBack(address);
    // The library's own event comes later, and the library never ends the calls that are under way.
    socket.addEventListener('close', () => {
      opened.reset();
      replies.disconnected();
    });
    return socket;
  };
  const client = new CommonClient(createSocket, url, { reconnect_interval: 100, max_reconnects: 0 });
  client.on('error', () => undefined);
  client.on('open', () => {
    replies.connected();
    opened.set();
  });
  const call = ({ id, text }: Numbered): void => {
    void client.call('echo', [text]).then((answer) => replies.received({ id, text: answer as string }));
  };
  return {
    roundTrip: async (text) => {
      await opened.promise;
      return replies.request(text, call);
    },
    close: () => client.close(),
  };
};

function isReply(text: unknown): boolean {
  return typeof text === 'string' && (JSON.parse(text) as { id?: unknown }).id === 'heartbeat';
}

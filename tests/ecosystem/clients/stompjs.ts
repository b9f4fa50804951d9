// @stomp/stompjs: it connects again by itself. What it publishes without a connection is refused.
import { Client } from '@stomp/stompjs';
import { Replies, Signal, type Connect, type Numbered } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const replies = new Replies();
  const connected = new Signal();
  const PlainWebSocket = classWith({ enableAutoReconnect: false, heartbeat: { silence: 3000 } });
  const client = new Client({
    webSocketFactory: () => new PlainWebSocket(url, ['v11.stomp']),
    reconnectDelay: 100,
    heartbeatIncoming: 500,
    // The broker sends heart-beats only to a client that sends none.
    heartbeatOutgoing: 0,
    // The class watches the connection in its place.
    heartbeatToleranceMultiplier: 100,
    onConnect: () => {
      client.subscribe('/replies', ({ body }) => replies.received(JSON.parse(body) as Numbered));
      replies.connected();
      connected.set();
    },
    onWebSocketClose: () => {
      connected.reset();
      replies.disconnected();
    },
  });
  client.activate();
  return {
    roundTrip: async (text) => {
      await connected.promise;
      const publish = (message: Numbered): void =>
        client.publish({ destination: '/texts', body: JSON.stringify(message) });
      return replies.request(text, publish);
    },
    close: () => client.deactivate(),
  };
};

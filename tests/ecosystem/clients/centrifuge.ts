// centrifuge: it connects again by itself, and subscribes anew. The server sends pings, so silence is a dead connection.
import { Centrifuge } from 'centrifuge';
import type { Connect } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const client = new Centrifuge(url, {
    websocket: classWith({ enableAutoReconnect: false, heartbeat: { silence: 3000 } }),
    minReconnectDelay: 100,
    maxReconnectDelay: 500,
    maxServerPingDelay: 60_000,
  });
  const subscription = client.newSubscription('texts', { minResubscribeDelay: 100 });
  const arrived = new Map<string, () => void>();
  subscription.on('publication', ({ data }) => arrived.get(data as string)?.());
  subscription.subscribe();
  client.connect();
  return {
    roundTrip: async (text) => {
      const pushed = new Promise<void>((resolve) => arrived.set(text, resolve));
      await subscription.ready();
      await subscription.publish(text);
      await pushed;
      return text;
    },
    close: () => client.disconnect(),
  };
};

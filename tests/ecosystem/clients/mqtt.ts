// MQTT.js: it connects again by itself, and sends what was not acknowledged again (quality of service 1).
import mqtt from 'mqtt';
import type { Connect } from './session.js';

export const connect: Connect = async ({ url, classWith }) => {
  const PlainWebSocket = classWith({ enableAutoReconnect: false });
  const client = mqtt.connect(url, {
    createWebsocket: (address, protocols) => new PlainWebSocket(address, protocols),
    // In Node the library expects the interface of the package ws without this.
    forceNativeWebSocket: true,
    reconnectPeriod: 100,
    // The broker keeps the subscription while the connection is lost.
    clean: false,
    clientId: 'user',
    keepalive: 2,
  });
  client.on('error', () => undefined);
  const arrived = new Map<string, () => void>();
  client.on('message', (_topic, payload) => arrived.get(payload.toString())?.());
  await client.subscribeAsync('texts', { qos: 1 });
  return {
    roundTrip: async (text) => {
      const received = new Promise<void>((resolve) => arrived.set(text, resolve));
      await client.publishAsync('texts', text, { qos: 1 });
      await received;
      return text;
    },
    close: () => client.endAsync(true),
  };
};

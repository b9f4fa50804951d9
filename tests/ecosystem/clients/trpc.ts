// tRPC: wsLink connects again by itself, repeats subscriptions, and rejects requests that were under way.
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import type { Router } from '../servers/trpc.mjs';
import type { Connect } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const wsClient = createWSClient({
    url,
    WebSocket: classWith({ enableAutoReconnect: false }),
    retryDelayMs: () => 100,
    keepAlive: { enabled: true, intervalMs: 1000, pongTimeoutMs: 2000 },
  });
  const client = createTRPCClient<Router>({ links: [wsLink<Router>({ client: wsClient })] });
  const said = new Map<string, () => void>();
  // It gives every text that the server has got, again after each connection.
  client.said.subscribe(undefined, { onData: (text) => said.get(text)?.() });
  return {
    roundTrip: async (text) => {
      const pushed = new Promise<void>((resolve) => said.set(text, resolve));
      const answer = await client.say.mutate(text);
      await pushed;
      return answer;
    },
    close: () => wsClient.close(),
  };
};

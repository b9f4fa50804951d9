// graphql-ws: it connects again and repeats what is under way. The server answers its protocol's pings.
import { createClient } from 'graphql-ws';
import type { Connect } from './session.js';

export const connect: Connect = ({ url, classWith }) => {
  const heartbeat = { message: '{"type":"ping"}', isReply: (text: unknown) => text === '{"type":"pong"}' };
  const client = createClient({
    url,
    webSocketImpl: classWith({ enableAutoReconnect: false, heartbeat }),
    lazy: false,
    onNonLazyError: () => undefined,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
  });
  // The subscription gives every text that the server has got, again after each connection.
  const said = new Map<string, () => void>();
  client.subscribe<{ said: string }>(
    { query: 'subscription { said }' },
    { next: ({ data }) => said.get(data?.said ?? '')?.(), error: () => undefined, complete: () => undefined },
  );
  return {
    roundTrip: async (text) => {
      const pushed = new Promise<void>((resolve) => said.set(text, resolve));
      const answer = await query(client, text);
      await pushed;
      return answer;
    },
    close: () => client.dispose(),
  };
};

async function query(client: ReturnType<typeof createClient>, text: string): Promise<string> {
  const request = { query: 'mutation ($text: String!) { say(text: $text) }', variables: { text } };
  const { value } = await client.iterate<{ say: string }>(request).next();
  return (value as { data?: { say: string } } | undefined)?.data?.say ?? '';
}

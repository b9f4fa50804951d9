// Both stores, for suites that hold for each of them. Servers of one test share a store.
import { MemoryStore, type SessionStore } from '../../../server/node/index.js';
import { RedisStore } from '../../../server/node/redis.js';
import { connectRedis, RedisProcess } from './redis.js';

export interface StoreSource {
  /** What one more server uses: it shares its sessions with the others of this source. */
  store(): Promise<SessionStore>;
  stop(): Promise<void>;
}

async function openRedis(): Promise<StoreSource> {
  const redis = await RedisProcess.start();
  const clients: { destroy(): void }[] = [];
  return {
    store: async () => {
      const client = await connectRedis(redis.url);
      clients.push(client);
      return new RedisStore({ client });
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await redis.stop();
    },
  };
}

function openMemory(): Promise<StoreSource> {
  const store = new MemoryStore();
  return Promise.resolve({ store: () => Promise.resolve(store), stop: () => Promise.resolve() });
}

/** For `describe.each`: the name of a store, and how to open a source of it. */
export const sources = [
  ['MemoryStore', openMemory],
  ['RedisStore', openRedis],
] as const;

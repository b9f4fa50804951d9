// The entry `@advakod/resilient-websocket/server/redis`: the store in Redis for a SessionServer.
export type { RedisConnection } from './redis_connection.js';
export { RedisStore, type RedisStoreOptions } from './redis_store.js';

// The entry `@advakod/resilient-websocket/server/redis`: the store in Redis for a SessionServer.
export { RedisStore, type RedisConnection, type RedisStoreOptions } from './redis_store.js';

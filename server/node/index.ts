// The entry `@advakod/resilient-websocket/server`: resumable sessions (docs/sessions.md) for servers on Node.
export { QueueFullError, SessionEndedError } from './errors.js';
export { MemoryStore } from './memory_store.js';
export type { Session, SessionEvents } from './session.js';
export { SessionServer } from './session_server.js';
export type * from './store.js';
export type * from './types.js';

// Owns the list of what the package exports. Refuses side effects: importing it does nothing.
import { ResilientWebSocket } from './resilient_websocket.js';

export default ResilientWebSocket;
export { ResilientWebSocket };
export { ConnectionError, DestroyedError } from './errors.js';
export type * from './types.js';

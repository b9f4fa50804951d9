// What the entry `./websocket` exports. Importing it has no side effect.
import { WebSocket } from './websocket.js';

export default WebSocket;
export { WebSocket };
export { ErrorEvent } from './events.js';
export type { Handler, WebSocketEvents } from './events.js';
export type { WebSocketOptions, WebSocketProtocols } from './options.js';
export type { Message } from './messages.js';

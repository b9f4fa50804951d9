// Owns putting the stub in the place of WebSocket for a whole page.
import { StubSocket } from './stub_socket.js';

Object.assign(globalThis, { WebSocket: StubSocket });

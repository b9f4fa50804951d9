// Replaces WebSocket by the stub for a whole page.
import { StubSocket } from './stub_socket.js';

Object.assign(globalThis, { WebSocket: StubSocket });

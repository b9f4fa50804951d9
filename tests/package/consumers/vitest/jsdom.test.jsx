// A real server in Vitest's jsdom, with the WebSocket of the package ws: that of jsdom 29 throws there when it
// opens, with any client.
import { afterEach, beforeEach, vi } from 'vitest';
import { WebSocket } from 'ws';
import { testWithRealServer } from './real_server.jsx';

beforeEach(() => vi.stubGlobal('WebSocket', WebSocket));
afterEach(() => vi.unstubAllGlobals());

testWithRealServer();

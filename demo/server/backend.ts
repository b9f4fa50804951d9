// The WebSocket server process: the part of the demo that can be killed, frozen and restarted. It stores
// nothing: the chats and the sessions of connections are in the supervisor's stores.
//
// A client that has `sessions` in the query of its address speaks first: `hello` begins or resumes a session
// (docs/sessions.md), anything else a plain connection. To all others the server speaks first, as the real backend does.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { SessionServer } from '../../server/node/index.js';
import { Conversation } from './conversation.js';
import { noFaults } from './faults.js';
import { FrameHandler, maxFrameSize } from './frame_handler.js';
import { Hub } from './hub.js';
import type { ToBackend, ToSupervisor } from './ipc.js';
import { createGreeting, PlainPeer, SessionPeer, type PeerIdentity } from './peer.js';
import { RemoteSessionStore } from './remote_session_store.js';
import { StoreClient } from './store_client.js';
import { userIdFromToken } from './users.js';
import { Wire } from './wire.js';

/** The subprotocol that precedes the token in the client's list. */
const tokenProtocol = 'bearer';
/** How long a session lives without a connection: as long as the longest outage of the panel, ms. */
const sessionTtl = 3_600_000;
/** The first characters of a client's first frame in a session. */
const helloPrefix = '{"rws":"hello"';

const post = (message: ToSupervisor): void => {
  process.send?.(message);
};
const store = new StoreClient(post);
const hub = new Hub((count) => {
  post({ kind: 'connections', count });
});
const handler = new FrameHandler(hub, store, new Conversation(store, hub));
const webSocketServer = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  // The server must not answer with the subprotocol that is the token.
  handleProtocols: (offered) => offered.has(tokenProtocol) && tokenProtocol,
});
const httpServer = createServer((_request, response) => {
  response.writeHead(426, { 'content-type': 'text/plain' }).end('This is a WebSocket server.\n');
});
const sessions = new SessionServer<PeerIdentity>({
  store: new RemoteSessionStore(store),
  ttl: sessionTtl,
  // The echo of the largest message is a little larger; frame_handler.ts refuses larger messages.
  maxMessage: 2 * maxFrameSize,
  pingInterval: 10_000,
  principalOf: (identity) => JSON.stringify(identity),
});
let faults = noFaults;

sessions.on('session', (session) => {
  const peer = new SessionPeer(session);
  hub.add(peer);
  session.on('message', (data, { id }) => handler.handle(peer, toPayload(data), id));
  session.on('end', () => {
    hub.remove(peer);
  });
  peer.send(createGreeting(peer));
});

httpServer.on('upgrade', (request, socket, head) => {
  const identity = faults.refuseHandshakes ? null : identify(request);
  if (identity === null) {
    rejectHandshake(socket);
    return;
  }
  webSocketServer.handleUpgrade(request, socket, head, (webSocket) => {
    accept(webSocket, request, identity);
  });
});

process.on('message', (message: ToBackend) => {
  switch (message.kind) {
    case 'start':
      faults = message.faults;
      listen(message.port);
      return;
    case 'faults':
      faults = message.faults;
      return;
    case 'reset':
      hub.forEachWire((wire) => {
        wire.reset();
      });
      return;
    case 'close':
      hub.forEachWire((wire) => {
        wire.close(message.code, message.reason);
      });
      return;
    case 'result':
      store.handleResult(message.id, message.result);
  }
});
process.on('disconnect', () => process.exit());

function listen(port: number): void {
  httpServer.once('error', ({ message }) => {
    post({ kind: 'failed', reason: message });
    process.disconnect();
  });
  httpServer.listen(port, '127.0.0.1', () => {
    post({ kind: 'listening', port: (httpServer.address() as AddressInfo).port });
  });
}

/** The user and session of a request, or null when the path or the token is invalid. */
function identify(request: IncomingMessage): PeerIdentity | null {
  const url = new URL(request.url ?? '/', 'ws://localhost');
  const path = /^\/(?:general|session\/(\d+))$/.exec(url.pathname);
  const userId = userIdFromToken(url.searchParams.get('token') ?? offeredToken(request));
  if (path === null || userId === null) return null;
  return { userId, sessionId: path[1] === undefined ? null : Number(path[1]) };
}

/** The token that a client offers as a subprotocol, after `bearer`. */
function offeredToken(request: IncomingMessage): string | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return offered.includes(tokenProtocol) ? (offered[offered.indexOf(tokenProtocol) + 1] ?? null) : null;
}

/** Rejects the handshake. A browser reports it only as 1006 without a reason. */
function rejectHandshake(socket: Duplex): void {
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

function accept(webSocket: WebSocket, request: IncomingMessage, identity: PeerIdentity): void {
  const wire = new Wire(webSocket, request.socket, () => faults);
  hub.addWire(wire);
  webSocket.on('error', () => {
    webSocket.terminate();
  });
  if (!new URL(request.url ?? '/', 'ws://localhost').searchParams.has('sessions')) {
    acceptPeer(webSocket, wire, identity);
    return;
  }
  webSocket.once('message', (data: RawData, isBinary: boolean) => {
    const isHello = !isBinary && toBuffer(data).toString('latin1', 0, helloPrefix.length) === helloPrefix;
    if (isHello) sessions.attach(wire, identity);
    else acceptPeer(webSocket, wire, identity);
    // For the listener that was just added.
    webSocket.emit('message', data, isBinary);
  });
}

function acceptPeer(webSocket: WebSocket, wire: Wire, identity: PeerIdentity): void {
  const peer = new PlainPeer(wire, identity);
  hub.add(peer);
  let lastFrame = Promise.resolve();
  webSocket.on('message', (data: RawData) => {
    // In order: a frame is handled only after the one before it has been stored.
    lastFrame = lastFrame.then(() => handler.handle(peer, toBuffer(data)));
  });
  webSocket.on('close', () => {
    hub.remove(peer);
  });
  peer.sendGreeting();
}

function toPayload(data: string | Uint8Array): Buffer {
  return typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

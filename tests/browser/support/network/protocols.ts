// The two protocols of the recording server: plain WebSocket messages and socket.io.
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

export type ProtocolName = 'websocket' | 'socket.io';

export interface Protocol {
  readonly accept: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  /** Sends a frame to every client. */
  readonly send: (data: string | Buffer) => void;
  readonly close: () => Promise<void>;
}

/** Called by a protocol. */
export interface ServerEvents {
  /** Returns the number of the new connection, from 1. */
  readonly connected: () => number;
  readonly message: (n: number, connection: number) => void;
  readonly ping: () => void;
  readonly answersPings: () => boolean;
}

interface Message {
  readonly n?: number;
  readonly type?: string;
  readonly timestamp?: number;
}

function plainWebSocket(events: ServerEvents): Protocol {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    const connection = events.connected();
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const { n, type, timestamp } = JSON.parse(data.toString()) as Message;
      if (n !== undefined) events.message(n, connection);
      if (type === 'ping') events.ping();
      if (type === 'ping' && events.answersPings()) socket.send(JSON.stringify({ type: 'pong', timestamp }));
    });
  });
  return {
    accept: (request, stream, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket));
    },
    send: (data) => {
      for (const socket of sockets.clients) socket.send(data);
    },
    close: () => Promise.resolve(),
  };
}

function socketIo(events: ServerEvents): Protocol {
  // socket.io needs an HTTP server for its upgrade events; this one never opens a port.
  const httpServer = createServer();
  const io = new Server(httpServer, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => {
    const connection = events.connected();
    socket.on('message', ({ n }: { readonly n: number }) => {
      events.message(n, connection);
    });
  });
  return {
    accept: (request, stream, head) => {
      httpServer.emit('upgrade', request, stream, head);
    },
    send: (data) => {
      io.send(data);
    },
    close: () => io.close(),
  };
}

export function createProtocol(name: ProtocolName, events: ServerEvents): Protocol {
  return name === 'websocket' ? plainWebSocket(events) : socketIo(events);
}

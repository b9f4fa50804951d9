// Owns the two ways in which a client may talk to the counting server: plain WebSocket messages, and socket.io's.
// Refuses to decide who is let in; see counting_server.ts.
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

export type DialectName = 'websocket' | 'socket.io';

export interface Dialect {
  readonly welcome: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
  /** Sends this frame to every client. */
  readonly send: (data: string | Buffer) => void;
  readonly close: () => Promise<void>;
}

export interface Heard {
  /** Number of the connection, from 1. */
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

function plain(heard: Heard): Dialect {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  sockets.on('connection', (socket) => {
    const connection = heard.connected();
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const { n, type, timestamp } = JSON.parse(data.toString()) as Message;
      if (n !== undefined) heard.message(n, connection);
      if (type === 'ping') heard.ping();
      if (type === 'ping' && heard.answersPings()) socket.send(JSON.stringify({ type: 'pong', timestamp }));
    });
  });
  return {
    welcome: (request, stream, head) => {
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket));
    },
    send: (data) => {
      for (const socket of sockets.clients) socket.send(data);
    },
    close: () => Promise.resolve(),
  };
}

function socketIo(heard: Heard): Dialect {
  // It listens to a server's events only; this one never opens a port.
  const ear = createServer();
  const io = new Server(ear, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => {
    const connection = heard.connected();
    socket.on('message', ({ n }: { readonly n: number }) => {
      heard.message(n, connection);
    });
  });
  return {
    welcome: (request, stream, head) => {
      ear.emit('upgrade', request, stream, head);
    },
    send: (data) => {
      io.send(data);
    },
    close: () => io.close(),
  };
}

export function dialectOf(name: DialectName, heard: Heard): Dialect {
  return name === 'websocket' ? plain(heard) : socketIo(heard);
}

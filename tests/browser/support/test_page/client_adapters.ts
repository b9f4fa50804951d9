// One interface for this package's client and the clients it is compared with. The other clients are used
// with their default options.
import ResilientWebSocket, { type ResilientWebSocketOptions } from '@advakod/resilient-websocket';
import PartySocket from 'partysocket/ws';
import ReconnectingWebSocket from 'reconnecting-websocket/dist/reconnecting-websocket-mjs.js';
import { io } from 'socket.io-client';
import type { ClientStart, Library } from './client_record.js';

export interface Listeners {
  readonly up: () => void;
  readonly down: (detail: string) => void;
  readonly failed: (detail: string) => void;
  readonly error: (detail: string) => void;
  readonly dropped: (n: number, reason: string) => void;
}

export interface ClientAdapter {
  /** Returns false if the message was rejected. */
  readonly send: (message: Readonly<Record<string, unknown>>) => boolean;
  readonly queued: () => number;
  readonly state: () => string;
  readonly end: () => void;
  /** The client itself. */
  readonly client: unknown;
}

function startOurs({ url, options }: ClientStart, listeners: Listeners): ClientAdapter {
  const client = new ResilientWebSocket(url, {
    logLevel: 'silent',
    ...(options as ResilientWebSocketOptions),
  });
  client.on('open', listeners.up);
  client.on('close', ({ code, reason }) => {
    listeners.down(`${code} ${reason}`);
  });
  client.on('stateChange', (state) => {
    if (state === 'failed') listeners.failed(state);
  });
  client.on('error', ({ type, message, recoverable }) => {
    listeners.error(`${type}: ${message} ${recoverable ? 'recoverable' : 'final'}`);
  });
  client.on('messageDropped', ({ data, reason }) => {
    listeners.dropped((data as { n: number }).n, reason);
  });
  client.on('messageUnconfirmed', ({ data }) => {
    listeners.dropped((data as { n: number }).n, 'unconfirmed');
  });
  client.connect().catch((error: unknown) => {
    listeners.error(`connect: ${String(error)}`);
  });
  return {
    send: (message) => {
      client.send(message);
      return true;
    },
    queued: () => client.getStatus().queuedMessages,
    state: () => client.connectionState,
    end: () => {
      client.destroy();
    },
    client,
  };
}

type WebSocketLike = ReconnectingWebSocket | PartySocket;

function startWebSocketLike(client: WebSocketLike, listeners: Listeners): ClientAdapter {
  client.onopen = listeners.up;
  client.onclose = (event: { readonly code: number; readonly reason: string }) => {
    listeners.down(`${event.code} ${event.reason}`);
  };
  let queued = 0;
  client.addEventListener('open', () => (queued = 0));
  return {
    send: (message) => {
      if (client.readyState !== WebSocket.OPEN) queued += 1;
      client.send(JSON.stringify(message));
      return true;
    },
    queued: () => queued,
    state: () => (client.readyState === WebSocket.OPEN ? 'connected' : 'reconnecting'),
    end: () => {
      client.close();
    },
    client,
  };
}

function startSocketIo({ url }: ClientStart, listeners: Listeners): ClientAdapter {
  const client = io(url.replace('ws:', 'http:'), { transports: ['websocket'], forceNew: true });
  client.on('connect', listeners.up);
  client.on('disconnect', listeners.down);
  return {
    send: (message) => {
      client.send(message);
      return true;
    },
    queued: () => client.sendBuffer.length,
    state: () => (client.connected ? 'connected' : 'reconnecting'),
    end: () => {
      client.disconnect();
    },
    client,
  };
}

const startFunctions: Readonly<Record<Library, (start: ClientStart, listeners: Listeners) => ClientAdapter>> =
  {
    ours: startOurs,
    'reconnecting-websocket': ({ url }, listeners) =>
      startWebSocketLike(new ReconnectingWebSocket(url), listeners),
    partysocket: ({ url }, listeners) => startWebSocketLike(new PartySocket(url), listeners),
    'socket.io-client': startSocketIo,
  };

export function startClient(start: ClientStart, listeners: Listeners): ClientAdapter {
  return startFunctions[start.library](start, listeners);
}

// Owns the clients under test in one shape: ours and those it is measured beside.
// Refuses options that would make one of them quicker than its users have it: each has its defaults.
import ResilientWebSocket, { type ResilientWebSocketOptions } from '@advakod/resilient-websocket';
import PartySocket from 'partysocket/ws';
import ReconnectingWebSocket from 'reconnecting-websocket/dist/reconnecting-websocket-mjs.js';
import { io } from 'socket.io-client';
import type { Beginning, Library } from './ledger.js';

export interface Listeners {
  readonly up: () => void;
  readonly down: (detail: string) => void;
  readonly failed: (detail: string) => void;
  readonly error: (detail: string) => void;
  readonly dropped: (n: number, reason: string) => void;
}

export interface Subject {
  /** False if the message was refused for good. */
  readonly send: (message: Readonly<Record<string, unknown>>) => boolean;
  readonly queued: () => number;
  readonly state: () => string;
  readonly end: () => void;
  /** The client itself, for what only it can do. */
  readonly client: unknown;
}

function startOurs({ url, options }: Beginning, listeners: Listeners): Subject {
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

type NativeLike = ReconnectingWebSocket | PartySocket;

function startNativeLike(client: NativeLike, listeners: Listeners): Subject {
  client.onopen = listeners.up;
  client.onclose = (event: { readonly code: number; readonly reason: string }) => {
    listeners.down(`${event.code} ${event.reason}`);
  };
  let waiting = 0;
  client.addEventListener('open', () => (waiting = 0));
  return {
    send: (message) => {
      if (client.readyState !== WebSocket.OPEN) waiting += 1;
      client.send(JSON.stringify(message));
      return true;
    },
    queued: () => waiting,
    state: () => (client.readyState === WebSocket.OPEN ? 'connected' : 'reconnecting'),
    end: () => {
      client.close();
    },
    client,
  };
}

function startSocketIo({ url }: Beginning, listeners: Listeners): Subject {
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

const starts: Readonly<Record<Library, (beginning: Beginning, listeners: Listeners) => Subject>> = {
  ours: startOurs,
  'reconnecting-websocket': ({ url }, listeners) =>
    startNativeLike(new ReconnectingWebSocket(url), listeners),
  partysocket: ({ url }, listeners) => startNativeLike(new PartySocket(url), listeners),
  'socket.io-client': startSocketIo,
};

export function startSubject(beginning: Beginning, listeners: Listeners): Subject {
  return starts[beginning.library](beginning, listeners);
}

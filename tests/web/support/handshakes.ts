// A client in the middle of its handshake, for the tests of the option `handshake`.
import { expect } from 'vitest';
import {
  type HandshakeConnection,
  type ResilientWebSocket,
  type ResilientWebSocketOptions,
} from '../../../web/index.js';
import { createClient, settle, type Client } from './harness.js';
import { ScriptedWebSocket } from './scripted_web_socket.js';

export interface Scene extends Client {
  /** Of the first handshake, as are `resolve` and `reject`. */
  readonly connection: HandshakeConnection;
  readonly resolve: () => Promise<void>;
  readonly reject: (reason: unknown) => Promise<void>;
  readonly socket: ScriptedWebSocket;
}

/** A client whose handshake has begun, and ends by `resolve` or `reject`. */
export async function begin(options: ResilientWebSocketOptions = {}): Promise<Scene> {
  const running: {
    connection: HandshakeConnection;
    resolve: () => void;
    reject: (reason: unknown) => void;
  }[] = [];
  const client = createClient({
    handshake: (connection) =>
      new Promise<void>((resolve, reject) => {
        running.push({ connection, resolve, reject });
      }),
    ...options,
  });
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  await settle();
  const [first] = running;
  if (first === undefined) throw new Error('No handshake has begun.');
  return {
    ...client,
    connection: first.connection,
    socket: ScriptedWebSocket.last,
    resolve: async () => {
      first.resolve();
      await settle();
    },
    reject: async (reason) => {
      first.reject(reason);
      await settle();
    },
  };
}

/** A client with this function as its handshake. Its socket is open, and the function has run up to its first pause. */
export async function run(
  handshake: (connection: HandshakeConnection, websocket: ResilientWebSocket) => void | PromiseLike<void>,
  options: ResilientWebSocketOptions = {},
): Promise<Client> {
  const client: Client = createClient({
    handshake: (connection) => handshake(connection, client.websocket),
    ...options,
  });
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  await settle();
  return client;
}

/** Matches what `send()` and `receive()` fail with after the handshake. */
export const abortError = expect.objectContaining({ name: 'AbortError' }) as Error;

// Objects of the class WebSocket under test, with a record of their events. Their clients are destroyed after each test.
import { afterEach } from 'vitest';
import WebSocket, { type WebSocketOptions, type WebSocketProtocols } from '../../../web/websocket/index.js';
import { type UrlSource } from '../../../web/index.js';
import { serverUrl, settle } from './harness.js';
import { ScriptedWebSocket } from './scripted_web_socket.js';

export interface Recorded {
  readonly socket: WebSocket;
  /** The events so far, oldest first. */
  readonly events: (Event & Partial<CloseEvent> & Partial<MessageEvent> & { readonly message?: string })[];
  /** Their types, each with `readyState` when it was fired. */
  readonly states: [type: string, readyState: number][];
  /** Their types. Forgets the events. */
  takeTypes(): string[];
}

const sockets: WebSocket[] = [];

/** Call at the top of a test file, after `useScriptedWorld()`. */
export function useSockets(): void {
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.client.destroy();
  });
}

/** A socket without jitter whose first attempt has begun. */
export async function createSocket(
  options: WebSocketOptions = {},
  protocols?: WebSocketProtocols,
  url: UrlSource = serverUrl,
): Promise<Recorded> {
  const socket = new WebSocket(url, protocols, { jitter: 0, ...options });
  const recorded = record(socket);
  // The second time for functions that give promises.
  await settle();
  await settle();
  return recorded;
}

/** A socket with an open connection; the events so far are forgotten. */
export async function createOpen(options: WebSocketOptions = {}): Promise<Recorded> {
  const recorded = await createSocket(options);
  ScriptedWebSocket.last.open();
  recorded.takeTypes();
  return recorded;
}

export function record(socket: WebSocket): Recorded {
  sockets.push(socket);
  const recorded: Recorded = {
    socket,
    events: [],
    states: [],
    takeTypes: () => {
      recorded.states.length = 0;
      return recorded.events.splice(0).map(({ type }) => type);
    },
  };
  for (const type of ['open', 'message', 'error', 'close']) {
    socket.addEventListener(type, (event) => {
      recorded.events.push(event);
      recorded.states.push([type, socket.readyState]);
    });
  }
  return recorded;
}

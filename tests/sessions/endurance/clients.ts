// The clients of the endurance run, in Node and in a page alike: each sends numbers at a steady rate in a session, and
// writes down what it is handed.
import { ResilientWebSocket, type WebSocketClass } from '@advakod/resilient-websocket';
import type { ClientLog } from './log.js';

export interface ClientSettings {
  /** The name and the address of each client. */
  readonly clients: readonly (readonly [name: string, url: string])[];
  readonly seconds: number;
  /** Messages of each client a second. */
  readonly rate: number;
  /** How long a client waits for the rest after its last message, seconds. */
  readonly waitLimit: number;
}

const events = [
  'sessionResumed',
  'sessionLost',
  'sessionTaken',
  'messageUnconfirmed',
  'messageDropped',
  'close',
] as const;

/**
 * How long nothing must arrive before a client ends, ms. A server that does not hold the session any more may store a message
 * late: the last fault ends up to 2 s after the last message of the clients, the server's Redis client connects again within
 * 2.2 s, and the write is repeated within a second. Without a notification the server that holds the session looks for
 * messages once a second.
 */
const quietTime = 8000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function runClient(
  [client, url]: readonly [string, string],
  { seconds, rate, waitLimit }: ClientSettings,
  SocketClass: WebSocketClass | undefined,
): Promise<ClientLog> {
  const counts: Record<string, number> = {};
  const received: string[] = [];
  const websocket = new ResilientWebSocket<string>(`${url}?client=${client}`, {
    session: true,
    WebSocket: SocketClass,
    messageFormat: 'text',
    maxReconnectAttempts: Infinity,
    reconnectDelay: 200,
    maxReconnectDelay: 1000,
    connectionTimeout: 3000,
    maxQueueSize: 1_000_000,
    logLevel: 'silent',
  });
  for (const event of events) websocket.on(event, () => void (counts[event] = (counts[event] ?? 0) + 1));
  websocket.on('message', (text) => void received.push(text));
  void websocket.connect();
  const start = performance.now();
  let sent = 0;
  let replies = 0;
  let changedAt = start;
  websocket.on('message', (text) => {
    replies += text.startsWith('reply:') ? 1 : 0;
    changedAt = performance.now();
  });
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor(((performance.now() - start) / 1000) * rate);
    while (sent < due) websocket.send(String(++sent));
    await wait(1000 / rate);
  }
  const deadline = performance.now() + waitLimit * 1000;
  const isDone = () => replies >= sent && (websocket.getStatus().session?.unacknowledged ?? 1) === 0;
  while (!(isDone() && performance.now() - changedAt >= quietTime) && performance.now() < deadline)
    await wait(50);
  websocket.destroy();
  return { client, sent, received, events: counts };
}

/** Runs all clients to their end. */
export function runClients(settings: ClientSettings, SocketClass?: WebSocketClass): Promise<ClientLog[]> {
  return Promise.all(settings.clients.map((client) => runClient(client, settings, SocketClass)));
}

// The world around a client under test: fake time, a scripted WebSocket, a record of all events. Clients are destroyed
// after each test.
import { afterEach, beforeEach, vi } from 'vitest';
import ResilientWebSocket, {
  type EventMap,
  type ResilientWebSocketOptions,
  type UrlSource,
} from '../../../web/index.js';
import { ScriptedWebSocket } from './scripted_web_socket.js';

export type Recorded = readonly [event: string, ...args: unknown[]];

// Most tests are about what a user has to act on, which a delivery is not.
const allEvents: Record<Exclude<keyof EventMap, 'messageDelivered'>, true> = {
  open: true,
  close: true,
  message: true,
  error: true,
  stateChange: true,
  maxReconnectAttemptsReached: true,
  reconnectScheduled: true,
  messageDropped: true,
  messageUnconfirmed: true,
  sessionResumed: true,
  sessionLost: true,
  sessionTaken: true,
  messageSent: true,
  authRecoveryNeeded: true,
  errorRecoveryAttempt: true,
  maxRecoveryAttemptsReached: true,
  errorRecoveryReset: true,
  queueCleared: true,
  recommendPageReload: true,
  contactSupportRecommended: true,
  latency: true,
};

export const eventNames = Object.keys(allEvents) as (keyof EventMap)[];
export const serverUrl = 'wss://server.test/socket';

export interface Client {
  readonly websocket: ResilientWebSocket;
  /** All events so far, oldest first. */
  readonly events: Recorded[];
  /** The arguments of the events of one name. */
  getEvents<Name extends keyof EventMap>(name: Name): EventMap[Name][];
  /** The names of the events so far, without those given. */
  names(...without: (keyof EventMap)[]): string[];
}

const clients: ResilientWebSocket[] = [];

/** Call at the top of a test file: each test gets a fresh world, and its clients are destroyed after it. */
export function useScriptedWorld(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    ScriptedWebSocket.install();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await Promise.resolve();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

/** A client without jitter and, unless asked for, without log lines. */
export function createClient(options: ResilientWebSocketOptions = {}, url: UrlSource = serverUrl): Client {
  const websocket = new ResilientWebSocket(url, { jitter: 0, logLevel: 'silent', ...options });
  clients.push(websocket);
  const events: Recorded[] = [];
  for (const name of eventNames) {
    websocket.on(name, (...args: unknown[]) => {
      events.push([name, ...args]);
    });
  }
  return {
    websocket,
    events,
    getEvents: <Name extends keyof EventMap>(name: Name) =>
      events.filter((event) => event[0] === name).map((event) => event.slice(1) as EventMap[Name]),
    names: (...without) =>
      events.map((event) => event[0]).filter((name) => !(without as string[]).includes(name)),
  };
}

/** A client with an open connection. */
export function createConnected(options: ResilientWebSocketOptions = {}, url: UrlSource = serverUrl): Client {
  const client = createClient(options, url);
  void client.websocket.connect();
  ScriptedWebSocket.last.open();
  return client;
}

/** Lets promises that are settled run their reactions. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; ++round) await Promise.resolve();
}

/** How a promise stands after its reactions could run. */
export async function outcomeOf(promise: Promise<unknown>): Promise<{ state: string; value?: unknown }> {
  let outcome: { state: string; value?: unknown } = { state: 'pending' };
  promise.then(
    (value) => (outcome = { state: 'resolved', value }),
    (value: unknown) => (outcome = { state: 'rejected', value }),
  );
  await settle();
  return outcome;
}

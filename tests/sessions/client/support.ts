// The role of the server, for tests of the client in web/: a WebSocket server that does only what a case says, and clients
// that keep their events.
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type EventMap, ResilientWebSocket, type ResilientWebSocketOptions } from '../../../web/index.js';
import { Exchange } from '../kit/exchange.js';
import { type ControlFrame } from '../kit/frames.js';
import { type Counts, Peer } from '../kit/peer.js';

type Members = Readonly<Record<string, unknown>>;

const limits = { window: 1000, maxMessage: 65_536, ttl: 300_000 };
export const sessionId = 'kit-session-0123456789abcdef';

/** A connection of the client under test. */
export class ServerPeer extends Peer {
  /** Waits for `hello`, which has to be the first frame. */
  async hello(expected: Members = {}): Promise<ControlFrame> {
    const frame = await this.opening();
    expect(frame).toMatchObject(expected);
    return frame;
  }

  /** Sends `welcome`; by default of a session that has received what the case took. */
  welcome(members: Members = {}): void {
    const isResumed = members['resumed'] === true;
    if (!isResumed) this.counts.sent = this.counts.received = 0;
    const all = {
      v: 1,
      session: sessionId,
      resumed: false,
      received: this.counts.received,
      ...limits,
      ...members,
    };
    this.acknowledged = this.lastNumber = all.received;
    this.window = all.window;
    this.frame('welcome', all);
  }

  /** Waits for `hello` of a session, and resumes it. */
  async resume(members: Members = {}): Promise<ControlFrame> {
    const frame = await this.hello({ session: sessionId });
    this.confirm(frame['received']);
    this.welcome({ resumed: true, ...members });
    return frame;
  }
}

/** A server whose connections are taken one after the other. */
export class ScriptedServer {
  readonly #server: WebSocketServer;
  readonly #waiting: ServerPeer[] = [];
  readonly #peers: ServerPeer[] = [];
  readonly #counts: Counts = { sent: 0, received: 0 };
  readonly exchange = new Exchange();

  constructor() {
    this.#server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    this.#server.on('connection', (socket) => {
      const peer = new ServerPeer(socket, this.exchange, 'client');
      peer.counts = this.#counts;
      this.#peers.push(peer);
      this.#waiting.push(peer);
    });
  }

  async start(): Promise<void> {
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The next connection of the client. */
  accept(): Promise<ServerPeer> {
    return until('a connection', () => this.#waiting.shift());
  }

  /** The next connection, with a new session. */
  async open(members: Members = {}): Promise<ServerPeer> {
    const peer = await this.accept();
    await peer.hello({ session: null });
    peer.welcome(members);
    return peer;
  }

  /** The next connection, which resumes the session. */
  async resume(members: Members = {}): Promise<ServerPeer> {
    const peer = await this.accept();
    await peer.resume(members);
    return peer;
  }

  /** Connections that no case has taken. */
  get unexpected(): number {
    return this.#waiting.length;
  }

  /** Throws if the client has sent what breaks a rule. */
  check(): void {
    for (const peer of this.#peers) peer.check();
  }

  stop(): void {
    for (const peer of this.#peers) peer.dispose();
    this.#server.close();
  }
}

/** A client with its events. */
export interface Recorded {
  readonly client: ResilientWebSocket;
  /** The events so far, oldest first. */
  readonly events: readonly [name: string, argument: unknown][];
  /** Their arguments for one event. */
  of(name: string): unknown[];
  /** Waits for so many events of this name; gives their arguments. */
  until(name: string, count?: number): Promise<unknown[]>;
}

const recordedNames = [
  'open',
  'close',
  'message',
  'error',
  'messageDropped',
  'messageUnconfirmed',
  'messageDelivered',
  'sessionResumed',
  'sessionLost',
  'sessionTaken',
] as const satisfies readonly (keyof EventMap)[];

export let server: ScriptedServer;
const clients: ResilientWebSocket[] = [];

/** Call at the top of a test file. */
export function useScriptedServer(): void {
  beforeEach(async () => {
    server = new ScriptedServer();
    await server.start();
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.destroy();
    server.stop();
    server.check();
  });
}

/** A client with a session that connects to the scripted server; it tries again at once. */
export function createClient(options: ResilientWebSocketOptions = {}): Recorded {
  const client = new ResilientWebSocket(server.url, {
    ...{ session: true, WebSocket, messageFormat: 'text', binaryType: 'arraybuffer', logLevel: 'silent' },
    ...{ reconnectDelay: 5, maxReconnectDelay: 20, jitter: 0 },
    ...options,
  });
  clients.push(client);
  const events: [string, unknown][] = [];
  for (const name of recordedNames) client.on(name, (...args: unknown[]) => events.push([name, args[0]]));
  const of = (name: string): unknown[] =>
    events.filter(([is]) => is === name).map(([, argument]) => argument);
  return {
    client,
    events,
    of,
    until: async (name, count = 1) => {
      await until(`${count} × ${name}`, () => (of(name).length >= count ? true : undefined));
      return of(name);
    },
  };
}

/** A client whose session has just begun, and the server's end of its connection. */
export async function openSession(options: ResilientWebSocketOptions = {}, welcome: Members = {}) {
  const recorded = createClient(options);
  const connected = recorded.client.connect();
  const peer = await server.open(welcome);
  await connected;
  return { ...recorded, peer };
}

/** Waits until the function gives something. */
export function until<Found>(what: string, take: () => Found | undefined): Promise<Found> {
  return vi.waitFor(
    () => {
      const found = take();
      if (found === undefined) throw new Error(`expected ${what}\n${server.exchange.toString()}`);
      return found;
    },
    { timeout: 5000, interval: 5 },
  );
}

// Owns a WebSocket server that writes down every numbered message it gets, answers pings, and can behave badly.
// Refuses to judge what arrived; see ../judge.ts.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { dialectOf, type Dialect, type DialectName } from './dialects.js';
import type { Address } from './fault_proxy.js';

export interface Arrival {
  readonly n: number;
  /** Time by the machine's clock, ms. */
  readonly at: number;
  /** Number of the connection it came on, from 1. */
  readonly connection: number;
}

export class CountingServer {
  readonly address: Address;
  readonly arrivals: Arrival[] = [];
  /** When pings came, by the machine's clock, ms. */
  readonly pings: number[] = [];
  /** What newcomers meet: a connection, an HTTP status, or nothing at all. */
  reception: 'accept' | 'hang' | 403 | 503 = 'accept';
  answersPings = true;
  /** Handshakes seen, refused ones too. */
  handshakes = 0;
  connections = 0;
  readonly #dialect: Dialect;
  readonly #streams = new Set<Duplex>();
  #http: Server | undefined;

  private constructor(address: Address, dialect: DialectName) {
    this.address = address;
    this.#dialect = dialectOf(dialect, {
      connected: () => (this.connections += 1),
      message: (n, connection) => this.arrivals.push({ n, at: Date.now(), connection }),
      ping: () => this.pings.push(Date.now()),
      answersPings: () => this.answersPings,
    });
  }

  static async start(address: Address, dialect: DialectName = 'websocket'): Promise<CountingServer> {
    const server = new CountingServer(address, dialect);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const http = createServer();
    http.on('upgrade', (request, stream, head) => {
      this.#upgrade(request, stream, head);
    });
    this.#http = http;
    await new Promise<void>((resolve, reject) => {
      http.once('error', reject).listen(this.address.port, this.address.host, resolve);
    });
  }

  /** As the kernel does for a killed process: the port closes and so do all connections, without a word. */
  async stop(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    for (const stream of this.#streams) stream.destroy();
    http?.closeAllConnections();
    if (http !== undefined) await new Promise((resolve) => http.close(resolve));
  }

  /** Sends this frame to every client. */
  send(data: string | Buffer): void {
    this.#dialect.send(data);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#dialect.close();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.handshakes += 1;
    this.#streams.add(stream);
    stream.on('error', () => undefined).once('close', () => this.#streams.delete(stream));
    if (this.reception === 'hang') return;
    if (this.reception !== 'accept') {
      stream.end(`HTTP/1.1 ${this.reception} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#dialect.welcome(request, stream, head);
  }
}

// A WebSocket server that records every numbered message, answers pings, and can refuse or ignore handshakes.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Address } from './fault_proxy.js';
import { createProtocol, type Protocol, type ProtocolName } from './protocols.js';

export interface Arrival {
  readonly n: number;
  /** Time by the machine's clock, ms. */
  readonly at: number;
  /** Number of its connection, from 1. */
  readonly connection: number;
}

export class RecordingServer {
  readonly address: Address;
  readonly arrivals: Arrival[] = [];
  /** Times of the received pings, by the machine's clock, ms. */
  readonly pings: number[] = [];
  /** The answer to a handshake: accepted, none at all, or this HTTP status. */
  handshakeAnswer: 'accept' | 'hang' | 403 | 503 = 'accept';
  answersPings = true;
  /** Number of handshakes, including refused ones. */
  handshakes = 0;
  connections = 0;
  readonly #protocol: Protocol;
  readonly #streams = new Set<Duplex>();
  #http: Server | undefined;

  private constructor(address: Address, protocol: ProtocolName) {
    this.address = address;
    this.#protocol = createProtocol(protocol, {
      connected: () => (this.connections += 1),
      message: (n, connection) => this.arrivals.push({ n, at: Date.now(), connection }),
      ping: () => this.pings.push(Date.now()),
      answersPings: () => this.answersPings,
    });
  }

  static async start(address: Address, protocol: ProtocolName = 'websocket'): Promise<RecordingServer> {
    const server = new RecordingServer(address, protocol);
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

  /**
   * Closes the port and all connections at once, without close frames, as the kernel does for a killed
   * process.
   */
  async stop(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    for (const stream of this.#streams) stream.destroy();
    http?.closeAllConnections();
    if (http !== undefined) await new Promise((resolve) => http.close(resolve));
  }

  /** Sends a frame to every client. */
  send(data: string | Buffer): void {
    this.#protocol.send(data);
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#protocol.close();
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    this.handshakes += 1;
    this.#streams.add(stream);
    stream.on('error', () => undefined).once('close', () => this.#streams.delete(stream));
    if (this.handshakeAnswer === 'hang') return;
    if (this.handshakeAnswer !== 'accept') {
      stream.end(`HTTP/1.1 ${this.handshakeAnswer} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    this.#protocol.accept(request, stream, head);
  }
}

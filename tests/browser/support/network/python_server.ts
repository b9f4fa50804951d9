// A server of a different implementation (python_server.py) in its own process, which can be killed or suspended, can run in
// a network namespace, and can send WebSocket pings.
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { startProgram, type Program } from '../program.js';
import type { Arrival } from './recording_server.js';
import type { Address } from './fault_proxy.js';

const script = fileURLToPath(new URL('./python_server.py', import.meta.url));

/** A line of the server's output. */
interface Report {
  readonly n?: number;
  readonly at?: number;
  readonly connection?: number;
  readonly port?: number;
}

export interface PythonServerOptions {
  /** A command that runs the server, such as `ip netns exec`. */
  readonly prefix?: readonly string[];
  /** Time between WebSocket pings with a payload, seconds. Default: none are sent. */
  readonly pingInterval?: number;
}

export class PythonServer {
  readonly address: Address;
  readonly arrivals: Arrival[] = [];
  /** The clients' ports, one for each connection. */
  readonly ports: number[] = [];
  readonly #options: PythonServerOptions;
  #program: Program | undefined;

  private constructor(address: Address, options: PythonServerOptions) {
    this.address = address;
    this.#options = options;
  }

  static async start(address: Address, options: PythonServerOptions = {}): Promise<PythonServer> {
    const server = new PythonServer(address, options);
    await server.start();
    return server;
  }

  get url(): string {
    return `ws://${this.address.host}:${this.address.port}/`;
  }

  async start(): Promise<void> {
    const { prefix = [], pingInterval } = this.#options;
    const [command = '', ...parameters] = [
      ...prefix,
      '/usr/bin/python3',
      script,
      this.address.host,
      String(this.address.port),
      ...(pingInterval === undefined ? [] : [String(pingInterval)]),
    ];
    const program = startProgram(command, parameters);
    const earlierConnections = this.ports.length;
    program.onLine((line) => {
      this.#addReport(JSON.parse(line) as Report, earlierConnections);
    });
    this.#program = program;
    await program.waitForLine(/listening/);
  }

  /** Suspends the process: its connections stay open, but it reads and answers nothing until `thaw`. */
  freeze(): void {
    this.#program?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#program?.kill('SIGCONT');
  }

  /** SIGKILL: no close frames are sent. */
  async stop(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.waitForExit();
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** The client's port of the first connection. */
  firstPort(): Promise<number> {
    return vi.waitUntil(() => this.ports[0], { timeout: 5000, interval: 20 });
  }

  #addReport({ n, at = 0, connection = 0, port }: Report, earlierConnections: number): void {
    if (port !== undefined) this.ports.push(port);
    if (n !== undefined) this.arrivals.push({ n, at, connection: earlierConnections + connection });
  }
}

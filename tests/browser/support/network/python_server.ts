// A server of a different implementation (python_server.py) in its own process, which can be killed and can run in a network
// namespace.
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

export class PythonServer {
  readonly address: Address;
  readonly arrivals: Arrival[] = [];
  /** The clients' ports, one for each connection. */
  readonly ports: number[] = [];
  readonly #prefix: readonly string[];
  #program: Program | undefined;

  private constructor(address: Address, prefix: readonly string[]) {
    this.address = address;
    this.#prefix = prefix;
  }

  /** `prefix`: a command that runs the server, such as `ip netns exec`. */
  static async start(address: Address, prefix: readonly string[] = []): Promise<PythonServer> {
    const server = new PythonServer(address, prefix);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const [command = '', ...parameters] = [
      ...this.#prefix,
      '/usr/bin/python3',
      script,
      this.address.host,
      String(this.address.port),
    ];
    const program = startProgram(command, parameters);
    const earlierConnections = this.ports.length;
    program.onLine((line) => {
      this.#addReport(JSON.parse(line) as Report, earlierConnections);
    });
    this.#program = program;
    await program.waitForLine(/listening/);
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

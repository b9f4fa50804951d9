// Owns the server of another make: a process of its own, which can be killed, and may live in a network namespace.
// Refuses to judge what arrived; see ../judge.ts.
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { startProgram, type Program } from '../program.js';
import type { Arrival } from './counting_server.js';
import type { Address } from './fault_proxy.js';

const script = fileURLToPath(new URL('./foreign_server.py', import.meta.url));

interface Fact {
  readonly n?: number;
  readonly at?: number;
  readonly connection?: number;
  readonly port?: number;
}

export class ForeignServer {
  readonly address: Address;
  readonly arrivals: Arrival[] = [];
  /** The clients' ports, one for each connection so far. */
  readonly ports: number[] = [];
  readonly #prefix: readonly string[];
  #program: Program | undefined;

  private constructor(address: Address, prefix: readonly string[]) {
    this.address = address;
    this.#prefix = prefix;
  }

  /** The prefix is what to run the server with: `ip netns exec` and the like. */
  static async start(address: Address, prefix: readonly string[] = []): Promise<ForeignServer> {
    const server = new ForeignServer(address, prefix);
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
    const before = this.ports.length;
    program.hear((line) => {
      this.#take(JSON.parse(line) as Fact, before);
    });
    this.#program = program;
    await program.line(/listening/);
  }

  /** SIGKILL: the process has no time for a word. */
  async stop(): Promise<void> {
    this.#program?.kill('SIGKILL');
    await this.#program?.ended();
  }

  async close(): Promise<void> {
    await this.stop();
  }

  /** The client's port of the first connection. */
  firstPort(): Promise<number> {
    return vi.waitUntil(() => this.ports[0], { timeout: 5000, interval: 20 });
  }

  #take({ n, at = 0, connection = 0, port }: Fact, before: number): void {
    if (port !== undefined) this.ports.push(port);
    if (n !== undefined) this.arrivals.push({ n, at, connection: before + connection });
  }
}

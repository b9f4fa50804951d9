// A redis-server process of a test, and a proxy before it that cuts connections and drops replies.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A redis-server with an append-only file, which is written with every command. */
export class RedisProcess {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rws-redis-'));
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: readonly string[]) {
    this.port = port;
    this.#settings = settings;
  }

  /** `settings`: further arguments of redis-server. */
  static async start(...settings: readonly string[]): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), settings);
    await redis.run();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts the process, again after `kill`; resolves when it serves. */
  async run(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', ''];
    const aof = ['--appendonly', 'yes', '--appendfsync', 'always'];
    const child = spawn('/usr/bin/redis-server', [...args, ...aof, ...this.#settings]);
    this.#child = child;
    for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept connections')) return;
    throw new Error('redis-server has ended');
  }

  /** Ends the process with SIGKILL. What it has written stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Carries connections to a port of this machine. */
export class Proxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isDropping = false;
  /** Bytes of replies that were dropped. */
  dropped = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((socket) => {
      this.#carry(socket);
    });
  }

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends all connections; new ones are ended at once until `mend`. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on commands arrive and no reply comes back. */
  dropReplies(): void {
    this.#isDropping = true;
  }

  mend(): void {
    this.#isCut = this.#isDropping = false;
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #carry(client: Socket): void {
    if (this.#isCut) {
      client.destroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (chunk) => server.write(chunk));
    server.on('data', (chunk: Buffer) => {
      if (this.#isDropping) this.dropped += chunk.length;
      else client.write(chunk);
    });
  }
}

/** A connected client that ignores the loss of its connection and comes back quickly. */
export async function connectRedis(url: string): Promise<ReturnType<typeof makeClient>> {
  const client = makeClient(url);
  await client.connect();
  return client;
}

function makeClient(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: () => 50 } });
  client.on('error', () => undefined);
  return client;
}

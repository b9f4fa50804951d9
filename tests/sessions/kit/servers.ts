// The processes that the kit starts: kit servers by their command line, and a redis-server for them. They are
// ended by their process ids.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { wait } from './peer.js';

export type Store = 'memory' | 'redis';

/** Options of a kit server; milliseconds, messages, bytes. */
export interface ServerOptions {
  readonly ttl?: number;
  readonly window?: number;
  readonly 'max-message'?: number;
}

export interface StartedServer {
  readonly url: string;
  /** Sends SIGTERM and waits for the end of the process; resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Ends the process with SIGKILL, at once. */
  kill(): Promise<void>;
  /** Stops the process with SIGSTOP: it neither runs nor ends. */
  freeze(): void;
  /** Lets a frozen process run again. */
  thaw(): void;
}

const startLimit = 30_000;
const shownOutput = 4000;

/** Kit servers of one implementation with one store. */
export class Servers {
  readonly store: Store;
  readonly #command: readonly string[];
  readonly #redis: Redis | undefined;
  readonly #shared = new Map<string, Promise<StartedServer>>();
  readonly #started: StartedServer[] = [];

  /** `command` is the program with its first arguments; `redis` is needed for that store only. */
  constructor(command: readonly string[], redis?: Redis) {
    this.#command = command;
    this.#redis = redis;
    this.store = redis ? 'redis' : 'memory';
  }

  /** The address of the Redis server. */
  get redisUrl(): string {
    if (!this.#redis) throw new Error('These servers have no Redis');
    return this.#redis.url;
  }

  /** Starts a server for one case; `redisUrl` is another way to the same Redis. */
  async start(options: ServerOptions = {}, redisUrl = this.#redis?.url): Promise<StartedServer> {
    const [program = '', ...first] = this.#command;
    const store = redisUrl === undefined ? ['--store', 'memory'] : ['--store', 'redis', '--redis', redisUrl];
    const chosen = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn(program, [...first, '--port', '0', ...store, ...chosen], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await addressOf(child);
    const server = {
      url,
      stop: () => end(child, 'SIGTERM'),
      kill: async () => void (await end(child, 'SIGKILL')),
      freeze: () => void child.kill('SIGSTOP'),
      thaw: () => void child.kill('SIGCONT'),
    };
    this.#started.push(server);
    return server;
  }

  /** A server that cases share; none of them ends it. The same name gives the same server. */
  shared(name: string, options: ServerOptions = {}): Promise<StartedServer> {
    const server = this.#shared.get(name) ?? this.start(options);
    this.#shared.set(name, server);
    return server;
  }

  /** Ends all servers. */
  async dispose(): Promise<void> {
    await Promise.all(this.#started.map((server) => server.kill()));
  }
}

/** The address that a kit server prints as its first line. */
async function addressOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-shownOutput);
  });
  if (!child.stdout) throw new Error('A kit server needs a standard output');
  const lines = createInterface({ input: child.stdout });
  const first = new Promise<string | undefined>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
    child.once('error', reject);
    setTimeout(() => resolve(undefined), startLimit).unref();
  });
  const address = /^listening (ws:\S+)$/.exec((await first) ?? '')?.[1];
  if (address !== undefined) return address;
  child.kill('SIGKILL');
  throw new Error(`A kit server has to print "listening ws://…" as its first line. Its errors:\n${output}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
  return child.exitCode;
}

/** A redis-server from the PATH, with its files in a temporary folder. */
export class Redis {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.url = `redis://127.0.0.1:${port}/0`;
    this.#child = child;
    this.#folder = folder;
  }

  static async start(): Promise<Redis> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'rws-redis-'));
    const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn('redis-server', args, { stdio: 'ignore' });
    const redis = new Redis(port, child, folder);
    const failure = once(child, 'exit').then(() => {
      throw new Error('redis-server has ended');
    });
    await Promise.race([failure, untilListening(port)]);
    failure.catch(() => undefined);
    return redis;
  }

  async stop(): Promise<void> {
    await end(this.#child, 'SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + startLimit;
  while (Date.now() < deadline) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await wait(20);
  }
  throw new Error('redis-server does not listen');
}

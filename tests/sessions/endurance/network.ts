// The parts of the endurance run that are broken on purpose: programs (servers, HAProxy, Redis), and forwarders of TCP
// connections. Processes are ended by their ids.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A program that can be killed and started again with the same arguments. */
export class Program {
  readonly #command: readonly string[];
  readonly #isReady: () => Promise<void>;
  #child: ChildProcess | undefined;

  /** `isReady` resolves when the program can be used. */
  constructor(command: readonly string[], isReady: () => Promise<void>) {
    this.#command = command;
    this.#isReady = isReady;
  }

  async start(): Promise<void> {
    const [program = '', ...args] = this.#command;
    this.#child = spawn(program, args, { stdio: 'ignore' });
    await this.#isReady();
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

/** Passes TCP connections on, until they are cut. */
export class Forwarder {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  #isRefusing = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#sockets = new Set();
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near: Socket) => {
      if (this.#isRefusing) {
        near.destroy();
        return;
      }
      const far = connect(target, '127.0.0.1');
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on('error', () => one.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  static async start(target: number): Promise<Forwarder> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Forwarder(server, target);
  }

  /** Cuts all connections with a reset, and refuses others for so many ms. */
  async cut(ms: number): Promise<void> {
    this.#isRefusing = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await wait(ms);
    this.#isRefusing = false;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when something listens there; throws after 20 s. */
export async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await wait(20);
  }
  throw new Error(`Nothing listens on port ${port}`);
}

/** A temporary folder for logs and data; `remove()` deletes it. */
export function createFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'rws-endurance-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Redis whose acknowledged writes survive its end: every write is synchronized with its append-only file. */
export function createRedis(port: number, folder: string): Program {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return new Program(['redis-server', ...args], () => untilListening(port));
}

/** HAProxy, which checks the servers five times a second and distributes the connections. */
export function createProxy(port: number, servers: readonly number[], folder: string): Program {
  const file = join(folder, 'haproxy.cfg');
  const targets = servers.map(
    (target, index) => `  server s${index} 127.0.0.1:${target} check inter 200ms rise 1 fall 1`,
  );
  writeFileSync(
    file,
    `defaults
  mode tcp
  timeout connect 500ms
  timeout client 1h
  timeout server 1h
  option redispatch
  retries 2
frontend clients
  bind 127.0.0.1:${port}
  default_backend servers
backend servers
  balance roundrobin
  default-server on-marked-down shutdown-sessions
${targets.join('\n')}
`,
  );
  return new Program(['haproxy', '-db', '-f', file], () => untilListening(port));
}

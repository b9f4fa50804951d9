// A TCP proxy in front of a Redis server that loses replies or holds everything back, as a network does.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { wait } from './peer.js';

export class RedisProxy {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, redis: Socket]>();
  #losesReplies = false;

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      const redis = connect(Number(target.port), target.hostname);
      const pair = [client, redis] as const;
      this.#pairs.add(pair);
      client.pipe(redis);
      redis.on('data', (data) => {
        if (!this.#losesReplies) client.write(data);
      });
      const end = (): void => {
        client.destroy();
        redis.destroy();
        this.#pairs.delete(pair);
      };
      for (const socket of pair) socket.on('error', end).on('close', end);
    });
  }

  /** Starts a proxy in front of the server at this address. */
  static async start(redisUrl: string): Promise<RedisProxy> {
    const proxy = new RedisProxy(new URL(redisUrl));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}/0`;
  }

  /** For so long requests reach Redis but no reply comes back; then all connections end. */
  async loseReplies(ms: number): Promise<void> {
    this.#losesReplies = true;
    await wait(ms);
    this.#cut();
    this.#losesReplies = false;
  }

  /** For so long nothing passes in either direction; nothing is lost. */
  async hold(ms: number): Promise<void> {
    const sockets = [...this.#pairs].flat();
    for (const socket of sockets) socket.pause();
    await wait(ms);
    for (const socket of sockets) socket.resume();
  }

  stop(): void {
    this.#cut();
    this.#server.close();
  }

  #cut(): void {
    for (const [client, redis] of this.#pairs) {
      client.destroy();
      redis.destroy();
    }
  }
}

// A TCP proxy in front of a server that can go down, come back, and go silent.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface FaultyLink {
  readonly port: number;
  /** Closes all connections and refuses new ones. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** Existing connections forward nothing more, without being closed; new ones work. */
  readonly freeze: () => void;
  readonly close: () => Promise<void>;
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

/** Starts a proxy to the server on the port `target`. */
export async function startFaultyLink(target: number): Promise<FaultyLink> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.pipe(upstream);
    upstream.pipe(client);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        pairs.delete(pair);
      });
    }
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const down = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const [client, upstream] of pairs) {
        client.destroy();
        upstream.destroy();
      }
    });
  return {
    port,
    down,
    up: () => listen(server, port),
    freeze: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.pause();
        upstream.pause();
      }
    },
    close: async () => {
      if (server.listening) await down();
    },
  };
}

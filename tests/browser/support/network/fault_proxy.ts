// A TCP proxy with faults: latency, small slices, limited bandwidth, dropped data in one or both directions,
// stalled links, resets, a closed port. It does not interpret the data.
import { createServer, connect, type Server, type Socket } from 'node:net';
import { Pipe, type LinkProperties } from './pipe.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export type Direction = 'up' | 'down';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly up: Pipe;
  readonly down: Pipe;
}

export class FaultProxy {
  /** Apply to all present and future links. */
  readonly properties: LinkProperties = { delay: 0, sliceBytes: Infinity, bytesPerSecond: Infinity };
  /** Whether new connections are accepted and then ignored, as by a server that hangs. */
  hangs = false;
  /** Number of connections accepted so far. */
  accepted = 0;
  readonly #target: Address;
  readonly #links = new Set<Link>();
  readonly #hung = new Set<Socket>();
  readonly #address: Address;
  #server: Server | undefined;

  private constructor(address: Address, target: Address) {
    this.#address = address;
    this.#target = target;
  }

  static async open(address: Address, target: Address): Promise<FaultProxy> {
    const proxy = new FaultProxy(address, target);
    await proxy.accept();
    return proxy;
  }

  get url(): string {
    return `ws://${this.#address.host}:${this.#address.port}/`;
  }

  /** Opens the port, unless it is open. */
  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (client) => {
      this.#addLink(client);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#address.port, this.#address.host, resolve);
    });
  }

  /** Closes the port: new connections are refused. Existing links stay. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Closes all links with a TCP reset on both sides. */
  reset(): void {
    for (const socket of this.#hung) socket.resetAndDestroy();
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Existing links drop all further data in this direction, and their end. New links are not affected. */
  drop(direction: Direction): void {
    for (const link of this.#links) link[direction].drop();
  }

  /** Stalls existing links: nothing is forwarded until `resume`. */
  stall(): void {
    for (const { up, down } of this.#links) {
      up.pause();
      down.pause();
    }
  }

  resume(): void {
    for (const { up, down } of this.#links) {
      up.resume();
      down.resume();
    }
  }

  close(): void {
    this.refuse();
    this.reset();
  }

  #addLink(client: Socket): void {
    this.accepted += 1;
    if (this.hangs) {
      this.#hung.add(client);
      client.on('error', () => undefined).once('close', () => this.#hung.delete(client));
      return;
    }
    const server = connect({ ...this.#target, noDelay: true });
    const link: Link = {
      client,
      server,
      up: new Pipe(client, server, this.properties),
      down: new Pipe(server, client, this.properties),
    };
    this.#links.add(link);
    const removeIfClosed = (): void => {
      if (client.destroyed && server.destroyed) this.#links.delete(link);
    };
    client.once('close', removeIfClosed);
    server.once('close', removeIfClosed);
  }
}

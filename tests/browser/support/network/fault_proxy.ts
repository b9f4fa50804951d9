// Owns a TCP proxy whose links can be made bad at a test's word: late, sliced, slow, one-way, frozen, reset, refused.
// Refuses to read what passes through: it knows bytes only.
import { createServer, connect, type Server, type Socket } from 'node:net';
import { Pipe, type Manner } from './pipe.js';

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
  /** How bytes travel on all links, those to come as well. */
  readonly manner: Manner = { delay: 0, sliceBytes: Infinity, bytesPerSecond: Infinity };
  /** Whether newcomers are accepted and then left alone, as by a server that hangs. */
  hangs = false;
  /** Links accepted so far, hung ones too. */
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

  /** Listens (again). */
  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (client) => {
      this.#take(client);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#address.port, this.#address.host, resolve);
    });
  }

  /** Closes the port: newcomers meet a reset. Links that stand are left. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Ends all links with a TCP reset, on both sides. */
  reset(): void {
    for (const socket of this.#hung) socket.resetAndDestroy();
    for (const { client, server } of this.#links) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** From now on the links that stand swallow what comes in that direction, their end included. Newcomers are spared. */
  drop(direction: Direction): void {
    for (const link of this.#links) link[direction].drop();
  }

  /** Holds back everything on the links that stand; `thaw` lets it go on. */
  freeze(): void {
    for (const { up, down } of this.#links) {
      up.hold();
      down.hold();
    }
  }

  thaw(): void {
    for (const { up, down } of this.#links) {
      up.release();
      down.release();
    }
  }

  close(): void {
    this.refuse();
    this.reset();
  }

  #take(client: Socket): void {
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
      up: new Pipe(client, server, this.manner),
      down: new Pipe(server, client, this.manner),
    };
    this.#links.add(link);
    const forget = (): void => {
      if (client.destroyed && server.destroyed) this.#links.delete(link);
    };
    client.once('close', forget);
    server.once('close', forget);
  }
}

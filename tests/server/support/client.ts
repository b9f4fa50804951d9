// A client of the protocol that does what a test says: it answers nothing by itself.
import { once } from 'node:events';
import { WebSocket } from 'ws';

export type Frame = Readonly<Record<string, unknown>>;
/** A control frame, or a message: text or binary. */
export type Arrived = Frame | string | Buffer;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface HelloOptions {
  readonly session?: string | null;
  readonly attempt?: number;
  readonly received?: number;
  readonly window?: number;
  readonly auth?: unknown;
}

/** How long a test waits for something that has to come, ms. */
const LIMIT = 8000;

export class Client {
  readonly socket: WebSocket;
  /** What arrived and was not taken yet. */
  readonly arrived: Arrived[] = [];
  readonly #closed: Promise<Closed>;
  #onArrival: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      const text = data.toString();
      const isControl = !isBinary && text.startsWith('{"rws":"');
      this.arrived.push(isControl ? (JSON.parse(text) as Frame) : isBinary ? data : text);
      this.#onArrival();
    });
    socket.on('error', () => undefined);
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        this.#onArrival();
      });
    });
  }

  static async open(url: string): Promise<Client> {
    const client = new Client(new WebSocket(url));
    await once(client.socket, 'open');
    return client;
  }

  /** Opens a connection and says hello; resolves to the client and its welcome. */
  static async greet(url: string, options: HelloOptions = {}): Promise<{ client: Client; welcome: Frame }> {
    const client = await Client.open(url);
    client.hello(options);
    return { client, welcome: await client.next('welcome') };
  }

  hello({ session = null, attempt = 1, received = 0, window = 1000, auth }: HelloOptions = {}): void {
    this.control({ rws: 'hello', v: 1, session, attempt, received, window, auth });
  }

  control(frame: Frame): void {
    this.socket.send(JSON.stringify(frame));
  }

  send(...messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) this.socket.send(message);
  }

  /** The next message; control frames before it stay. */
  async message(): Promise<string | Buffer> {
    return (await this.#take((frame) => typeof frame === 'string' || Buffer.isBuffer(frame))) as
      string | Buffer;
  }

  /** The next so many messages, as text. */
  async messages(count: number): Promise<readonly string[]> {
    const found: string[] = [];
    while (found.length < count) found.push(String(await this.message()));
    return found;
  }

  /** The next control frame of this name; what came before it stays. */
  async next(rws: string): Promise<Frame> {
    return (await this.#take((frame) => nameOf(frame) === rws)) as Frame;
  }

  /** Waits for an `ack` of at least this count. */
  async acked(received: number): Promise<void> {
    while (Number((await this.next('ack'))['received']) < received);
  }

  /** Whatever has come until the answer to a ping. */
  async until(received: number): Promise<readonly Arrived[]> {
    this.control({ rws: 'ping', id: 'until', received });
    await this.next('pong');
    return this.arrived.splice(0);
  }

  closed(): Promise<Closed> {
    return within(this.#closed, 'the connection was not closed');
  }

  /** Ends the connection without a close frame. */
  async cut(): Promise<void> {
    this.socket.terminate();
    await this.#closed;
  }

  async #take(isWanted: (frame: Arrived) => boolean): Promise<Arrived> {
    for (;;) {
      const index = this.arrived.findIndex(isWanted);
      const [found] = index < 0 ? [] : this.arrived.splice(index, 1);
      if (found !== undefined) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The connection has ended');
      const arrival = new Promise<void>((resolve) => (this.#onArrival = resolve));
      await within(arrival, 'nothing arrived');
    }
  }
}

function nameOf(frame: Arrived): unknown {
  return typeof frame === 'string' || Buffer.isBuffer(frame) ? undefined : frame['rws'];
}

/** Rejects when the promise is not settled in time. */
export function within<Value>(promise: Promise<Value>, text: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${text} within ${LIMIT} ms`));
    }, LIMIT);
  });
  return Promise.race([promise, late]).finally(() => {
    clearTimeout(timer);
  });
}

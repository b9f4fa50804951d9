// One raw WebSocket to the side under test: sends frames, keeps those that arrive, and waits for what a case
// expects. The rules for every frame (members, counts, the window) are checked on arrival.
import { type WebSocket } from 'ws';
import { ExpectationFailed, type Exchange } from './exchange.js';
import {
  type ControlFrame,
  describeFrame,
  type Payload,
  readControl,
  shorten,
  type Side,
  toPayload,
} from './frames.js';

/** What takes effect in order: messages, `skip` and `bye`. */
type Ordered =
  | { readonly kind: 'message'; readonly data: Payload }
  | { readonly kind: 'skip'; readonly count: number }
  | { readonly kind: 'bye' };

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** The counts of one session at the kit's side, for all of its connections. */
export interface Counts {
  /** Messages and skipped numbers that the kit has sent. */
  sent: number;
  /** Messages and skipped numbers of the other side that a case took. */
  received: number;
}

/** Milliseconds that an expected frame may need beyond what the protocol says. */
export const slack = 700;
const defaultLimit = 15_000;
/** Messages of one `send()` that are printed one by one. */
const loggedMessages = 10;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Peer {
  readonly #socket: WebSocket;
  readonly #exchange: Exchange;
  readonly #number: number;
  readonly #side: Side;
  readonly #ordered: Ordered[] = [];
  readonly #pongs: ControlFrame[] = [];
  readonly #openings: ControlFrame[] = [];
  #closed: Closed | undefined;
  #fault: string | undefined;
  readonly #waiting = new Set<() => void>();
  #arrived = 0;
  counts: Counts = { sent: 0, received: 0 };
  /** The newest count that the other side has sent. */
  confirmed = 0;
  /** `ack` frames that arrived. */
  ackFrames = 0;
  /** Pings of the other side that arrived. */
  pings = 0;
  /** Whether pings are answered at once, as the protocol says. */
  answersPings = true;
  /** Unacknowledged messages that this side accepts. */
  window = Infinity;
  /** The newest count that this side has sent, and the number of the last message that arrived. */
  acknowledged = 0;
  lastNumber = 0;

  /** `side` is the one under test. */
  constructor(socket: WebSocket, exchange: Exchange, side: Side) {
    this.#socket = socket;
    this.#exchange = exchange;
    this.#side = side;
    this.#number = exchange.newConnection();
    socket.on('message', (data, isBinary) => {
      this.#take(toPayload(data, isBinary));
      this.#wake();
    });
    socket.on('close', (code, reason) => {
      this.#closed = { code, reason: reason.toString() };
      exchange.add(this.#number, `× closed ${code} ${shorten(reason.toString(), 100)}`);
      this.#wake();
    });
    socket.on('error', (error) => {
      exchange.add(this.#number, `× ${error.message}`);
    });
  }

  /** Sends text or bytes as they are, without counting them. */
  sendRaw(data: Payload): void {
    this.#exchange.add(this.#number, `> ${describeFrame(data)}`);
    this.#socket.send(data);
  }

  /** Sends a control frame. */
  frame(rws: string, members: Readonly<Record<string, unknown>> = {}): void {
    if (typeof members['received'] === 'number') this.acknowledged = members['received'];
    if (rws === 'skip') this.counts.sent += Number(members['count']);
    this.sendRaw(JSON.stringify({ rws, ...members }));
  }

  /** Sends messages; each is counted. */
  send(...messages: readonly Payload[]): void {
    for (const [index, message] of messages.entries()) {
      this.counts.sent += 1;
      if (index < loggedMessages) this.sendRaw(message);
      else this.#socket.send(message);
    }
    const rest = messages.length - loggedMessages;
    if (rest > 0) this.#exchange.add(this.#number, `> ${rest} more messages`);
  }

  /** Sends the count of what the case has taken, or another one. */
  acknowledge(received = this.counts.received): void {
    this.frame('ack', { received });
  }

  /** Ends the TCP connection without a close frame, and waits until it has ended here. */
  async cut(): Promise<void> {
    this.#exchange.add(this.#number, '× cut by the kit');
    this.#socket.terminate();
    await this.#until('the end of the connection', () => this.#closed);
  }

  /** Reads nothing more from the connection. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  read(): void {
    this.#socket.resume();
  }

  /** Begins to close the connection. */
  close(code: number, reason = ''): void {
    this.#exchange.add(this.#number, `> close ${code}`);
    this.#socket.close(code, reason);
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Throws if the other side has broken a rule on this connection. */
  check(): void {
    if (this.#fault !== undefined) throw new ExpectationFailed(`#${this.#number} sent ${this.#fault}`);
  }

  /** Waits for the opening frame: `hello` or `welcome`. */
  opening(limit?: number): Promise<ControlFrame> {
    const name = this.#side === 'server' ? 'welcome' : 'hello';
    return this.#until(name, () => this.#openings.shift(), limit);
  }

  /** Waits for the next messages; nothing else that takes effect in order may come between. */
  async expectMessages(...messages: readonly Payload[]): Promise<void> {
    for (const message of messages) {
      const what = describeFrame(message);
      const next = await this.#until(what, () => this.#ordered.shift());
      this.counts.received += next.kind === 'skip' ? next.count : 1;
      if (next.kind !== 'message') throw this.#failure(`expected ${what}, got "${next.kind}"`);
      const isEqual =
        typeof message === 'string'
          ? next.data === message
          : typeof next.data !== 'string' && message.equals(next.data);
      if (!isEqual) throw this.#failure(`expected ${what}, got ${describeFrame(next.data)}`);
    }
  }

  /** The next message, whatever its text. */
  async message(): Promise<Payload> {
    const next = await this.#until('a message', () => this.#ordered.shift());
    if (next.kind !== 'message') throw this.#failure(`expected a message, got "${next.kind}"`);
    this.counts.received += 1;
    return next.data;
  }

  /** Waits for what comes next; takes it if it is this message, and resolves to whether it is. */
  async nextIsMessage(text: string): Promise<boolean> {
    const next = await this.#until('a message or "skip"', () => this.#ordered[0]);
    const isSame = next.kind === 'message' && next.data === text;
    if (isSame) await this.expectMessages(text);
    return isSame;
  }

  /** Waits until `skip` frames have skipped so many numbers; no message may come between. */
  async expectSkip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      const next = await this.#until(`"skip" of ${count} numbers`, () => this.#ordered.shift());
      if (next.kind !== 'skip') throw this.#failure(`expected "skip" of ${left} numbers, got a ${next.kind}`);
      left -= next.count;
      this.counts.received += next.count;
    }
    if (left < 0) throw this.#failure(`expected "skip" of ${count} numbers, got one of ${count - left}`);
  }

  async expectBye(): Promise<void> {
    const next = await this.#until('"bye"', () => this.#ordered.shift());
    if (next.kind !== 'bye') throw this.#failure(`expected "bye", got a ${next.kind}`);
  }

  /** Waits until the other side has sent exactly this count. Each step towards it may take the time of the limit. */
  async expectCount(received: number, limit?: number): Promise<void> {
    while (this.confirmed < received) {
      const before = this.confirmed;
      await this.#until(`the count ${received}`, () => this.confirmed > before || undefined, limit);
    }
    if (this.confirmed > received) {
      throw this.#failure(`expected the count ${received}, got ${this.confirmed}`);
    }
  }

  /** Sends a ping and waits for the pong with its id; resolves to the count in it. */
  async ping(id: string | number = 'kit', limit?: number): Promise<number> {
    this.frame('ping', { id, received: this.acknowledged });
    const pong = await this.#until('"pong"', () => this.#pongs.shift(), limit);
    if (pong['id'] !== id) throw this.#failure(`expected a pong with the id ${id}`);
    return Number(pong['received']);
  }

  /** Waits for the end of the connection, with one of these codes; messages before it are ignored. */
  async expectClose(...codes: readonly number[]): Promise<Closed> {
    const what = `the connection to be closed with ${codes.join(' or ') || 'any code'}`;
    const closed = await this.#until(what, () => this.#closed);
    if (codes.length > 0 && !codes.includes(closed.code))
      throw this.#failure(`expected ${what}, got ${closed.code}`);
    return closed;
  }

  /** Waits so long; no message, `skip`, `bye` or close may come. */
  async quiet(ms: number): Promise<void> {
    await Promise.race([wait(ms), this.#until('', () => this.#ordered[0] ?? this.#closed, ms + slack)]);
    this.check();
    const next = this.#ordered[0];
    if (next) {
      const got = next.kind === 'message' ? describeFrame(next.data) : `"${next.kind}"`;
      throw this.#failure(`expected silence, got ${got}`);
    }
    if (this.#closed) throw this.#failure(`expected silence, but it was closed with ${this.#closed.code}`);
  }

  /** Frames that arrived, of any kind. */
  get arrived(): number {
    return this.#arrived;
  }

  /** A count that was sent, on this connection or by the opening frame of the other side. */
  confirm(received: unknown): void {
    const count = Number(received);
    if (count < this.confirmed) this.#fault = `the count ${count} after ${this.confirmed}`;
    if (count > this.counts.sent) this.#fault = `the count ${count}, but ${this.counts.sent} were sent`;
    this.confirmed = count;
  }

  /** Called when the opening frame arrives, before any later frame is looked at. */
  protected opened(frame: ControlFrame): void {
    void frame;
  }

  /** Ends the connection at the end of a case. */
  dispose(): void {
    this.#socket.terminate();
  }

  #take(data: Payload): void {
    this.#arrived += 1;
    this.#exchange.add(this.#number, `< ${describeFrame(data)}`);
    try {
      const frame = readControl(data, this.#side);
      if (frame) this.#takeControl(frame);
      else this.#takeOrdered({ kind: 'message', data }, 1);
    } catch (error) {
      this.#fault ??= error instanceof Error ? error.message : String(error);
    }
  }

  #takeControl(frame: ControlFrame): void {
    switch (frame.rws) {
      case 'ping':
        this.pings += 1;
        this.confirm(frame['received']);
        if (this.answersPings) this.frame('pong', { id: frame['id'], received: this.acknowledged });
        return;
      case 'pong':
        this.confirm(frame['received']);
        this.#pongs.push(frame);
        return;
      case 'ack':
        this.ackFrames += 1;
        this.confirm(frame['received']);
        return;
      case 'skip':
        this.#takeOrdered({ kind: 'skip', count: Number(frame['count']) }, Number(frame['count']));
        return;
      case 'bye':
        this.#takeOrdered({ kind: 'bye' }, 0);
        return;
      case 'hello':
      case 'welcome':
        if (this.#arrived > 1) throw new Error(`"${frame.rws}" after another frame`);
        this.opened(frame);
        this.#openings.push(frame);
    }
  }

  #takeOrdered(item: Ordered, numbers: number): void {
    this.#ordered.push(item);
    this.lastNumber += numbers;
    const unacknowledged = this.lastNumber - this.acknowledged;
    if (unacknowledged > this.window) {
      this.#fault = `${unacknowledged} unacknowledged messages, the window has ${this.window}`;
    }
  }

  #failure(text: string): ExpectationFailed {
    return new ExpectationFailed(`#${this.#number}: ${text}`);
  }

  /** Waits until `take` gives something; the close of the connection ends the wait. */
  async #until<Found>(what: string, take: () => Found | undefined, limit = defaultLimit): Promise<Found> {
    const deadline = performance.now() + limit;
    for (;;) {
      this.check();
      const found = take();
      if (found !== undefined) return found;
      if (this.#closed) {
        const { code, reason } = this.#closed;
        throw this.#failure(`expected ${what}, but it was closed with ${code} ${shorten(reason, 100)}`);
      }
      const left = deadline - performance.now();
      if (left <= 0) throw this.#failure(`expected ${what}, nothing came within ${limit} ms`);
      await this.#change(left);
    }
  }

  /** Waits until something arrives, or so long. */
  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#waiting.add(end);
    });
  }

  #wake(): void {
    for (const end of [...this.#waiting]) end();
  }
}

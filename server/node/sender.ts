// Transmits the messages of one held session: in the order of the store, within the client's window, after a resumption from
// where the client was (rules 3, 10, 11).
import type { Connection } from './connection.js';
import { Violation } from './errors.js';
import type { Hold, NewMessage, Refused, SessionStore, StoredNumber } from './store.js';

/** Most numbers of one read from the store. */
const READ_LIMIT = 16;

/** What a sender needs of the hold it belongs to. */
export interface SenderHost {
  readonly store: SessionStore;
  hold(): Hold;
  /** A step was refused, or the store failed. */
  refused(result: Refused): void;
  failed(error: unknown): void;
  /** Reports messages that will not be sent. */
  report(numbers: readonly StoredNumber[], reason: 'messageExpired'): void;
  /** Whether no handler is running and nothing waits to be stored. */
  isQuiet(): boolean;
}

export class Sender {
  readonly #host: SenderHost;
  #connection: Connection | undefined;
  /** Messages by number that were stored here and not transmitted yet: they need not be read from the store. */
  readonly #atHand = new Map<number, NewMessage>();
  #isTransmitting = false;
  #isTrimming = false;
  #transmitted: number;
  /** Up to which number the store has removed what was acknowledged. */
  #trimmed: number;
  /** The last number known to be stored. */
  sent: number;
  /** The last number that the client has acknowledged. */
  acknowledged: number;
  /** Whether the application has closed the session. */
  isClosing: boolean;

  constructor(host: SenderHost, sent: number, acknowledged: number, isClosing: boolean) {
    this.#host = host;
    this.sent = sent;
    this.isClosing = isClosing;
    this.acknowledged = this.#transmitted = this.#trimmed = acknowledged;
  }

  /** Transmits on this connection what lies behind `received`, from now on. The caller has sent `welcome`. */
  attach(connection: Connection, received: number): void {
    this.#connection = connection;
    this.acknowledged = this.#transmitted = received;
    this.#trimmed = Math.max(this.#trimmed, received);
    this.#atHand.clear();
    this.pump();
  }

  detach(): void {
    this.#connection = undefined;
    this.#atHand.clear();
  }

  /** Messages were stored here, from this number on. */
  stored(first: number, messages: readonly NewMessage[]): void {
    this.sent = Math.max(this.sent, first + messages.length - 1);
    const connection = this.#connection;
    if (connection !== undefined) {
      const end = this.acknowledged + connection.window;
      let seq = first - 1;
      for (const message of messages) {
        seq += 1;
        if (seq <= this.#transmitted || seq > end) continue;
        const isNext = seq === this.#transmitted + 1 && message.expiresAt === undefined;
        if (isNext && !this.#isTransmitting && !connection.isCongested) {
          this.#transmitted = seq;
          connection.sendMessage(message.data);
        } else this.#atHand.set(seq, message);
      }
    }
    this.pump();
  }

  /** The store has numbers up to this one. */
  learned(sent: number, isClosing: boolean): void {
    this.sent = Math.max(this.sent, sent);
    this.isClosing ||= isClosing;
    this.pump();
  }

  /** The client has received everything up to this number. Throws Violation for an impossible one. */
  acknowledge(received: number): void {
    if (received < this.acknowledged) throw new Violation('"received" is below an earlier one');
    if (received > this.#transmitted) throw new Violation('"received" is above what was sent');
    if (received === this.acknowledged) return;
    this.acknowledged = received;
    void this.trim();
    this.pump();
  }

  /** Whether the client has to acknowledge something before more is transmitted. */
  get isWindowFull(): boolean {
    const connection = this.#connection;
    return connection !== undefined && this.#transmitted - this.acknowledged >= connection.window;
  }

  /** The unacknowledged numbers above this one, without their messages: the store has lost them. */
  missing(stored: number): readonly StoredNumber[] {
    const first = Math.max(stored, this.acknowledged) + 1;
    const count = Math.max(0, this.sent + 1 - first);
    return Array.from({ length: count }, (_, index) => ({
      ...{ seq: first + index, data: undefined, expiresAt: undefined },
    }));
  }

  /** Removes from the store what was acknowledged. Resolves when that is done, or was refused. */
  async trim(): Promise<void> {
    if (this.#isTrimming) return;
    this.#isTrimming = true;
    try {
      while (this.#trimmed < this.acknowledged) {
        const received = this.acknowledged;
        const result = await this.#host.store.acknowledge(this.#host.hold(), received);
        if (result.status !== 'done') {
          this.#host.refused(result);
          return;
        }
        this.#trimmed = received;
      }
    } catch (error) {
      this.#host.failed(error);
    } finally {
      this.#isTrimming = false;
    }
  }

  /** Transmits what the window and the connection allow. */
  pump(): void {
    const hasWork = this.#transmitted < this.sent || this.isClosing;
    if (hasWork && !this.#isTransmitting && this.#connection !== undefined) void this.#transmit();
  }

  async #transmit(): Promise<void> {
    this.#isTransmitting = true;
    try {
      for (;;) {
        const connection = this.#connection;
        if (connection === undefined || connection.isCongested) return;
        if (this.#transmitted >= this.sent) {
          if (this.isClosing && this.#host.isQuiet()) connection.sendBye();
          return;
        }
        const room = this.acknowledged + connection.window - this.#transmitted;
        if (room <= 0) return;
        const numbers = this.#nextAtHand() ?? (await this.#read(Math.min(room, READ_LIMIT)));
        if (numbers === undefined) return;
        if (connection === this.#connection) await this.#sendAll(connection, numbers);
      }
    } catch (error) {
      this.#host.failed(error);
    } finally {
      this.#isTransmitting = false;
    }
  }

  #nextAtHand(): readonly StoredNumber[] | undefined {
    const seq = this.#transmitted + 1;
    const message = this.#atHand.get(seq);
    if (message === undefined) return undefined;
    this.#atHand.delete(seq);
    return [{ ...message, seq }];
  }

  async #read(limit: number): Promise<readonly StoredNumber[] | undefined> {
    const after = this.#transmitted;
    const result = await this.#host.store.read(this.#host.hold(), after, limit);
    if (result.status === 'done' && result.numbers[0]?.seq === after + 1) return result.numbers;
    this.#host.refused(result.status === 'done' ? { status: 'lost' } : result);
    return undefined;
  }

  async #sendAll(connection: Connection, numbers: readonly StoredNumber[]): Promise<void> {
    const now = Date.now();
    const isLive = ({ data, expiresAt = Infinity }: StoredNumber): boolean =>
      data !== undefined && expiresAt > now;
    for (let index = 0; index < numbers.length;) {
      const number = numbers[index];
      if (number === undefined || connection !== this.#connection || connection.isCongested) return;
      // While the store was read, the number was transmitted or acknowledged on a new connection.
      if (number.seq !== this.#transmitted + 1) return;
      if (number.data !== undefined && isLive(number)) {
        this.#transmitted = number.seq;
        this.#atHand.delete(number.seq);
        connection.sendMessage(number.data);
        index += 1;
        continue;
      }
      const end = numbers.findIndex((other, place) => place > index && isLive(other));
      const skipped = numbers.slice(index, end < 0 ? undefined : end);
      if (!(await this.#recordSkip(skipped)) || connection !== this.#connection) return;
      this.#transmitted += skipped.length;
      connection.sendControl({ rws: 'skip', count: skipped.length });
      index += skipped.length;
    }
  }

  /** Records that numbers are skipped, unless they all are already. Resolves to whether it is recorded. */
  async #recordSkip(numbers: readonly StoredNumber[]): Promise<boolean> {
    const expired = numbers.filter(({ data }) => data !== undefined);
    const first = expired[0]?.seq;
    const last = expired.at(-1)?.seq;
    if (first === undefined || last === undefined) return true;
    const result = await this.#host.store.skip(this.#host.hold(), first, last);
    if (result.status !== 'done') {
      this.#host.refused(result);
      return false;
    }
    this.#host.report(expired, 'messageExpired');
    return true;
  }
}

// Hands the messages of one held session to the application, one after the other, and counts them (rules 4, 5, 10).
import type { Connection } from './connection.js';
import type { CheckedOptions } from './options.js';
import type { Payload } from './store.js';

/** What arrived in order. `seq` of a skip is the last of its numbers. */
export type Arrival =
  | { readonly kind: 'message'; readonly seq: number; readonly data: Payload; readonly bytes: number }
  | { readonly kind: 'skip'; readonly seq: number }
  | { readonly kind: 'bye' };

/** What a receiver needs of the hold it belongs to. */
export interface ReceiverHost {
  readonly options: CheckedOptions;
  /**
   * Calls the application's handlers. When they have finished, begins to store their messages with the count. Returns a
   * promise of that if a handler has not finished yet.
   */
  handle(seq: number, data: Payload): Promise<void> | undefined;
  /** Stores a count without messages. */
  count(seq: number): void;
  /** The client ended the session, and everything before has been handled. */
  bye(): void;
  /** Everything that arrived has been handled. */
  idle(): void;
}

export class Receiver {
  readonly #host: ReceiverHost;
  readonly #ackEvery: number;
  #connection: Connection | undefined;
  #arrivals: Arrival[] = [];
  #isHandling = false;
  readonly #stopWaiters: (() => void)[] = [];
  /** Runs from the first count on. An `ack` does not stop it: to stop and set it again costs more than an `ack` that is early. */
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  /** Whether nothing may be handed over yet: the session or its new connection was not announced to the application. */
  #isHeldBack = false;
  /** The last number handed over under this fence. */
  #handed: number;
  /** The last number whose count is stored. */
  counted: number;
  /** Bytes of the messages that wait for their handler. */
  waitingBytes = 0;

  constructor(host: ReceiverHost, counted: number) {
    this.#host = host;
    this.#ackEvery = Math.max(1, Math.min(32, Math.floor(host.options.window / 2)));
    this.counted = this.#handed = counted;
  }

  /** Whether a handler is running, or the next one is about to begin. */
  get isRunning(): boolean {
    return this.#isHandling;
  }

  /**
   * Drops what was not handed over yet (rule 5), and takes what arrives on this connection. It is handed over after `start`.
   * `counted`: by the store.
   */
  attach(connection: Connection, counted: number): void {
    this.#drop();
    this.#stopAckTimer();
    this.counted = Math.max(this.counted, counted);
    this.#connection = connection;
    this.#isHeldBack = true;
  }

  /** The application knows of the session and its connection: begins to hand over. */
  start(): void {
    this.#isHeldBack = false;
    if (!this.#isHandling) this.#handleAll();
  }

  /** The connection has ended. Its messages are still handed over, until a new connection replaces it. */
  detach(): void {
    this.#connection = undefined;
    this.#stopAckTimer();
  }

  /** Hands nothing over any more. Resolves when the running handler has finished. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#drop();
    if (!this.#isHandling) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stopWaiters.push(resolve);
    });
  }

  /** Takes what has arrived. A number that was handed over under this fence already is dropped. */
  arrived(arrival: Arrival): void {
    if (this.#isStopped || (arrival.kind !== 'bye' && arrival.seq <= this.#handed)) return;
    if (arrival.kind === 'message') this.waitingBytes += arrival.bytes;
    this.#arrivals.push(arrival);
    if (!this.#isHandling && !this.#isHeldBack) this.#handleAll();
  }

  /** The count of everything up to this number is stored: an `ack` follows. */
  storedCount(seq: number): void {
    if (seq <= this.counted) return;
    this.counted = seq;
    const connection = this.#connection;
    if (connection === undefined) return;
    if (seq - connection.ackSent >= this.#ackEvery || this.#host.options.ackDelay === 0) this.acknowledge();
    else
      this.#ackTimer ??= setTimeout(() => {
        this.#ackTimer = undefined;
        this.acknowledge();
      }, this.#host.options.ackDelay);
  }

  /** Sends an `ack` for what was counted since the last frame with `received`. */
  acknowledge(): void {
    const connection = this.#connection;
    if (connection !== undefined && connection.ackSent < this.counted) {
      connection.sendControl({ rws: 'ack', received: this.counted });
    }
  }

  #stopAckTimer(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  #drop(): void {
    this.#arrivals = [];
    this.waitingBytes = 0;
  }

  /** Hands over what has arrived; if a handler does not finish at once, goes on when it has finished. */
  #handleAll(): void {
    this.#isHandling = true;
    for (let arrival = this.#arrivals.shift(); arrival !== undefined; arrival = this.#arrivals.shift()) {
      if (arrival.kind === 'bye') {
        this.#isStopped = true;
        this.#drop();
        this.#host.bye();
        break;
      }
      if (arrival.seq <= this.#handed) continue;
      this.#handed = arrival.seq;
      if (arrival.kind === 'skip') this.#host.count(arrival.seq);
      else {
        this.waitingBytes -= arrival.bytes;
        const unfinished = this.#host.handle(arrival.seq, arrival.data);
        if (unfinished !== undefined) {
          void unfinished.then(() => {
            this.#handleAll();
          });
          return;
        }
      }
    }
    this.#isHandling = false;
    // splice() makes an array, also of nothing.
    if (this.#stopWaiters.length > 0) for (const resolve of this.#stopWaiters.splice(0)) resolve();
    this.#host.idle();
  }
}

// The sessions that this server holds, what they write with, and what is done for all of them once a second.
import { randomBytes } from 'node:crypto';
import type { HeldState } from './greeting.js';
import { Holding } from './holding.js';
import type { CheckedOptions } from './options.js';
import type { ExpiredSession, SessionStore, StoredNumber } from './store.js';
import type { SessionServerEvents, UnconfirmedMessage } from './types.js';
import { SessionWriter, type WriterContext } from './writer.js';

/** Time between two looks at all sessions, ms; a third of their ttl if that is less. */
const TICK = 1000;

/** Emits an event of the server. */
export type Report = <Name extends keyof SessionServerEvents>(
  event: Name,
  ...args: SessionServerEvents[Name]
) => void;

export class Registry {
  readonly options: CheckedOptions;
  readonly store: SessionStore;
  readonly report: Report;
  /** Identifies this server in the store. */
  readonly holder = randomBytes(12).toString('base64url');
  readonly #holdings = new Map<string, Holding>();
  readonly #writers = new Map<string, SessionWriter>();
  readonly #writerContext: WriterContext;
  readonly #subscribed: Promise<(() => Promise<void>) | undefined>;
  readonly #timer: ReturnType<typeof setInterval>;
  /** The time between two ticks, ms. */
  readonly #interval: number;
  #lastTick = performance.now();
  /**
   * The time by which clients are watched. A tick adds `#interval` at most, so that a late tick ends no connection: if the
   * process stood still, frames of living clients are still unread.
   */
  #watchTime = 0;
  #isSweeping = false;

  constructor(options: CheckedOptions, store: SessionStore, report: Report) {
    this.options = options;
    this.store = store;
    this.report = report;
    let sequence = 0;
    const { maxQueue, ttl } = options;
    this.#writerContext = { store, holder: this.holder, maxQueue, nextSequence: () => (sequence += 1) };
    this.#subscribed = this.#subscribe();
    this.#interval = Math.max(1, Math.min(TICK, Math.floor(ttl / 3)));
    this.#timer = setInterval(() => {
      this.#tick();
    }, this.#interval);
    this.#timer.unref();
  }

  find(session: string): Holding | undefined {
    return this.#holdings.get(session);
  }

  /** Holds a session from now on; another hold of it has ended. */
  add(session: string, principal: string, state: HeldState): Holding {
    const holding = new Holding(this, session, principal, state);
    this.#holdings.set(session, holding);
    return holding;
  }

  remove(holding: Holding): void {
    const { id } = holding.session;
    if (this.#holdings.get(id) !== holding) return;
    this.#holdings.delete(id);
    if (this.#writers.get(id)?.isIdle === true) this.#writers.delete(id);
  }

  /**
   * The one writer of a session on this server, so that its writes are in order. It is kept while the session is held or
   * something waits to be stored.
   */
  writerOf(session: string): SessionWriter {
    let writer = this.#writers.get(session);
    if (writer === undefined) {
      writer = new SessionWriter(session, this.#writerContext);
      writer.whenIdle = () => {
        if (!this.#holdings.has(session)) this.#writers.delete(session);
      };
      this.#writers.set(session, writer);
    }
    return writer;
  }

  /** A record was removed: its session expired, or its counts are impossible (rule 8). */
  removed({ session, principal, unacknowledged }: ExpiredSession, reason: 'expired' | 'lost'): void {
    const holding = this.#holdings.get(session);
    // The store may not have the newest acknowledgement yet.
    const acknowledged = holding?.sender.acknowledged ?? 0;
    const numbers = unacknowledged.filter(({ seq }) => seq > acknowledged);
    this.reportUnconfirmed(session, principal, numbers, reason);
    holding?.finish(reason, 1012, 'the session has ended');
  }

  /** Reports messages that will not be sent again. */
  reportUnconfirmed(
    session: string,
    principal: string,
    numbers: readonly StoredNumber[],
    reason: UnconfirmedMessage['reason'],
  ): void {
    for (const { seq, data } of numbers) {
      this.report('messageUnconfirmed', { session, principal, seq, data, reason });
    }
  }

  /** Ends all holds when their handlers have finished, or after `timeout` ms. */
  async shutDown(timeout: number, reason: string): Promise<void> {
    clearInterval(this.#timer);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout);
    });
    const end = async (holding: Holding): Promise<void> => {
      await Promise.race([holding.shutDown(), late]);
      holding.finish('shutdown', 1012, reason);
    };
    await Promise.all([...this.#holdings.values()].map(end));
    clearTimeout(timer);
    const unsubscribe = await this.#subscribed;
    await unsubscribe?.();
  }

  async #subscribe(): Promise<(() => Promise<void>) | undefined> {
    try {
      return await this.store.subscribe(this.holder, (session) => {
        void this.#holdings.get(session)?.look(performance.now());
      });
    } catch (error) {
      // Without notifications the look once a second is enough.
      this.report('error', error);
      return undefined;
    }
  }

  #tick(): void {
    const now = performance.now();
    for (const holding of this.#holdings.values()) void holding.look(now);
    if (!this.#isSweeping) void this.#sweep();
    this.#watchTime += Math.min(now - this.#lastTick, this.#interval);
    this.#lastTick = now;
    // Before that, the event loop reads what has arrived on the sockets.
    setImmediate(() => {
      for (const holding of this.#holdings.values()) holding.watch(this.#watchTime);
    });
  }

  async #sweep(): Promise<void> {
    this.#isSweeping = true;
    try {
      for (const session of await this.store.sweep()) this.removed(session, 'expired');
    } catch (error) {
      this.report('error', error);
    }
    this.#isSweeping = false;
  }
}

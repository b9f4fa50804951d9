// A session that this server holds, under one fence: its sender, its receiver, and the connection that carries it now.
import type { Connection } from './connection.js';
import { QueueFullError, SessionEndedError } from './errors.js';
import type { Attachment, HeldState } from './greeting.js';
import { Receiver, type ReceiverHost } from './receiver.js';
import { Sender, type SenderHost } from './sender.js';
import { UNANSWERED_TTL, type CheckedOptions } from './options.js';
import type { Registry } from './registry.js';
import { callListeners, Handling, Session, type HandlingHost, type SessionPort } from './session.js';
import type { Hold, NewMessage, Payload, Refused, SessionStore, StoredNumber } from './store.js';
import type { EndReason, UnconfirmedMessage } from './types.js';
import type { SessionWriter, WriteOutcome } from './writer.js';

const LOST = 'the store has lost the session';

export class Holding implements SenderHost, ReceiverHost, SessionPort, HandlingHost {
  readonly #registry: Registry;
  readonly #writer: SessionWriter;
  readonly #ending = new AbortController();
  readonly #signal = this.#ending.signal; // the getter is slow
  #connection: Connection | undefined;
  #isAnswered: boolean;
  #isLooking = false;
  #refreshedAt = -Infinity;
  #isEnding = false;
  #endReason: EndReason = 'lost';
  readonly store: SessionStore;
  readonly options: CheckedOptions;
  readonly fence: number;
  readonly session: Session;
  readonly sender: Sender;
  readonly receiver: Receiver;
  /** The newest attempt of the client. */
  attempt = 0;
  /** How many hellos of the session wait for the store, whose answers show why a record is gone. Until then it is not reported. */
  takes = 0;

  constructor(registry: Registry, id: string, principal: string, state: HeldState) {
    this.#registry = registry;
    this.store = registry.store;
    this.options = registry.options;
    this.fence = state.fence;
    this.#isAnswered = !state.isNew;
    this.#writer = registry.writerOf(id);
    this.session = new Session(id, principal, this);
    this.sender = new Sender(this, state.sent, state.received, state.isClosing);
    this.receiver = new Receiver(this, state.counted);
  }

  get isConnected(): boolean {
    return this.#connection !== undefined;
  }

  get hasEnded(): boolean {
    return this.#signal.aborted;
  }

  hold(): Hold {
    const { fence, session, sender } = this;
    return { session: session.id, holder: this.#registry.holder, fence, sent: sender.sent };
  }

  /** A connection carries the session from now on: what an older one brought and was not handed over is dropped. */
  attach(connection: Connection, { received, window, counted, resumed }: Attachment): void {
    const older = this.#connection;
    if (!connection.isClosed) this.#connection = connection;
    older?.close(4409, 'taken over by a newer connection');
    if (connection.isClosed) return;
    this.receiver.attach(connection, counted);
    connection.welcome(this, resumed, this.receiver.counted, window);
    // The connection may have ended while `welcome` was sent.
    if (connection.isOpen) this.sender.attach(connection, received);
  }

  /** A connection of the session has ended. */
  left(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    this.sender.detach();
    this.receiver.detach();
    if (!this.hasEnded) void this.look(performance.now(), true);
  }

  /** The client has sent a frame after `welcome`. */
  answered(): void {
    this.#isAnswered = true;
  }

  /** `bye` was sent, and the connection has ended or should have: the session ends. */
  byeAnswered(): void {
    void this.#end('closed');
  }

  bye(): void {
    void this.#end('bye');
  }

  idle(): void {
    this.sender.pump();
  }

  isQuiet(): boolean {
    return !this.receiver.isRunning && this.#writer.isSettled;
  }

  /** See Connection. */
  watch(now: number): void {
    this.#connection?.watch(now);
  }

  /** Ends the hold if there is a newer fence. Refreshes the `ttl` while there is a connection, once more if that `isLeaving`. */
  async look(now: number, isLeaving = false): Promise<void> {
    if (this.hasEnded || (this.#isLooking && !isLeaving)) return;
    this.#isLooking = true;
    const ttl =
      this.#isAnswered || this.isConnected ? this.options.ttl : Math.min(this.options.ttl, UNANSWERED_TTL);
    const isDue = isLeaving || (this.isConnected && now - this.#refreshedAt >= ttl / 10);
    if (isDue) this.#refreshedAt = now;
    try {
      const result = await this.store.look(this.hold(), isDue ? ttl : 0);
      if (result.status === 'held') this.sender.learned(result.sent, result.isClosing);
      else this.refused(result);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#isLooking = false;
    }
  }

  refused({ status }: Refused): void {
    if (this.hasEnded || this.#isEnding || (status === 'gone' && this.takes > 0)) return;
    if (status === 'stale') this.finish('taken', 4409, 'taken over on another server');
    else if (status === 'lost') void this.#end('lost');
    else {
      // Another server or the store has removed the record.
      const reason = this.isConnected ? 'lost' : 'expired';
      if (this.isConnected) this.reportMissing(0);
      this.finish(reason, 1012, LOST);
    }
  }

  failed(error: unknown): void {
    if (this.hasEnded) return;
    this.#registry.report('error', error);
    this.finish('failed', 1013, 'the store of the sessions failed');
  }

  handle(seq: number, data: Payload): Promise<void> | undefined {
    const handling = new Handling(this.session, this, seq);
    return callListeners(handling, data, { seq, id: handling.id, signal: this.#signal });
  }

  listenerFailed({ session, counted: seq, id }: Handling, data: Payload, error: unknown): void {
    this.#registry.report('messageFailed', { session, seq, id, data, error });
  }

  count(seq: number): void {
    this.#writer.add(new Handling(this.session, this, seq));
  }

  async send(message: NewMessage): Promise<void> {
    const { maxQueue } = this.options;
    // After the end of the hold only the store knows how many are kept.
    if (!this.hasEnded && this.#kept() >= maxQueue) {
      throw this.#refuse(message, 'queueFull', new QueueFullError(maxQueue));
    }
    // Not #writer: a session that is not held any more may have another one.
    const writer = this.#registry.writerOf(this.session.id);
    const outcome = await writer.write([message], false).catch((error: unknown) => {
      this.failed(error);
      throw this.#refuse(message, 'storeFailed', error);
    });
    this.#written(outcome, [message]);
    if (outcome.status === 'full') throw this.#refuse(message, 'queueFull', new QueueFullError(maxQueue));
    if (outcome.status !== 'stored') throw this.#refuse(message, 'closed', new SessionEndedError());
  }

  admit(message: NewMessage, { messages }: Handling): void {
    const { maxQueue } = this.options;
    if (this.#kept() + messages.length < maxQueue) return;
    throw this.#refuse(message, 'queueFull', new QueueFullError(maxQueue));
  }

  async close(): Promise<void> {
    if (this.hasEnded) throw new SessionEndedError();
    void this.receiver.stop();
    const outcome = await this.#writer.write([], true).catch((error: unknown) => {
      this.failed(error);
      throw error;
    });
    if (outcome.status !== 'stored' && outcome.status !== 'closing') throw new SessionEndedError();
    this.sender.learned(this.sender.sent, true);
  }

  /** Ends the hold. The record in the store is not touched. */
  finish(reason: EndReason, code: number, text: string): void {
    if (this.hasEnded) return;
    this.#endReason = reason;
    this.#ending.abort();
    void this.receiver.stop();
    this.#connection?.close(code, text);
    this.#registry.remove(this);
    this.session.emit('end', reason);
  }

  /** Finishes running handlers, stores their counts, and acknowledges them (rule 13). */
  async shutDown(): Promise<void> {
    await this.receiver.stop();
    await this.#writer.idle();
    this.receiver.acknowledge();
    await this.look(performance.now(), true);
  }

  /** Reports messages that will not be sent again. */
  report(numbers: readonly StoredNumber[], reason: UnconfirmedMessage['reason']): void {
    this.#registry.reportUnconfirmed(this.session.id, this.session.principal, numbers, reason);
  }

  /** Reports the unacknowledged numbers above this one: the store has lost them. */
  reportMissing(stored: number): void {
    this.report(this.sender.missing(stored), 'lost');
  }

  /** Ends the session itself, and its record. */
  async #end(reason: 'bye' | 'closed' | 'lost'): Promise<void> {
    if (this.hasEnded || this.#isEnding) return;
    this.#isEnding = true;
    try {
      await this.#writer.idle();
      await this.sender.trim();
      const result = await this.store.end(this.hold());
      if (result.status === 'stale') {
        this.#isEnding = false;
        this.refused(result);
        return;
      }
      if (result.status === 'done') {
        this.report(result.unacknowledged, reason);
        this.reportMissing(result.sent);
      }
      if (reason === 'bye') this.#connection?.sendControl({ rws: 'ack', received: this.receiver.counted });
      if (reason === 'lost') this.finish(reason, 1012, LOST);
      else this.finish(reason, 1000, 'bye');
    } catch (error) {
      this.failed(error);
    }
  }

  /** How many messages are kept, as far as this server knows. */
  #kept(): number {
    return this.sender.sent - this.sender.acknowledged + this.#writer.waiting;
  }

  listenersFinished(handling: Handling): void {
    handling.isOver = true;
    if (handling.isClosing) void this.receiver.stop();
    if (this.hasEnded) this.#discard(handling.messages);
    else this.#writer.add(handling);
  }

  /** The store has answered. */
  settled({ messages, counted, isClosing }: Handling, outcome: WriteOutcome): void {
    if (outcome.status === 'stored') this.receiver.storedCount(counted);
    this.#written(outcome, messages);
    if (outcome.status === 'gone' || outcome.status === 'lost') this.#discard(messages);
    if (isClosing) this.sender.learned(this.sender.sent, true);
  }

  /** The store has failed while it stored this handling. */
  storeFailed({ messages }: Handling, error: unknown): void {
    this.failed(error);
    this.#discard(messages);
  }

  #written(outcome: WriteOutcome, messages: readonly NewMessage[]): void {
    if (outcome.status === 'stored') {
      const last = outcome.first + messages.length - 1;
      this.sender.stored(outcome.first, messages);
      // This server may hold the session again.
      if (this.hasEnded) this.#registry.find(this.session.id)?.sender.learned(last, false);
    } else if (outcome.status === 'full' || outcome.status === 'closing') this.sender.pump();
    else this.refused(outcome);
  }

  /** A handler's messages are not stored, or perhaps not: reports them, unless the handler will be called again. */
  #discard(messages: readonly NewMessage[]): void {
    const reason = this.#endReason;
    if (reason === 'taken' || reason === 'shutdown' || reason === 'failed') return;
    for (const message of messages) this.report([{ ...message, seq: 0 }], reason);
  }

  #refuse(message: NewMessage, reason: UnconfirmedMessage['reason'], error: unknown): unknown {
    this.report([{ ...message, seq: 0 }], reason);
    return error;
  }
}

// Writes the messages and counts of one session to the store, one write after the other. What waits for a write is stored
// together by the next one.
import type { Hold, NewMessage, SessionStore, Write, WriteResult } from './store.js';
import { inNextTick } from './tick.js';

/** What is to be stored. */
export interface Job {
  readonly messages: readonly NewMessage[];
  /** Whether the session ends after these messages. */
  readonly isClosing: boolean;
  /** The hold under which a handler or a skip of the client began, whose count is stored. Undefined for other sends. */
  readonly holding: { readonly fence: number; hold(): Hold } | undefined;
  /** With `holding`: the count that is stored with the messages. Every number up to it is handled. */
  readonly counted: number;
  /** The store has answered. */
  settled(outcome: WriteOutcome): void;
  /** The store has failed. */
  failed(error: unknown): void;
}

/** What became of a job. `full`: nothing is stored, the session keeps `maxQueue` messages. */
export type WriteOutcome =
  | { readonly status: 'stored'; /** The number of the job's first message. */ readonly first: number }
  | { readonly status: 'full' }
  | Exclude<WriteResult, { readonly status: 'stored' }>;

/** What the writers of a server have in common. */
export interface WriterContext {
  readonly store: SessionStore;
  readonly holder: string;
  readonly maxQueue: number;
  /** The next sequence of the server's writes. */
  nextSequence(): number;
}

export class SessionWriter {
  readonly #session: string;
  readonly #context: WriterContext;
  #jobs: Job[] = [];
  #isWriting = false;
  readonly #idleWaiters: (() => void)[] = [];
  /** Called when nothing waits to be stored any more. */
  whenIdle: (() => void) | undefined;
  /** How many jobs wait for their outcome. */
  #unsettled = 0;
  /** How many messages wait to be stored. */
  waiting = 0;

  constructor(session: string, context: WriterContext) {
    this.#session = session;
    this.#context = context;
  }

  /** Whether no write is under way or about to begin. */
  get isIdle(): boolean {
    return !this.#isWriting;
  }

  /** Whether no job waits for its outcome. */
  get isSettled(): boolean {
    return this.#unsettled === 0;
  }

  /** Stores messages, in the order of the calls. Rejects if the store fails. */
  write(messages: readonly NewMessage[], isClosing: boolean): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      this.add({ messages, isClosing, holding: undefined, counted: 0, settled: resolve, failed: reject });
    });
  }

  /** Like write(), but calls methods of the job: a promise would cost more than all other work for a small message. */
  add(job: Job): void {
    this.#jobs.push(job);
    this.#unsettled += 1;
    this.waiting += job.messages.length;
    if (this.#isWriting) return;
    this.#isWriting = true;
    // What is added before that tick goes into the same write.
    inNextTick(this.#writeAll);
  }

  /** Resolves when no write is under way and none is about to begin. */
  idle(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  /** Writes one batch after the other. Goes on later if the store answers later. */
  readonly #writeAll = (): void => {
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      const answer = this.#begin(batch);
      if (answer === undefined) continue;
      if (!('then' in answer)) {
        this.#stored(batch, answer);
        continue;
      }
      void answer
        .then(
          (result) => {
            this.#stored(batch, result);
          },
          (error: unknown) => {
            this.#failed(batch, error);
          },
        )
        .then(() => {
          this.#writeAll();
        });
      return;
    }
    this.#isWriting = false;
    // splice() makes an array, also of nothing.
    if (this.#idleWaiters.length > 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.whenIdle?.();
  };

  /** The store's answer; undefined if it has thrown. */
  #begin(batch: readonly Job[]): WriteResult | Promise<WriteResult> | undefined {
    try {
      return this.#context.store.write(this.#writeOf(batch));
    } catch (error) {
      this.#failed(batch, error);
      return undefined;
    }
  }

  #stored(batch: readonly Job[], result: WriteResult): void {
    let first = result.status === 'stored' ? result.last - result.added + 1 : 0;
    for (const job of batch) {
      const { length } = job.messages;
      this.#ended(job);
      if (result.status !== 'stored') job.settled(result);
      else if (first + length > result.last + 1) job.settled({ status: 'full' });
      else {
        job.settled({ status: 'stored', first });
        first += length;
      }
    }
  }

  #failed(batch: readonly Job[], error: unknown): void {
    for (const job of [...batch, ...this.#takeLater(batch)]) {
      this.#ended(job);
      job.failed(error);
    }
  }

  /** The outcome of the job follows; those of later jobs are still awaited. */
  #ended({ messages }: Job): void {
    this.#unsettled -= 1;
    this.waiting -= messages.length;
  }

  /**
   * The first jobs that can be one write: all with a count under one fence, or all without a count. One that closes the
   * session is the last.
   */
  #nextBatch(): readonly Job[] {
    const jobs = this.#jobs;
    const fence = jobs[0]?.holding?.fence;
    let count = 0;
    for (const { holding, isClosing } of jobs) {
      if (holding?.fence !== fence) break;
      count += 1;
      if (isClosing) break;
    }
    this.#jobs = count < jobs.length ? jobs.slice(count) : [];
    return count < jobs.length ? jobs.slice(0, count) : jobs;
  }

  /**
   * For a write that has failed: removes the later jobs of handlers under its fence. Their counts are higher, so storing them
   * would also count the messages of the failed write, whose replies may not be stored.
   */
  #takeLater(batch: readonly Job[]): readonly Job[] {
    const fence = batch[0]?.holding?.fence;
    const isLater = ({ holding }: Job): boolean => holding !== undefined && holding.fence === fence;
    const later = this.#jobs.filter(isLater);
    this.#jobs = this.#jobs.filter((job) => !isLater(job));
    return later;
  }

  #writeOf(batch: readonly Job[]): Write {
    const { holder, maxQueue } = this.#context;
    const last = batch.at(-1);
    return {
      session: this.#session,
      holder,
      maxQueue,
      sequence: this.#context.nextSequence(),
      messages: last && batch.length === 1 ? last.messages : messagesOf(batch),
      // A job that closes is the last one of its batch.
      isClosing: last?.isClosing === true,
      handled: last?.holding && { hold: last.holding.hold(), counted: last.counted },
    };
  }
}

function messagesOf(batch: readonly Job[]): readonly NewMessage[] {
  // flatMap() takes much longer.
  const all: NewMessage[] = [];
  for (const { messages } of batch) for (const message of messages) all.push(message);
  return all;
}

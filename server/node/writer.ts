// Writes the messages of one session to the store, one write after the other. Messages that wait for a write go out in the
// next one together.
import type { Hold, NewMessage, SessionStore, Write, WriteResult } from './store.js';

/** A handler's write: the hold at the time of the write, and the numbers it counts. */
interface Handled {
  readonly fence: number;
  readonly hold: () => Hold;
  readonly counted: number;
}

/** What is to be stored. */
export interface Job {
  readonly messages: readonly NewMessage[];
  /** Whether the session ends after these messages. */
  readonly isClosing: boolean;
  /** For what a handler sent. */
  readonly handled: Handled | undefined;
  readonly resolve: (outcome: WriteOutcome) => void;
  /** The store has failed. */
  readonly reject: (error: unknown) => void;
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
  /** How many messages wait to be stored. */
  waiting = 0;

  constructor(session: string, context: WriterContext) {
    this.#session = session;
    this.#context = context;
  }

  /** Whether nothing waits to be stored. */
  get isIdle(): boolean {
    return !this.#isWriting;
  }

  /** Stores messages, in the order of the calls. Rejects if the store fails. */
  write(messages: readonly NewMessage[], isClosing: boolean): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      this.add({ messages, isClosing, handled: undefined, resolve, reject });
    });
  }

  /** The same with callbacks: promises for each handled message would cost more than the rest. */
  add(job: Job): void {
    this.#jobs.push(job);
    this.waiting += job.messages.length;
    if (!this.#isWriting) void this.#writeAll();
  }

  /** Resolves when nothing waits to be stored. */
  idle(): Promise<void> {
    if (!this.#isWriting) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // What is sent in this turn, or in a microtask after it, goes into one write.
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      let result: WriteResult | undefined;
      let failure: unknown;
      try {
        result = await this.#context.store.write(this.#writeOf(batch));
      } catch (error) {
        failure = error;
      }
      for (const { messages } of batch) this.waiting -= messages.length;
      if (result === undefined) for (const { reject } of batch) reject(failure);
      else settle(batch, result);
    }
    this.#isWriting = false;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    this.whenIdle?.();
  }

  /** The first jobs that can be one write: all of handlers under one fence, or none of a handler. */
  #nextBatch(): readonly Job[] {
    const fence = this.#jobs[0]?.handled?.fence;
    const end = this.#jobs.findIndex(
      ({ handled }, index, jobs) =>
        handled?.fence !== fence || (index > 0 && jobs[index - 1]?.isClosing === true),
    );
    const batch = this.#jobs.slice(0, end < 0 ? undefined : end);
    this.#jobs = this.#jobs.slice(batch.length);
    return batch;
  }

  #writeOf(batch: readonly Job[]): Write {
    const { holder, maxQueue } = this.#context;
    const handled = batch.at(-1)?.handled;
    const [only] = batch;
    return {
      session: this.#session,
      holder,
      maxQueue,
      sequence: this.#context.nextSequence(),
      messages: only && batch.length === 1 ? only.messages : batch.flatMap(({ messages }) => messages),
      isClosing: batch.some(({ isClosing }) => isClosing),
      handled: handled && { hold: handled.hold(), counted: handled.counted },
    };
  }
}

function settle(batch: readonly Job[], result: WriteResult): void {
  if (result.status !== 'stored') {
    for (const { resolve } of batch) resolve(result);
    return;
  }
  let first = result.last - result.added + 1;
  for (const { messages, resolve } of batch) {
    const isStored = first + messages.length <= result.last + 1;
    resolve(isStored ? { status: 'stored', first } : { status: 'full' });
    if (isStored) first += messages.length;
  }
}

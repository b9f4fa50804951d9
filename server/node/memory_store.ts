// A store in the memory of one process. Several servers of the process may share it.
import type {
  CreateRequest,
  EndResult,
  ExpiredSession,
  Hold,
  LookResult,
  NewMessage,
  Refused,
  SessionStore,
  StoredNumber,
  TakeRequest,
  TakeResult,
  Write,
  WriteResult,
} from './store.js';

interface SessionRecord {
  readonly principal: string;
  holder: string;
  fence: number;
  attempt: number;
  token: string;
  counted: number;
  /** The last number of the server's direction. */
  sent: number;
  /** The messages of the unacknowledged numbers, in order; the last one has the number `sent`. No `data`: a skipped number. */
  numbers: Omit<StoredNumber, 'seq'>[];
  isClosing: boolean;
  /** When it expires, by performance.now(). */
  deadline: number;
  /** The last write of each server, and its result. */
  readonly written: Map<string, { readonly sequence: number; readonly result: WriteResult }>;
}

/** Keeps sessions in memory. When the process ends they are lost: each client gets a new session (rule 8). */
export class MemoryStore implements SessionStore {
  readonly #records = new Map<string, SessionRecord>();
  readonly #listeners = new Map<string, Set<(session: string) => void>>();

  /** See SessionStore. */
  create({ session, principal, attempt, holder, ttl }: CreateRequest): Promise<void> {
    if (!this.#records.has(session)) {
      this.#records.set(session, {
        ...{ principal, holder, attempt, fence: 1, token: '', counted: 0, sent: 0, numbers: [] },
        ...{ isClosing: false, deadline: performance.now() + ttl, written: new Map() },
      });
    }
    return Promise.resolve();
  }

  /** See SessionStore. */
  take(request: TakeRequest): Promise<TakeResult> {
    return Promise.resolve(this.#take(request));
  }

  /** See SessionStore. */
  write(write: Write): WriteResult | Promise<WriteResult> {
    const record = this.#find(write.session);
    if (record === undefined) return { status: 'gone' };
    const { handled, holder, sequence } = write;
    const earlier = record.written.get(holder);
    if (earlier?.sequence === sequence) return earlier.result;
    const refused = handled && check(record, handled.hold);
    if (refused !== undefined) return refused;
    if (record.isClosing && handled === undefined) return { status: 'closing' };
    const room = handled === undefined ? write.maxQueue - record.numbers.length : Infinity;
    // Copied only if not all fit.
    const added = write.messages.length <= room ? write.messages : write.messages.slice(0, Math.max(0, room));
    append(record, added);
    record.isClosing ||= write.isClosing;
    record.counted = Math.max(record.counted, handled?.counted ?? 0);
    const result = { status: 'stored', added: added.length, last: record.sent } as const;
    record.written.set(holder, { sequence, result });
    if (record.holder !== holder) this.#notify(record.holder, write.session);
    return result;
  }

  /** See SessionStore. */
  acknowledge(hold: Hold, received: number): Promise<{ status: 'done' } | Refused> {
    return this.#held(hold, (record) => {
      removeUpTo(record, received);
      return { status: 'done' };
    });
  }

  /** See SessionStore. */
  skip(hold: Hold, first: number, last: number): Promise<{ status: 'done' } | Refused> {
    return this.#held(hold, (record) => {
      const acknowledged = getAcknowledged(record);
      record.numbers = record.numbers.map((number, index) => {
        const seq = acknowledged + 1 + index;
        return seq < first || seq > last ? number : { ...number, data: undefined };
      });
      return { status: 'done' };
    });
  }

  /** See SessionStore. */
  read(
    hold: Hold,
    after: number,
    limit: number,
  ): Promise<{ status: 'done'; numbers: StoredNumber[] } | Refused> {
    return this.#held(hold, (record) => {
      if (after < getAcknowledged(record)) return { status: 'lost' };
      return { status: 'done', numbers: numbersAbove(record, after, limit) };
    });
  }

  /** See SessionStore. */
  look(hold: Hold, ttl: number): Promise<LookResult> {
    return this.#held(hold, (record) => {
      if (ttl > 0) record.deadline = performance.now() + ttl;
      return { status: 'held', sent: record.sent, isClosing: record.isClosing };
    });
  }

  /** See SessionStore. */
  end(hold: Hold): Promise<EndResult> {
    return this.#held({ ...hold, sent: 0 }, (record) => {
      this.#records.delete(hold.session);
      return { status: 'done', unacknowledged: getUnacknowledged(record), sent: record.sent };
    });
  }

  /** See SessionStore. */
  sweep(): Promise<readonly ExpiredSession[]> {
    const now = performance.now();
    const expired: ExpiredSession[] = [];
    for (const [session, record] of this.#records) {
      if (record.deadline > now) continue;
      this.#records.delete(session);
      expired.push({ session, principal: record.principal, unacknowledged: getUnacknowledged(record) });
    }
    return Promise.resolve(expired);
  }

  /** See SessionStore. */
  subscribe(holder: string, listener: (session: string) => void): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(holder) ?? new Set();
    this.#listeners.set(holder, listeners.add(listener));
    return Promise.resolve(() => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(holder);
      return Promise.resolve();
    });
  }

  #take({ session, principal, attempt, holder, fence, received, sent, token, ttl }: TakeRequest): TakeResult {
    const record = this.#records.get(session);
    if (record?.principal !== principal) return { status: 'unknown' };
    if (record.deadline <= performance.now()) return this.#remove(session, record, 'expired');
    const isRepeated = record.token === token;
    if (!isRepeated) {
      if (attempt <= record.attempt) return { status: 'stale' };
      if (received > record.sent || received < getAcknowledged(record) || record.sent < sent) {
        return this.#remove(session, record, 'lost');
      }
      if (record.holder !== holder || record.fence !== fence) record.fence += 1;
      if (record.holder !== holder) this.#notify(record.holder, session);
      Object.assign(record, { holder, attempt, token, deadline: performance.now() + ttl });
      removeUpTo(record, received);
    }
    const { counted, isClosing } = record;
    return { status: 'taken', fence: record.fence, counted, sent: record.sent, isClosing };
  }

  /** The record, unless it has expired; then sweep() will remove it. */
  #find(session: string): SessionRecord | undefined {
    const record = this.#records.get(session);
    return record !== undefined && record.deadline > performance.now() ? record : undefined;
  }

  #held<Result>(hold: Hold, step: (record: SessionRecord) => Result): Promise<Result | Refused> {
    const record = this.#find(hold.session);
    if (record === undefined) return Promise.resolve({ status: 'gone' });
    return Promise.resolve(check(record, hold) ?? step(record));
  }

  #remove(session: string, record: SessionRecord, status: 'expired' | 'lost'): TakeResult {
    this.#records.delete(session);
    return { status, unacknowledged: getUnacknowledged(record), sent: record.sent };
  }

  #notify(holder: string, session: string): void {
    for (const listener of this.#listeners.get(holder) ?? []) {
      queueMicrotask(() => {
        listener(session);
      });
    }
  }
}

function check(record: SessionRecord, { holder, fence, sent }: Hold): Refused | undefined {
  if (record.holder !== holder || record.fence !== fence) return { status: 'stale' };
  return record.sent < sent ? { status: 'lost' } : undefined;
}

function append(record: SessionRecord, messages: readonly NewMessage[]): void {
  for (const message of messages) record.numbers.push(message);
  record.sent += messages.length;
}

function getAcknowledged({ sent, numbers }: SessionRecord): number {
  return sent - numbers.length;
}

/** At most `limit` of the numbers above `after`, which is not below the acknowledged one. */
function numbersAbove(record: SessionRecord, after: number, limit = Infinity): StoredNumber[] {
  const start = after - getAcknowledged(record);
  return record.numbers
    .slice(start, start + limit)
    .map((number, index) => ({ ...number, seq: after + 1 + index }));
}

function getUnacknowledged(record: SessionRecord): StoredNumber[] {
  return numbersAbove(record, getAcknowledged(record)).filter(({ data }) => data !== undefined);
}

function removeUpTo(record: SessionRecord, received: number): void {
  const acknowledged = getAcknowledged(record);
  if (received > acknowledged) record.numbers.splice(0, received - acknowledged);
}

// A store in Redis, for any number of servers. Each step is one Lua script that can be repeated: a step whose reply was lost
// is done again until a reply comes.
import { randomBytes } from 'node:crypto';
import { ScriptEvaluator, type RedisConnection } from './redis_connection.js';
import { toNumber, toNumbers, toRanges, toRefused, toText, withSkips } from './redis_replies.js';
import { scripts, type ScriptName } from './redis_scripts.js';
import type {
  CreateRequest,
  EndResult,
  ExpiredSession,
  Hold,
  LookResult,
  Refused,
  SessionStore,
  StoredNumber,
  TakeRequest,
  TakeResult,
  Write,
  WriteResult,
} from './store.js';

/** Most sessions that one sweep looks at. */
const SWEEP_LIMIT = 256;

/** The status of a step, and what comes with it. */
type Reply = readonly [string, ...unknown[]];

/** Options of a RedisStore. */
export interface RedisStoreOptions {
  /** The client. The store neither connects nor closes it; it makes a duplicate for notifications. */
  readonly client: RedisConnection;
  /** Begins all keys and channels. Text without `{` and `}`. Default 'rws:'. */
  readonly prefix?: string | undefined;
  /** How long a step is repeated while Redis does not answer, ms. Integer from 1 to 2147483647. Default 30000. */
  readonly retryFor?: number | undefined;
}

/**
 * Keeps sessions in Redis 6.2 or later, also in a cluster. Sessions survive a restart of Redis if it keeps its data: set
 * `appendonly yes` (and `appendfsync always` if Redis's machine may lose power), and `maxmemory-policy noeviction`.
 */
export class RedisStore implements SessionStore {
  readonly #client: RedisConnection;
  readonly #evaluator: ScriptEvaluator;
  readonly #prefix: string;

  /** Throws TypeError or RangeError that names the option and its rule. */
  constructor({ client, prefix = 'rws:', retryFor = 30_000 }: RedisStoreOptions) {
    if (typeof (client as Partial<RedisConnection> | undefined)?.withTypeMapping !== 'function') {
      throw new TypeError('"client" must be a client of npm redis, version 5 or later');
    }
    if (typeof prefix !== 'string') throw new TypeError('"prefix" must be a string');
    if (/[{}]/.test(prefix)) throw new RangeError('"prefix" must be a text without { and }');
    if (!(Number.isInteger(retryFor) && retryFor >= 1 && retryFor <= 2_147_483_647)) {
      throw new RangeError('"retryFor" must be an integer from 1 to 2147483647');
    }
    this.#client = client;
    this.#evaluator = new ScriptEvaluator(client, retryFor);
    this.#prefix = prefix;
  }

  /** See SessionStore. */
  async create({ session, principal, attempt, holder, ttl }: CreateRequest): Promise<void> {
    // Before the record, so that every record has an entry in the index.
    await this.#runIndex('schedule', ttl, session);
    await this.#run('create', session, principal, attempt, holder, ttl);
  }

  /** See SessionStore. */
  async take(request: TakeRequest): Promise<TakeResult> {
    const { session, principal, attempt, received, holder, fence, sent, token, ttl } = request;
    const args = [principal, attempt, received, holder, fence, sent, token, ttl, this.#channel(''), session];
    const [status, ...rest] = await this.#run('take', session, ...args);
    switch (status) {
      case 'taken': {
        const [newFence, counted, last, closing] = rest.map(toNumber);
        return {
          status,
          ...{ fence: newFence, counted, sent: last, isClosing: closing === 1 },
        } as TakeResult;
      }
      case 'expired':
      case 'lost':
        await this.#run('forget', session, token);
        return { status, unacknowledged: toNumbers(rest[1]), sent: toNumber(rest[2]) };
      default:
        return { status: status === 'stale' ? 'stale' : 'unknown' };
    }
  }

  /** See SessionStore. */
  async write({
    session,
    holder,
    sequence,
    messages,
    isClosing,
    handled,
    maxQueue,
  }: Write): Promise<WriteResult> {
    const [status, added, last] = await this.#run(
      'write',
      session,
      ...[holder, sequence, Number(isClosing), handled === undefined ? maxQueue : -1],
      ...[
        handled?.hold.fence ?? -1,
        handled?.hold.sent ?? 0,
        handled?.counted ?? 0,
        this.#channel(''),
        session,
      ],
      ...messages.flatMap(({ data, expiresAt }) => [
        typeof data === 'string' ? 't' : 'b',
        typeof data === 'string' ? data : Buffer.from(data),
        expiresAt ?? '',
      ]),
    );
    if (status === 'stored') return { status, added: toNumber(added), last: toNumber(last) };
    return status === 'closing' ? { status } : toRefused(status);
  }

  /** See SessionStore. */
  async acknowledge(hold: Hold, received: number): Promise<{ status: 'done' } | Refused> {
    const [status] = await this.#runHeld('acknowledge', hold, received);
    return status === 'done' ? { status } : toRefused(status);
  }

  /** See SessionStore. */
  async skip(hold: Hold, first: number, last: number): Promise<{ status: 'done' } | Refused> {
    const [status] = await this.#runHeld('skip', hold, first, last);
    return status === 'done' ? { status } : toRefused(status);
  }

  /** See SessionStore. */
  async read(
    hold: Hold,
    after: number,
    limit: number,
  ): Promise<{ status: 'done'; numbers: readonly StoredNumber[] } | Refused> {
    const [status, sent, skips, entries] = await this.#runHeld('read', hold, after, limit);
    if (status !== 'done') return toRefused(status);
    const numbers = withSkips(
      toNumbers(entries),
      toRanges(skips),
      after,
      Math.min(after + limit, toNumber(sent)),
    );
    return numbers === undefined ? { status: 'lost' } : { status, numbers };
  }

  /** See SessionStore. */
  async look(hold: Hold, ttl: number): Promise<LookResult> {
    const [status, sent, closing] = await this.#runHeld('look', hold, ttl);
    if (status !== 'held') return toRefused(status);
    return { status, sent: toNumber(sent), isClosing: toNumber(closing) === 1 };
  }

  /** See SessionStore. */
  async end(hold: Hold): Promise<EndResult> {
    const { session, holder, fence } = hold;
    const [status, , entries, sent] = await this.#run('end', session, holder, fence);
    if (status !== 'done') return toRefused(status);
    await this.#run('forget', session, `${holder}:${fence}`);
    await this.#runIndex('unschedule', session);
    return { status, unacknowledged: toNumbers(entries), sent: toNumber(sent) };
  }

  /** See SessionStore. */
  async sweep(): Promise<readonly ExpiredSession[]> {
    const due = await this.#runIndex('due', SWEEP_LIMIT);
    const token = randomBytes(9).toString('base64url');
    const swept = await Promise.all(due.map((session) => this.#expire(toText(session), token)));
    return swept.filter((session) => session !== undefined);
  }

  /** See SessionStore. */
  subscribe(holder: string, listener: (session: string) => void): Promise<() => Promise<void>> {
    const subscriber = this.#client.duplicate();
    // The client has the same errors, and its listener reports them.
    subscriber.on('error', () => undefined);
    // It connects in the background: until then the server looks once a second.
    void (async () => {
      try {
        await subscriber.connect();
        await subscriber.subscribe(this.#channel(holder), listener);
      } catch {
        // Ended before it was connected, or the client gives up connecting.
      }
    })();
    return Promise.resolve(() => {
      subscriber.destroy();
      return Promise.resolve();
    });
  }

  async #expire(session: string, token: string): Promise<ExpiredSession | undefined> {
    const [status, principalOrTime, entries] = await this.#run('expire', session, token);
    if (status === 'alive') {
      await this.#runIndex('postpone', toNumber(principalOrTime), session);
      return undefined;
    }
    await this.#runIndex('unschedule', session);
    if (status !== 'expired') return undefined;
    await this.#run('forget', session, token);
    return { session, principal: toText(principalOrTime), unacknowledged: toNumbers(entries) };
  }

  #channel(holder: string): string {
    return `${this.#prefix}holder:${holder}`;
  }

  #runHeld(name: ScriptName, hold: Hold, ...args: readonly (string | number)[]): Promise<Reply> {
    return this.#run(name, hold.session, hold.holder, hold.fence, hold.sent, ...args);
  }

  async #run(
    name: ScriptName,
    session: string,
    ...args: readonly (string | number | Buffer)[]
  ): Promise<Reply> {
    const hash = `${this.#prefix}{${session}}`;
    const [status, ...rest] = await this.#evaluator.evaluate(scripts[name], [hash, `${hash}:messages`], args);
    return [toText(status), ...rest];
  }

  #runIndex(name: ScriptName, ...args: readonly (string | number)[]): Promise<readonly unknown[]> {
    return this.#evaluator.evaluate(scripts[name], [`${this.#prefix}expiry`], args);
  }
}

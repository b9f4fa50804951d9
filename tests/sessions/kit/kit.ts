// What a case for servers works with: opens connections to the server under test and acts as a client.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { CaseSkipped, Exchange, ExpectationFailed } from './exchange.js';
import { type ControlFrame } from './frames.js';
import { type Counts, Peer } from './peer.js';
import { type Servers } from './servers.js';

/** The server under test. */
export interface Target {
  readonly url: string;
  /** Sent as `auth` in each `hello`. */
  readonly token?: string | undefined;
  /** Sent with the request of each connection. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Present where the kit starts the servers itself. */
  readonly servers?: Servers | undefined;
}

/** Where a connection goes: another server, and the `user` of the kit application. */
export interface Place {
  readonly url?: string;
  readonly user?: string;
}

export type Members = Readonly<Record<string, unknown>>;

/** What a client keeps of a session. */
interface SessionRecord {
  session: string | null;
  attempt: number;
  readonly counts: Counts;
}

/** A connection that the kit has opened as a client. */
export class Connection extends Peer {
  readonly #kit: Kit;
  readonly #place: Place;
  readonly record: SessionRecord;
  /** The server's limits, from `welcome`. */
  limits = { window: 0, maxMessage: 0, ttl: 0 };

  constructor(kit: Kit, socket: WebSocket, place: Place, record: SessionRecord) {
    super(socket, kit.exchange, 'server');
    this.#kit = kit;
    this.#place = place;
    this.record = record;
    this.counts = record.counts;
  }

  /** Sends `hello` of the record with the next attempt. A member that is given as undefined is left out. */
  hello(members: Members = {}): void {
    const { token } = this.#kit.target;
    this.record.attempt += 1;
    const all = {
      v: 1,
      session: this.record.session,
      attempt: this.record.attempt,
      received: this.record.counts.received,
      window: 1000,
      ...(token !== undefined && { auth: token }),
      ...members,
    };
    this.window = all.window;
    this.acknowledged = this.lastNumber = all.received;
    this.frame('hello', all);
  }

  /** Waits for `welcome` with these members. */
  async welcome(expected: { resumed: boolean; received?: number }, limit?: number): Promise<ControlFrame> {
    const frame = await this.opening(limit);
    for (const [name, value] of Object.entries(expected)) {
      if (frame[name] === value) continue;
      throw new ExpectationFailed(`expected "${name}": ${value} in "welcome", got ${String(frame[name])}`);
    }
    return frame;
  }

  protected override opened({ session, resumed, received, window, maxMessage, ttl }: ControlFrame): void {
    if (resumed === false) {
      this.record.counts.sent = this.record.counts.received = 0;
      this.acknowledged = this.lastNumber = 0;
    } else if (session !== this.record.session) {
      throw new Error('"welcome" of another session');
    }
    this.record.session = String(session);
    this.confirm(received);
    this.limits = { window: Number(window), maxMessage: Number(maxMessage), ttl: Number(ttl) };
  }

  /** Opens a new connection that resumes the session; the present one is left as it is. */
  async resume(members: Members = {}, place: Place = {}): Promise<Connection> {
    const next = await this.reopen(place);
    next.hello(members);
    await next.welcome({ resumed: true });
    return next;
  }

  /** Opens a new connection of the same record; nothing is sent on it. */
  reopen(place: Place = {}): Promise<Connection> {
    return this.#kit.open({ ...this.#place, ...place }, this.record);
  }

  /** What the application was handed, as [number, text], without the `log:` messages that ask for it. */
  async handedOver(): Promise<[seq: number, text: string][]> {
    this.send('log:');
    const answer = await this.message();
    let entries: unknown;
    try {
      entries = JSON.parse(answer.toString());
    } catch {
      entries = undefined;
    }
    if (!Array.isArray(entries)) throw new ExpectationFailed('expected a JSON list as the answer to "log:"');
    return (entries as [number, string][]).filter(([, text]) => text !== 'log:');
  }

  /** Throws unless the application was handed exactly these messages. */
  async expectHandedOver(...expected: readonly [seq: number, text: string][]): Promise<void> {
    const got = JSON.stringify(await this.handedOver());
    const wanted = JSON.stringify(expected);
    if (got !== wanted)
      throw new ExpectationFailed(`expected the application to have ${wanted}, it has ${got}`);
  }
}

const idCharacters = 22;

export class Kit {
  readonly exchange = new Exchange();
  readonly target: Target;
  readonly #connections: Connection[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** Opens a connection; nothing is sent on it. */
  async open(place: Place = {}, record: SessionRecord = newRecord()): Promise<Connection> {
    const url = new URL(place.url ?? this.target.url);
    if (place.user !== undefined) url.searchParams.set('user', place.user);
    const socket = new WebSocket(url, { headers: this.target.headers ?? {} });
    const connection = new Connection(this, socket, place, record);
    this.#connections.push(connection);
    await once(socket, 'open');
    return connection;
  }

  /** Opens a connection with a new session. */
  async session(members: Members = {}, place: Place = {}): Promise<Connection> {
    const connection = await this.open(place);
    connection.hello(members);
    await connection.welcome({ resumed: false, received: 0 });
    return connection;
  }

  /** The servers that the kit has started. */
  get servers(): Servers {
    return this.target.servers ?? this.skip('it needs servers that the kit starts');
  }

  /** Ends the case as one that cannot run here. */
  skip(reason: string): never {
    throw new CaseSkipped(reason);
  }

  /** Throws unless this is so. */
  expect(condition: boolean, what: string): void {
    if (!condition) throw new ExpectationFailed(`expected ${what}`);
  }

  /** The last check of a case: no connection has received what breaks a rule. */
  finish(): void {
    for (const connection of this.#connections) connection.check();
    for (const { record } of this.#connections) {
      if (record.session !== null && record.session.length < idCharacters) {
        throw new ExpectationFailed(`expected a session id of ${idCharacters} characters or more (128 bits)`);
      }
    }
  }

  dispose(): void {
    for (const connection of this.#connections) connection.dispose();
  }
}

function newRecord(): SessionRecord {
  return { session: null, attempt: 0, counts: { sent: 0, received: 0 } };
}

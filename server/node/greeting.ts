// Answers the `hello` of a connection: recognises the client, resumes its session or creates a new one (rules 5 to 8).
import { randomBytes } from 'node:crypto';
import type { Connection } from './connection.js';
import { ruleText } from './errors.js';
import type { Hello } from './frames.js';
import { UNANSWERED_TTL } from './options.js';
import type { Registry } from './registry.js';
import type { TakeResult } from './store.js';

/** The form of session ids. The store is not asked for any other. */
const ID_PATTERN = /^[\w-]{22,64}$/;

const STALE = 'the session has had a newer attempt';

/** The state of a session that was taken or created. */
export interface HeldState {
  readonly fence: number;
  readonly counted: number;
  readonly sent: number;
  readonly isClosing: boolean;
  readonly received: number;
  /** Whether the session was created by this hello. */
  readonly isNew: boolean;
}

/** How a connection begins: the client's count and window, the count of its messages. */
export interface Attachment {
  readonly received: number;
  readonly window: number;
  readonly counted: number;
  readonly resumed: boolean;
}

/** Who the client is: the option `principalOf`, bound to the request of a connection. */
export type Identify = (auth: unknown) => string | null | Promise<string | null>;

/** Answers the hello of a connection with `welcome`, or closes it. */
export async function greet(
  registry: Registry,
  connection: Connection,
  hello: Hello,
  identify: Identify,
): Promise<void> {
  const principal = await recognise(registry, connection, hello, identify);
  if (principal === undefined || connection.isClosed) return;
  try {
    if (hello.session !== null && ID_PATTERN.test(hello.session)) {
      const isAnswered = await resume(registry, connection, { ...hello, session: hello.session }, principal);
      if (isAnswered) return;
    }
    await create(registry, connection, hello, principal);
  } catch (error) {
    registry.report('error', error);
    connection.close(1013, 'the store of the sessions failed');
  }
}

/** The client's principal; undefined if it was refused. */
async function recognise(
  registry: Registry,
  connection: Connection,
  { auth }: Hello,
  identify: Identify,
): Promise<string | undefined> {
  try {
    const principal: unknown = await identify(auth);
    if (principal === null) {
      connection.close(4401, 'not authorized');
      return undefined;
    }
    if (typeof principal !== 'string') {
      throw new TypeError(ruleText('principalOf', 'a function that gives a string or null'));
    }
    connection.principal = principal;
    return principal;
  } catch (error) {
    registry.report('error', error);
    connection.close(1011, 'principalOf failed');
    return undefined;
  }
}

/** Resolves to whether the hello is answered; if not, it gets a new session. */
async function resume(
  registry: Registry,
  connection: Connection,
  hello: Hello & { readonly session: string },
  principal: string,
): Promise<boolean> {
  const { session, attempt, received } = hello;
  const { holder, options } = registry;
  const holding = registry.find(session);
  const { fence, sent } = holding?.hold() ?? { fence: 0, sent: 0 };
  const token = randomBytes(9).toString('base64url');
  const request = { session, principal, attempt, received, holder, fence, sent, token, ttl: options.ttl };
  if (holding !== undefined) holding.takes += 1;
  const result = await registry.store.take(request).finally(() => {
    if (holding !== undefined) holding.takes -= 1;
  });
  switch (result.status) {
    case 'unknown':
      return false;
    case 'expired':
    case 'lost':
      registry.find(session)?.reportMissing(result.sent);
      registry.removed({ session, principal, unacknowledged: result.unacknowledged }, result.status);
      return false;
    case 'stale':
      connection.close(4409, STALE);
      return true;
    case 'taken':
      carry(registry, connection, hello, result);
      return true;
  }
}

/** The connection carries a session that was taken. */
function carry(
  registry: Registry,
  connection: Connection,
  { session, attempt, received, window }: Hello & { readonly session: string },
  taken: Extract<TakeResult, { status: 'taken' }>,
): void {
  const held = registry.find(session);
  const isHeld = held?.fence === taken.fence;
  if (isHeld && attempt < held.attempt) {
    connection.close(4409, STALE);
    return;
  }
  if (!isHeld) {
    held?.finish('taken', 4409, 'taken over on another server');
    // Without a connection this server need not hold the session: the client's next hello resumes it, here or elsewhere.
    if (connection.isClosed) return;
  }
  const holding = isHeld
    ? held
    : registry.add(session, connection.principal ?? '', { ...taken, received, isNew: false });
  holding.attempt = attempt;
  holding.attach(connection, { received, window, counted: taken.counted, resumed: true });
  if (isHeld) holding.session.emit('resumed');
  else registry.report('session', holding.session);
  holding.receiver.start();
  holding.sender.learned(taken.sent, taken.isClosing);
}

async function create(
  registry: Registry,
  connection: Connection,
  { attempt, window }: Hello,
  principal: string,
): Promise<void> {
  const session = randomBytes(24).toString('base64url');
  const { holder, options, store } = registry;
  const ttl = Math.min(options.ttl, UNANSWERED_TTL);
  await store.create({ session, principal, attempt, holder, ttl });
  if (connection.isClosed) {
    // The client does not know the session, so it cannot be resumed.
    await store.end({ session, holder, fence: 1, sent: 0 });
    return;
  }
  const state = { fence: 1, counted: 0, sent: 0, isClosing: false, received: 0, isNew: true };
  const holding = registry.add(session, principal, state);
  holding.attempt = attempt;
  holding.attach(connection, { received: 0, window, counted: 0, resumed: false });
  registry.report('session', holding.session);
  holding.receiver.start();
}

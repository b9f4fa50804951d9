// Reads and writes the control frames of the protocol (docs/sessions.md, "Frames").
import { Violation } from './errors.js';

/** Text frames that begin so are control frames; all others are messages. */
export const CONTROL_PREFIX = '{"rws":"';
/** The version of the protocol. */
export const VERSION = 1;

const MAX_CONTROL_BYTES = 1024;
/** Largest `hello`, in bytes: it may carry `auth`. */
export const MAX_HELLO_BYTES = 16_384;

/** The first frame of a client. */
export interface Hello {
  readonly rws: 'hello';
  readonly session: string | null;
  readonly attempt: number;
  readonly received: number;
  readonly window: number;
  readonly auth: unknown;
}

/** What a client may send. `ping` and `pong` have any text or number as `id`. */
export type ClientFrame =
  | Hello
  | { readonly rws: 'ack'; readonly received: number }
  | { readonly rws: 'ping' | 'pong'; readonly id: string | number; readonly received: number }
  | { readonly rws: 'skip'; readonly count: number }
  | { readonly rws: 'bye' };

/** What the server sends. */
export type ServerFrame =
  | Exclude<ClientFrame, Hello>
  | {
      readonly rws: 'welcome';
      readonly v: typeof VERSION;
      readonly session: string;
      readonly resumed: boolean;
      readonly received: number;
      readonly window: number;
      readonly maxMessage: number;
      readonly ttl: number;
    };

type Members = Readonly<Record<string, unknown>>;

function integer(frame: Members, name: string, least: number): number {
  const value = frame[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw new Violation(`"${name}" must be an integer of at least ${least}, below 2^53`);
}

function readHello(frame: Members): Hello {
  if (frame.v !== VERSION) {
    integer(frame, 'v', 0);
    throw new Violation(`only version ${VERSION} is supported`, 4406);
  }
  const session = frame.session;
  if (session !== null && typeof session !== 'string')
    throw new Violation('"session" must be a text or null');
  return {
    rws: 'hello',
    session,
    attempt: integer(frame, 'attempt', 0),
    received: integer(frame, 'received', 0),
    window: integer(frame, 'window', 1),
    auth: frame.auth,
  };
}

function readId(frame: Members): string | number {
  const id = frame.id;
  // JSON.parse reads 1e400 as Infinity, which JSON cannot express in the pong.
  if (typeof id === 'string' || Number.isFinite(id)) return id as string | number;
  throw new Violation('"id" must be a text or a finite number');
}

const prefix = Buffer.from(CONTROL_PREFIX);

/** Whether a text frame, given as its bytes, is a control frame. */
export function isControlFrame(bytes: Buffer): boolean {
  // A loop takes less time than every(). Bytes past the end are undefined.
  for (let index = 0; index < prefix.length; index += 1) if (bytes[index] !== prefix[index]) return false;
  return true;
}

function parse(text: string): Members {
  try {
    // The prefix makes it an object if it is JSON at all.
    return JSON.parse(text) as Members;
  } catch {
    throw new Violation('malformed control frame');
  }
}

/**
 * Reads a text that begins with the prefix. Returns undefined for a frame to be ignored; throws Violation for a malformed,
 * unknown or too large one. `bytes`: its size in UTF-8.
 */
export function readControlFrame(text: string, bytes: number): ClientFrame | undefined {
  const isHello = text.startsWith(`${CONTROL_PREFIX}hello"`);
  if (bytes > (isHello ? MAX_HELLO_BYTES : MAX_CONTROL_BYTES)) throw new Violation('control frame too large');
  const frame = parse(text);
  const name = frame.rws;
  switch (name) {
    case 'hello':
      return readHello(frame);
    case 'ack':
      return { rws: name, received: integer(frame, 'received', 0) };
    case 'ping':
    case 'pong':
      return { rws: name, id: readId(frame), received: integer(frame, 'received', 0) };
    case 'skip':
      return { rws: name, count: integer(frame, 'count', 1) };
    case 'bye':
      return { rws: name };
    default:
      if (typeof name === 'string' && name.startsWith('x-')) return undefined;
      throw new Violation('unknown control frame');
  }
}

/** The text of a frame. `rws` must be its first member, as the prefix demands. */
export function writeControlFrame(frame: ServerFrame): string {
  return JSON.stringify(frame);
}

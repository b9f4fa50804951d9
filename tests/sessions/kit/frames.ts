// The control frames of sessions.md: how they are recognised, which members they have, and how frames are
// printed without payloads, tokens and whole session ids.
import { type RawData } from 'ws';

/** A text frame that begins with these characters is a control frame. */
export const controlStart = '{"rws":"';
/** Bytes of a control frame; of a `hello` more. */
export const maxControlBytes = 1024;
export const maxHelloBytes = 16_384;

export interface ControlFrame {
  readonly rws: string;
  readonly [member: string]: unknown;
}
export type Side = 'client' | 'server';
export type Payload = string | Buffer;

type Check = (value: unknown) => boolean;
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isPositive: Check = (value) => isCount(value) && Number(value) >= 1;
const isText: Check = (value) => typeof value === 'string';
const isId: Check = (value) => isText(value) || typeof value === 'number';
const isOne: Check = (value) => value === 1;

const both: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  ack: { received: isCount },
  ping: { id: isId, received: isCount },
  pong: { id: isId, received: isCount },
  skip: { count: isPositive },
  bye: {},
};
const membersOf: Readonly<Record<Side, typeof both>> = {
  client: {
    ...both,
    hello: {
      v: isOne,
      session: (value) => value === null || isText(value),
      attempt: isCount,
      received: isCount,
      window: isPositive,
    },
  },
  server: {
    ...both,
    welcome: {
      v: isOne,
      session: (value) => isText(value) && value !== '',
      resumed: (value) => typeof value === 'boolean',
      received: isCount,
      window: isPositive,
      maxMessage: isPositive,
      ttl: isPositive,
    },
  },
};

export function toPayload(data: RawData, isBinary: boolean): Payload {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  return isBinary ? bytes : bytes.toString();
}

/**
 * The control frame of a text from this side, or undefined for a message.
 *
 * @throws Error with the broken rule, for a control frame that is malformed or lacks a member
 */
export function readControl(text: Payload, from: Side): ControlFrame | undefined {
  if (typeof text !== 'string' || !text.startsWith(controlStart)) return undefined;
  let frame: ControlFrame;
  try {
    frame = JSON.parse(text) as ControlFrame;
  } catch {
    throw new Error('a control frame that is no JSON');
  }
  const limit = frame.rws === 'hello' ? maxHelloBytes : maxControlBytes;
  if (Buffer.byteLength(text) > limit) throw new Error(`a control frame of more than ${limit} bytes`);
  const members = membersOf[from][frame.rws];
  if (!members) {
    if (frame.rws.startsWith('x-')) return frame;
    throw new Error(`the control frame "${frame.rws}", which a ${from} does not send`);
  }
  for (const [name, isValid] of Object.entries(members)) {
    if (!isValid(frame[name])) throw new Error(`"${frame.rws}" without a valid "${name}"`);
  }
  return frame;
}

/** A text with its length, cut after so many characters. */
export function shorten(text: string, length = 40): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`;
}

/** How a frame is printed: long texts and session ids are cut, `auth` is hidden. */
export function describeFrame(data: Payload): string {
  if (typeof data !== 'string') return `binary, ${data.length} bytes`;
  if (!data.startsWith(controlStart)) return `message ${shorten(JSON.stringify(data))}`;
  try {
    return JSON.stringify(JSON.parse(data), (name, value: unknown) => {
      if (name === 'auth') return '(hidden)';
      if (typeof value !== 'string') return value;
      return name === 'session' ? `${value.slice(0, 4)}…` : shorten(value, 60);
    });
  } catch {
    return `malformed ${shorten(data)}`;
  }
}

// Owns the round trips of messages to a server that sends everything back.
import { type Contender, type Payload } from '../contenders/contender.js';
import { connected } from './connected.js';

export interface EchoCase {
  readonly kind: 'text' | 'binary';
  readonly bytes: number;
  /** Messages under way at a time. */
  readonly window: number;
}

function payloadOf({ kind, bytes }: EchoCase): Payload {
  return kind === 'text' ? 'x'.repeat(bytes) : new Uint8Array(bytes).fill(120).buffer;
}

function lengthOf(data: unknown): number {
  return typeof data === 'string' ? data.length : (data as ArrayBuffer).byteLength;
}

/** Microseconds for a message of a burst. */
export interface BurstTimes {
  /** In the one task that sends them all. */
  readonly sending: number;
  /** Until the last of them is back. */
  readonly all: number;
}

interface EchoLink {
  /** Keeps messages under way for so long; gives the rate of their return. */
  readonly run: (milliseconds: number) => Promise<number>;
  /** Sends so many in one task. */
  readonly burst: (count: number) => Promise<BurstTimes>;
  readonly close: () => void;
}

async function open(contender: Contender, url: string, kind: EchoCase): Promise<EchoLink> {
  const payload = payloadOf(kind);
  let received = 0;
  let answered = (): void => undefined;
  let failed: (error: Error) => void = () => undefined;
  const message = (data: unknown): void => {
    if (lengthOf(data) !== kind.bytes) failed(new Error('A message came back changed'));
    received += 1;
    answered();
  };
  const { client, close } = await connected(contender, url, { format: 'text', message });
  const run = (milliseconds: number): Promise<number> =>
    new Promise((resolve, reject) => {
      failed = reject;
      received = 0;
      let sent = kind.window;
      const started = performance.now();
      answered = () => {
        const elapsed = performance.now() - started;
        if (elapsed < milliseconds) {
          sent += 1;
          client.send(payload);
        } else if (received === sent) resolve((received * 1000) / elapsed);
      };
      for (let index = 0; index < kind.window; index += 1) client.send(payload);
    });
  const burst = (count: number): Promise<BurstTimes> =>
    new Promise((resolve, reject) => {
      failed = reject;
      received = 0;
      const started = performance.now();
      const microseconds = (): number => ((performance.now() - started) * 1000) / count;
      for (let index = 0; index < count; index += 1) client.send(payload);
      const sending = microseconds();
      answered = () => {
        if (received === count) resolve({ sending, all: microseconds() });
      };
    });
  return { run, burst, close };
}

let current: EchoLink | null = null;

/** Messages echoed in a second; the connection stays for the next run. */
export async function echoRate(
  contender: Contender,
  url: string,
  kind: EchoCase,
  milliseconds: number,
): Promise<number> {
  current ??= await open(contender, url, kind);
  return current.run(milliseconds);
}

/** As `echoRate`, for a burst. */
export async function echoBurst(
  contender: Contender,
  url: string,
  kind: EchoCase,
  count: number,
): Promise<BurstTimes> {
  current ??= await open(contender, url, kind);
  return current.burst(count);
}

export function echoEnd(): void {
  current?.close();
  current = null;
}

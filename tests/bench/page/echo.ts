// Round trips of messages to a server that sends everything back.
import { type Contender, type Payload } from '../contenders/contender.js';
import { connectClient } from './connect_client.js';

export interface EchoCase {
  readonly kind: 'text' | 'binary';
  readonly bytes: number;
  /** Messages in flight. */
  readonly window: number;
}

function createPayload({ kind, bytes }: EchoCase): Payload {
  return kind === 'text' ? 'x'.repeat(bytes) : new Uint8Array(bytes).fill(120).buffer;
}

function payloadLength(data: unknown): number {
  return typeof data === 'string' ? data.length : (data as ArrayBuffer).byteLength;
}

/** Microseconds per message of a burst. */
export interface BurstTimes {
  /** Time of the task that sends them all. */
  readonly sending: number;
  /** Time until the last of them is received. */
  readonly all: number;
}

interface EchoConnection {
  /** Keeps messages in flight for this time; resolves with the rate of received messages. */
  readonly run: (milliseconds: number) => Promise<number>;
  /** Sends so many messages in one task. */
  readonly burst: (count: number) => Promise<BurstTimes>;
  readonly close: () => void;
}

async function open(contender: Contender, url: string, kind: EchoCase): Promise<EchoConnection> {
  const payload = createPayload(kind);
  let received = 0;
  let onReceived = (): void => undefined;
  let onFailure: (error: Error) => void = () => undefined;
  const onMessage = (data: unknown): void => {
    if (payloadLength(data) !== kind.bytes) onFailure(new Error('A message came back changed'));
    received += 1;
    onReceived();
  };
  const { client, close } = await connectClient(contender, url, { format: 'text', onMessage });
  const run = (milliseconds: number): Promise<number> =>
    new Promise((resolve, reject) => {
      onFailure = reject;
      received = 0;
      let sent = kind.window;
      const started = performance.now();
      onReceived = () => {
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
      onFailure = reject;
      received = 0;
      const started = performance.now();
      const microseconds = (): number => ((performance.now() - started) * 1000) / count;
      for (let index = 0; index < count; index += 1) client.send(payload);
      const sending = microseconds();
      onReceived = () => {
        if (received === count) resolve({ sending, all: microseconds() });
      };
    });
  return { run, burst, close };
}

/** The connections by their URL. */
const connections = new Map<string, EchoConnection>();

async function connectionTo(contender: Contender, url: string, kind: EchoCase): Promise<EchoConnection> {
  const connection = connections.get(url) ?? (await open(contender, url, kind));
  connections.set(url, connection);
  return connection;
}

/** Received messages per second; the connection is kept for the next run. */
export async function echoRate(
  contender: Contender,
  url: string,
  kind: EchoCase,
  milliseconds: number,
): Promise<number> {
  const connection = await connectionTo(contender, url, kind);
  return connection.run(milliseconds);
}

/** The same for a burst. */
export async function echoBurst(
  contender: Contender,
  url: string,
  kind: EchoCase,
  count: number,
): Promise<BurstTimes> {
  const connection = await connectionTo(contender, url, kind);
  return connection.burst(count);
}

export function echoEnd(): void {
  for (const { close } of connections.values()) close();
  connections.clear();
}

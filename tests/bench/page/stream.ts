// Receives a long stream of small JSON messages, like an assistant's answer.
import { type Contender } from '../contenders/contender.js';
import { connectClient } from './connect_client.js';
import { ticks } from './macrotasks.js';

export interface StreamTimes {
  /** From the request to the last message. */
  readonly milliseconds: number;
  /** Longest time in which no other task ran; measured only with `watch`. */
  readonly longestGap: number;
}

interface Token {
  readonly index: number;
}

/** Requests and reads `count` messages; with `watch`, another task is always ready and measures the gaps. */
export async function measureStream(
  contender: Contender,
  url: string,
  count: number,
  watch: boolean,
): Promise<StreamTimes> {
  let next = 0;
  let done = (): void => undefined;
  const read = ({ index }: Token): void => {
    if (index !== next) throw new Error(`Message ${index} came, ${next} was due`);
    next += 1;
    if (next === count) done();
  };
  const onMessage = contender.parses
    ? (data: unknown) => {
        read(data as Token);
      }
    : (data: unknown) => {
        read(JSON.parse(data as string) as Token);
      };
  const { client, close } = await connectClient(contender, url, { format: 'json', onMessage });
  let isDone = false;
  const finished = new Promise<void>((resolve) => {
    done = () => {
      isDone = true;
      resolve();
    };
  });
  const started = performance.now();
  let longestGap = 0;
  client.send(String(count));
  for (let last = started; watch && !isDone;) {
    await ticks(1);
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last);
    last = now;
  }
  await finished;
  const milliseconds = performance.now() - started;
  close();
  return { milliseconds, longestGap };
}

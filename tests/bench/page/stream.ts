// Owns the receipt of a long stream of small JSON messages, as an assistant's answer comes.
import { type Contender } from '../contenders/contender.js';
import { connected } from './connected.js';
import { ticks } from './macrotasks.js';

export interface StreamTimes {
  /** From the request to the last message. */
  readonly milliseconds: number;
  /** Longest time in which nothing else ran, where it was looked for. */
  readonly longestGap: number;
}

interface Token {
  readonly index: number;
}

/** Asks for `count` messages and reads them; with `watch`, other work asks for its turn all the time. */
export async function streamTimes(
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
  const message = contender.parses
    ? (data: unknown) => {
        read(data as Token);
      }
    : (data: unknown) => {
        read(JSON.parse(data as string) as Token);
      };
  const { client, close } = await connected(contender, url, { format: 'json', message });
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

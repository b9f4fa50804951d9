// The interface of an engine that runs contenders in pages or processes, called one at a time.
import { type BenchApi } from '../page/bench_api.js';

export type Argument<Name extends keyof BenchApi> = Parameters<BenchApi[Name]>[0];
export type Result<Name extends keyof BenchApi> = Awaited<ReturnType<BenchApi[Name]>>;

export interface Runner {
  readonly engine: 'chromium' | 'node';
  /** Calls a function in the contender's page or process. */
  readonly call: <Name extends keyof BenchApi>(
    contender: string,
    name: Name,
    argument: Argument<Name>,
  ) => Promise<Result<Name>>;
  readonly close: () => Promise<void>;
}

const callTimeout = 60_000;

/** Rejects when a contender does not answer in time, for example after it lost a message. */
export async function withTimeout<Value>(
  contender: string,
  name: string,
  answer: Promise<Value>,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${contender} did not finish "${name}" in ${callTimeout / 1000} s`));
    }, callTimeout);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

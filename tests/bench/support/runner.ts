// Owns the idea of an engine with all contenders in it, each in a world of its own, asked one at a time.
import { type Program } from '../page/program.js';

export type Argument<Name extends keyof Program> = Parameters<Program[Name]>[0];
export type Result<Name extends keyof Program> = Awaited<ReturnType<Program[Name]>>;

export interface Runner {
  readonly engine: 'chromium' | 'node';
  /** Asks the contender's world to do one thing. */
  readonly call: <Name extends keyof Program>(
    contender: string,
    name: Name,
    argument: Argument<Name>,
  ) => Promise<Result<Name>>;
  readonly close: () => Promise<void>;
}

const patienceMs = 60_000;

/** Fails when a contender does not answer: one that lost a message would hold everything up. */
export async function inTime<Value>(contender: string, name: string, answer: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${contender} did not finish "${name}" in ${patienceMs / 1000} s`));
    }, patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

// The entry of a Node process with one contender: receives calls from the measuring process and returns the
// results.
import { type Contender } from '../contenders/contender.js';
import { install, type BenchApi } from './bench_api.js';

interface Request {
  readonly name: keyof BenchApi;
  readonly argument: never;
}

export function serve(name: string, contender: Contender): void {
  const { gc } = globalThis as { gc?: () => void };
  const bench = install(name, contender, {
    collect: () => {
      if (!gc) throw new Error('Node must run with --expose-gc');
      gc();
    },
    heapUsed: () => process.memoryUsage().heapUsed,
  });
  process.on('message', ({ name: called, argument }: Request) => {
    const call = bench[called] as (argument: never) => unknown;
    Promise.resolve(argument)
      .then(call)
      .then(
        (value) => process.send?.({ value }),
        (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
      );
  });
  // Otherwise open ports would keep the process alive.
  process.on('disconnect', () => {
    process.exit();
  });
  process.send?.({ value: 'ready' });
}

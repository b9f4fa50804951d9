// The entry of a Node process with one contender: receives calls from the measuring process and returns the
// results.
import { type Contender } from '../contenders/contender.js';
import { install, type BenchApi } from './bench_api.js';

interface Request {
  readonly name: keyof BenchApi;
  readonly argument: never;
}

export function serve(contender: Contender): void {
  const { gc } = globalThis as { gc?: () => void };
  install(contender, {
    collect: () => {
      if (!gc) throw new Error('Node must run with --expose-gc');
      gc();
    },
    heapUsed: () => process.memoryUsage().heapUsed,
  });
  process.on('message', ({ name, argument }: Request) => {
    const call = bench[name] as (argument: never) => unknown;
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

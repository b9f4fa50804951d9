// Owns the conversation of a Node process that holds one contender with the process that measures it.
import { type Contender } from '../contenders/contender.js';
import { install, type Program } from './program.js';

interface Request {
  readonly name: keyof Program;
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
  // Open ports would keep the process alive.
  process.on('disconnect', () => {
    process.exit();
  });
  process.send?.({ value: 'ready' });
}

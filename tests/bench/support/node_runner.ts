// Owns the Node processes of a run, one for each contender. They wait idly while another is measured.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeScript, type Entrant } from './contender_bundles.js';
import { inTime, type Result, type Runner } from './runner.js';
import { type Program } from '../page/program.js';

// A collection in the middle of a count of bytes would spoil it: room for all of it, from the start.
const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
const folder = resolve('build/benchmarks');

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolveAnswer, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`A contender's process ended with ${String(code)}`));
    };
    child.once('exit', ended);
    child.once('message', ({ value, error }: Answer) => {
      child.off('exit', ended);
      if (error === undefined) resolveAnswer(value);
      else reject(new Error(error));
    });
  });
}

async function start(entrant: Entrant): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${entrant.name.replaceAll('/', '_')}.cjs`);
  writeFileSync(path, await nodeScript(entrant));
  const child = fork(path, { execArgv: flags, stdio: 'inherit' });
  await answerOf(child);
  return child;
}

export async function startNode(entrants: readonly Entrant[]): Promise<Runner> {
  const children = new Map<string, ChildProcess>();
  for (const entrant of entrants) children.set(entrant.name, await start(entrant));
  return {
    engine: 'node',
    call: async <Name extends keyof Program>(contender: string, name: Name, argument: unknown) => {
      const child = children.get(contender);
      if (!child) throw new Error(`There is no process for ${contender}`);
      const answer = answerOf(child);
      child.send({ name, argument });
      return (await inTime(contender, name, answer)) as Result<Name>;
    },
    close: async () => {
      for (const child of children.values()) child.disconnect();
      await Promise.resolve();
    },
  };
}

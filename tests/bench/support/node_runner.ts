// The Node processes of a run, one for each contender. They are idle while another one is measured.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeScript, type ContenderSpec } from './contender_bundles.js';
import { withTimeout, type Result, type Runner } from './runner.js';
import { type BenchApi } from '../page/bench_api.js';

// The heap is large enough that no garbage collection happens while allocations are counted.
const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
const folder = resolve('build/benchmarks');

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

function receiveAnswer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolveAnswer, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`A contender's process onExit with ${String(code)}`));
    };
    child.once('exit', onExit);
    child.once('message', ({ value, error }: Answer) => {
      child.off('exit', onExit);
      if (error === undefined) resolveAnswer(value);
      else reject(new Error(error));
    });
  });
}

async function start(contender: ContenderSpec): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${contender.name.replaceAll('/', '_')}.cjs`);
  writeFileSync(path, await nodeScript(contender));
  const child = fork(path, { execArgv: flags, stdio: 'inherit' });
  await receiveAnswer(child);
  return child;
}

export async function startNode(contenders: readonly ContenderSpec[]): Promise<Runner> {
  const children = new Map<string, ChildProcess>();
  for (const contender of contenders) children.set(contender.name, await start(contender));
  return {
    engine: 'node',
    call: async <Name extends keyof BenchApi>(contender: string, name: Name, argument: unknown) => {
      const child = children.get(contender);
      if (!child) throw new Error(`There is no process for ${contender}`);
      const answer = receiveAnswer(child);
      child.send({ name, argument });
      return (await withTimeout(contender, name, answer)) as Result<Name>;
    },
    close: async () => {
      for (const child of children.values()) child.disconnect();
      await Promise.resolve();
    },
  };
}

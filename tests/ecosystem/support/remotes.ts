// Calls functions in a Node process or in a page.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { serveFiles } from '../../package/support/file_server.js';
import { launchBrowser } from '../../browser/support/demo_fixture.js';

export interface Remote {
  call<Result>(name: string, ...parameters: readonly unknown[]): Promise<Result>;
  close(): Promise<void>;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts a script that answers calls (servers/calls.mjs). It ends with this process. */
export function startProcess(folder: string, script: string): Remote {
  const child = fork(script, { cwd: folder, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const waiting = new Map<number, Waiting>();
  let last = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const found = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) found?.resolve(value);
    else found?.reject(new Error(error));
  });
  child.once('exit', (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} ended: ${code ?? signal ?? ''}`));
  });
  return {
    call: <Result>(name: string, ...parameters: readonly unknown[]) =>
      new Promise<Result>((resolve, reject) => {
        const id = (last += 1);
        waiting.set(id, { resolve: (value) => resolve(value as Result), reject });
        child.send({ id, name, parameters }, (error) => {
          if (error !== null) reject(error);
        });
      }),
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

type Functions = Record<string, (...parameters: readonly unknown[]) => unknown>;

/** Opens a page with the clients in Chromium. An uncaught error in the page makes `close` fail. */
export async function openPage(folder: string): Promise<Remote> {
  const files = await serveFiles(join(folder, 'page'));
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  await page.goto(files.url);
  return {
    call: <Result>(name: string, ...parameters: readonly unknown[]) =>
      page.evaluate(
        ([called, values]) => {
          const { remote } = globalThis as unknown as { remote: Functions };
          return remote[called]?.(...values);
        },
        [name, parameters] as const,
      ) as Promise<Result>,
    close: async () => {
      await browser.close();
      await files.close();
      if (errors.length > 0) throw new Error(errors.join('\n'));
    },
  };
}

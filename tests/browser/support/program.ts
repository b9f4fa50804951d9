// Child processes of a test: started without a shell, with waits for their output. Those still running when
// the test process exits are killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';

const startTimeout = 15_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Program {
  /** Calls the listener with each line of the standard output. */
  readonly onLine: (listener: (line: string) => void) => void;
  /** Resolves with the first line that matches. */
  readonly waitForLine: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves when the URL answers HTTP requests. */
  readonly waitForHttp: (url: string) => Promise<void>;
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT') => void;
  readonly waitForExit: () => Promise<void>;
  /** SIGTERM, and SIGKILL after three seconds. */
  readonly stop: () => Promise<void>;
}

export function startProgram(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(command, parameters, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let failure = '';
  child.once('error', (error) => (failure = error.message));
  // Used only in error messages.
  let errorOutput = '';
  child.stderr.on('data', (chunk: Buffer) => (errorOutput = (errorOutput + chunk.toString()).slice(-2000)));
  child.stdin.on('error', () => undefined);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));

  /**
   * Waits until `find` returns a value; rejects with the error output on a timeout or when the program ends.
   */
  const waitFor = async <Found>(what: string, find: () => Promise<Found | undefined> | Found | undefined) => {
    const found = await vi
      .waitUntil(async () => failure !== '' || child.exitCode !== null || (await find()), {
        timeout: startTimeout,
        interval: 20,
      })
      .catch(() => true);
    if (found === true) throw new Error(`${command}: no ${what}. ${failure} ${errorOutput}`);
    return found as Found;
  };

  const hasExited = (): boolean =>
    child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const waitForExit = async (): Promise<void> => {
    if (!hasExited()) await once(child, 'exit');
  };

  return {
    onLine: (listener) => reader.on('line', listener),
    waitForLine: (pattern) =>
      waitFor(
        pattern.source,
        () => pattern.exec(lines.find((line) => pattern.test(line)) ?? '') ?? undefined,
      ),
    waitForHttp: async (url) => {
      await waitFor(`answer at ${url}`, () => fetch(url).catch(() => undefined));
    },
    kill: (signal) => child.kill(signal),
    waitForExit,
    stop: async () => {
      if (hasExited()) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      await waitForExit();
      clearTimeout(force);
    },
  };
}

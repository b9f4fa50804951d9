// Owns programs that run beside a test: started without a shell, heard, and ended by their own process.
// Refuses to outlive the test: what is still running is killed when this process exits.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { vi } from 'vitest';

const patience = 15_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Program {
  /** Calls back with each line of the standard output. */
  readonly hear: (listener: (line: string) => void) => void;
  /** The first line that matches, once it is there. */
  readonly line: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Resolves once the address answers HTTP requests. */
  readonly answers: (url: string) => Promise<void>;
  readonly say: (line: string) => void;
  readonly kill: (signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT') => void;
  readonly ended: () => Promise<void>;
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
  // Kept for the message of a failure; nobody else reads it.
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-2000)));
  child.stdin.on('error', () => undefined);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));

  /** Waits for something the program does; says what it complained of if it never does. */
  const until = async <Found>(what: string, look: () => Promise<Found | undefined> | Found | undefined) => {
    const found = await vi
      .waitUntil(async () => failure !== '' || child.exitCode !== null || (await look()), {
        timeout: patience,
        interval: 20,
      })
      .catch(() => true);
    if (found === true) throw new Error(`${command}: no ${what}. ${failure} ${complaints}`);
    return found as Found;
  };

  const isOver = (): boolean =>
    child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const ended = async (): Promise<void> => {
    if (!isOver()) await once(child, 'exit');
  };

  return {
    hear: (listener) => reader.on('line', listener),
    line: (pattern) =>
      until(pattern.source, () => pattern.exec(lines.find((line) => pattern.test(line)) ?? '') ?? undefined),
    answers: async (url) => {
      await until(`answer at ${url}`, () => fetch(url).catch(() => undefined));
    },
    say: (line) => child.stdin.write(`${line}\n`),
    kill: (signal) => child.kill(signal),
    ended,
    stop: async () => {
      if (isOver()) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      await ended();
      clearTimeout(force);
    },
  };
}

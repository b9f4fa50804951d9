// Runs programs in a consumer's project, as a user would from a terminal. They get only the environment
// variables below, and none of the test runner's.
import { spawn, type ChildProcess } from 'node:child_process';

/** What programs need: paths, and how npm reaches its registry. */
const inherited =
  /^(path|home|tmpdir|lang|https?_proxy|no_proxy|node_extra_ca_certs|npm_config_(cache|registry|userconfig|globalconfig))$/i;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number | null;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** Starts a program. */
export function start(command: string, args: readonly string[], { cwd, env = {} }: RunOptions): ChildProcess {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => inherited.test(name)));
  return spawn(command, args, {
    cwd,
    env: { ...own, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a program to its end, whatever its exit code. */
export function attempt(command: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = start(command, args, options);
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** Runs a program that must succeed; returns its output. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, output } = await attempt(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(code)}:\n${output}`);
  return output;
}

/** Runs a script with the Node version of this test run. */
export function runNode(args: readonly string[], options: RunOptions): Promise<string> {
  return run(process.execPath, args, options);
}

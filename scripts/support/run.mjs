// Starts other programs and waits for them. No shell is used, so arguments are passed unchanged.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; every program runs there. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** An expected failure: scripts print only its message, because the program's own output has the details. */
export class CommandFailed extends Error {}

/**
 * Runs a program with its output on the terminal; resolves to its exit code (1 if it was ended by a signal).
 */
export function exitCodeOf(command, args, { env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (error) => reject(new CommandFailed(`${command}: ${error.message}`)));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** The same, but a failure throws CommandFailed. */
export async function run(command, args, options) {
  const code = await exitCodeOf(command, args, options);
  if (code !== 0)
    throw new CommandFailed(`${command} ${args.slice(0, 3).join(' ')} exited with code ${code}`);
}

/** Runs a program without printing its output; resolves to {code, output} when it has ended. */
export function capture(command, args, { env = {} } = {}) {
  return outputOf(command, args, { env: { ...process.env, ...env } });
}

/**
 * The same for a program that shall disturb no other. Linux shares the processor among sessions first, then within
 * each ("autogroup"), and every browser is a session. So the program gets a session of its own, with the lowest priority.
 */
export function captureAtLowPriority(command, args) {
  return outputOf('nice', ['-n', '19', command, ...args], { detached: true }, ({ pid }) => {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, '19');
    } catch {
      // No autogroups on this system: `nice` is all there is.
    }
  });
}

function outputOf(command, args, options, onSpawn = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    // A session of its own gets no signals from the terminal.
    const end = (signal) => {
      child.kill(signal);
      process.exit(1);
    };
    if (options.detached) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('spawn', () => onSpawn(child));
    child.once('error', (error) => reject(new CommandFailed(`${command}: ${error.message}`)));
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Whether a program with this name is on the PATH. */
export function hasProgram(name) {
  return spawnSync('sh', ['-c', 'command -v -- "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}

/** Runs a script's main function. An expected failure prints one line, any other one its stack. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof CommandFailed ? error.message : error);
    process.exitCode = error.exitCode ?? 1;
  }
}

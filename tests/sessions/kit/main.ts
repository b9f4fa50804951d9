// The command of the conformance kit; README.md describes its arguments and exit codes.
import { parseArgs } from 'node:util';
import { cases } from '../cases/index.js';
import { type Target } from './kit.js';
import { choose, run, type RunOptions } from './run.js';
import { Redis, Servers } from './servers.js';
import { commandOf } from './server_commands.js';

const usage = `Usage: npm run conformance -- ws://HOST/PATH [--token TEXT] [--header 'NAME: VALUE']… [OPTIONS]
       npm run conformance -- --start node|python|'COMMAND ARGUMENTS…' [--store memory|redis] [OPTIONS]
Options: --only 5,6.2   rules and cases; 0 is the section "Frames"
         --parallel 8   cases that run at the same time
         --require-application   a server without the kit application is a failure
         --list         prints the cases and runs none`;

/** An argument that is wrong. */
class UsageError extends Error {}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      token: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      parallel: { type: 'string', default: '8' },
      start: { type: 'string' },
      store: { type: 'string', default: 'memory' },
      'require-application': { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1) throw new UsageError('--parallel must be an integer >= 1');
  if (values.store !== 'memory' && values.store !== 'redis') {
    throw new UsageError('--store must be memory or redis');
  }
  const [url] = positionals;
  if (positionals.length > 1) throw new UsageError('There can be one address only');
  if (!values.list && (url === undefined) === (values.start === undefined)) {
    throw new UsageError('Give either the address of a server or --start');
  }
  if (url !== undefined && !/^wss?:\/\//.test(url)) {
    throw new UsageError('The address must begin with ws:// or wss://');
  }
  return { ...values, parallel, url };
}

function toHeaders(given: readonly string[]): Record<string, string> {
  const pairs = given.map((header) => /^([^:\s]+):\s*(.*)$/.exec(header));
  if (pairs.includes(null)) throw new UsageError("--header must have the form 'Name: value'");
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

async function runAgainstStarted(
  command: string,
  store: string,
  target: Partial<Target>,
  options: RunOptions,
) {
  const redis = store === 'redis' ? await Redis.start() : undefined;
  const servers = new Servers(await commandOf(command), redis);
  // The processes are ended also when the kit itself is interrupted.
  const endAll = async (): Promise<void> => {
    await servers.dispose();
    await redis?.stop();
  };
  process.once('SIGINT', () => void endAll().then(() => process.exit(130)));
  try {
    const { url } = await servers.shared('a');
    return await run({ ...target, url, servers }, options);
  } finally {
    await endAll();
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  const options: RunOptions = {
    cases: choose(cases, given.only),
    parallel: given.parallel,
    requiresApplication: given['require-application'],
    print: (line) => {
      console.log(line);
    },
  };
  if (given.list) {
    for (const { id, title } of options.cases) console.log(`${id} ${title}`);
    return 0;
  }
  const access = { token: given.token, headers: toHeaders(given.header) };
  if (given.url !== undefined) return run({ ...access, url: given.url }, options);
  return runAgainstStarted(given.start ?? '', given.store, access, options);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError ||
    error instanceof RangeError ||
    (error instanceof TypeError && 'code' in error);
  const text = error instanceof Error ? error.message : String(error);
  console.error(isUsage ? `${text}\n${usage}` : text);
  process.exitCode = 2;
}

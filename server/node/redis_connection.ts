// Evaluates the scripts of a RedisStore, again and again while Redis cannot be reached.
import type { Script } from './redis_scripts.js';

/** The type of Redis's protocol whose replies are wanted as bytes: "$", a text or binary of a given length. */
const BLOB = 36;
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 1000;

/** Errors of Redis after which a repetition is useless. All others come from a connection or a node that may recover. */
const FATAL = /^(ERR|WRONGTYPE|NOAUTH|NOPERM|WRONGPASS|CROSSSLOT)\b|client is closed/;

/** The keys and arguments of a script. */
interface ScriptArguments {
  readonly keys: string[];
  readonly arguments: (string | Uint8Array)[];
}

interface ScriptRunner {
  evalSha(sha: string, options: ScriptArguments): Promise<unknown>;
  eval(text: string, options: ScriptArguments): Promise<unknown>;
}

/** A connected client or cluster client of npm `redis`, version 5 or 6, as `createClient` and `createCluster` make it. */
export interface RedisConnection {
  /** A view of the client whose replies have other types. */
  withTypeMapping(mapping: Record<number, unknown>): {
    /** EVALSHA. */
    evalSha(sha: string, options: never): Promise<unknown>;
    /** EVAL. */
    eval(script: string, options: never): Promise<unknown>;
  };
  /** A client with the same settings that is not connected. */
  duplicate(): {
    /** Connects it. */
    connect(): Promise<unknown>;
    /** Listens to a channel. */
    subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
    /** Adds a listener of `error`. */
    on(event: 'error', listener: () => void): unknown;
    /** Ends it. */
    destroy(): void;
  };
}

export class ScriptEvaluator {
  readonly #runner: ScriptRunner;
  readonly #retryFor: number;

  constructor(client: RedisConnection, retryFor: number) {
    this.#runner = client.withTypeMapping({ [BLOB]: Buffer });
    this.#retryFor = retryFor;
  }

  /** Evaluates a script until there is a reply. Rejects after `retryFor`, or when no repetition helps. */
  async evaluate(
    script: Script,
    keys: string[],
    args: readonly (string | number | Uint8Array)[],
  ): Promise<readonly unknown[]> {
    const options = { keys, arguments: args.map((arg) => (typeof arg === 'number' ? String(arg) : arg)) };
    const deadline = performance.now() + this.#retryFor;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        return (await before(deadline, evaluateOnce(this.#runner, script, options))) as readonly unknown[];
      } catch (error) {
        const isFatal = error instanceof Error && FATAL.test(error.message);
        if (isFatal || performance.now() + pause >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }
}

async function evaluateOnce(
  runner: ScriptRunner,
  { sha, text }: Script,
  options: ScriptArguments,
): Promise<unknown> {
  try {
    return await runner.evalSha(sha, options);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return runner.eval(text, options);
  }
}

/** Rejects if the promise is not settled before the deadline: a client without a connection keeps commands. */
function before<Value>(deadline: number, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('Redis has not answered in time (option "retryFor")'));
    }, deadline - performance.now());
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

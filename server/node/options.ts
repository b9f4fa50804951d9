// The options of a server: defaults and rules.
import { ruleText } from './errors.js';
import { MemoryStore } from './memory_store.js';
import type { SessionStore } from './store.js';
import type { SessionServerOptions } from './types.js';

/** A session whose first `welcome` was not answered by a frame lives no longer than this without a connection, ms (rule 14). */
export const UNANSWERED_TTL = 30_000;

/** The longest time of a timer, ms. */
const LONGEST = 2_147_483_647;

/** Each number: its default, the least and the largest value. */
const numbers = {
  ttl: [300_000, 1, LONGEST],
  window: [1000, 1, 1_000_000],
  maxMessage: [1_048_576, 1, 1_073_741_824],
  ackDelay: [200, 0, 60_000],
  helloTimeout: [10_000, 1, LONGEST],
  maxQueue: [1000, 1, Number.MAX_SAFE_INTEGER],
  pingInterval: [30_000, 1, LONGEST],
  pongTimeout: [10_000, 1, LONGEST],
} as const;

type NumberName = keyof typeof numbers;

/** The checked options without `store` and `principalOf`. */
export type CheckedOptions = Readonly<Record<NumberName | 'maxWaitingBytes', number>>;

const storeMethods = [
  'create',
  'take',
  'write',
  'acknowledge',
  'skip',
  'read',
  'look',
  'end',
  'sweep',
  'subscribe',
] as const satisfies readonly (keyof SessionStore)[];

const names = [...Object.keys(numbers), 'maxWaitingBytes', 'store', 'principalOf'];

function checkInteger(name: string, value: unknown, least: number, largest: number): number {
  if (typeof value !== 'number') throw new TypeError(ruleText(name, 'a number'));
  if (Number.isInteger(value) && value >= least && value <= largest) return value;
  throw new RangeError(ruleText(name, `an integer from ${least} to ${largest}`));
}

/** Throws TypeError or RangeError that names the option and its rule. */
export function checkOptions(options: object): CheckedOptions {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`There is no option "${unknown}"`);
  const given = options as Readonly<Record<string, unknown>>;
  const checked = Object.fromEntries(
    Object.entries(numbers).map(([name, [preset, least, largest]]) => [
      name,
      checkInteger(name, given[name] ?? preset, least, largest),
    ]),
  ) as Record<NumberName, number>;
  const { maxMessage } = checked;
  const { maxWaitingBytes: bytes } = given;
  const maxWaitingBytes =
    bytes === undefined
      ? Infinity
      : checkInteger('maxWaitingBytes', bytes, maxMessage, Number.MAX_SAFE_INTEGER);
  return { ...checked, maxWaitingBytes };
}

/** The option `store`, a new MemoryStore by default. Throws TypeError. */
export function checkStore(store: SessionStore | undefined): SessionStore {
  if (store === undefined) return new MemoryStore();
  const methods = store as Partial<Record<keyof SessionStore, unknown>>;
  const missing = storeMethods.find((name) => typeof methods[name] !== 'function');
  if (missing !== undefined) throw new TypeError(ruleText('store', `a store with the method ${missing}`));
  return store;
}

/** The option `principalOf`. Throws TypeError. */
export function checkPrincipalOf<Request>(
  principalOf: SessionServerOptions<Request>['principalOf'],
): NonNullable<SessionServerOptions<Request>['principalOf']> {
  if (principalOf === undefined) return () => '';
  if (typeof principalOf !== 'function') throw new TypeError(ruleText('principalOf', 'a function'));
  return principalOf;
}

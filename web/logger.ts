// What is written to the console: the prefix, the level, and a line for each event. No line holds a payload, a query
// string or a protocol.
import { getTexts } from './locales.js';
import { type EventMap, type LogLevel } from './types.js';

const PREFIX = 'ResilientWebSocket:';
const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

// These come with every message, so their lines are made only if they are shown.
const PER_MESSAGE: ReadonlySet<keyof EventMap> = new Set(['message', 'messageSent']);

type LineLevel = Exclude<LogLevel, 'silent'>;
const methods = { debug: 'debug', info: 'log', warn: 'warn', error: 'error' } as const;

type Descriptions = {
  readonly [E in keyof EventMap]: (...args: EventMap[E]) => readonly [LineLevel, string];
};

const descriptions: Descriptions = {
  open: () => ['info', 'open'],
  close: ({ code, reason, wasClean, shouldReconnect }) => [
    'info',
    `close, code ${code}, ${wasClean ? '' : 'not '}clean${reason && `, ${JSON.stringify(reason)}`}, will ${shouldReconnect ? '' : 'not '}reconnect`,
  ],
  message: () => ['debug', 'message'],
  error: ({ type, code, recoverable }) => [
    recoverable ? 'warn' : 'error',
    `error, ${type}${code === undefined ? '' : `, code ${code}`}${recoverable ? '' : ', not recoverable'}${type === 'heartbeat_unanswered' ? `: ${getTexts('en').errors[type]}` : ''}`,
  ],
  stateChange: (state) => ['info', `state ${state}`],
  maxReconnectAttemptsReached: ({ attempts }) => ['error', `gave up after ${attempts} retries`],
  reconnectScheduled: ({ attempt, delay }) => ['info', `retry ${attempt} in ${Math.round(delay)} ms`],
  messageDropped: ({ reason, id }) => ['warn', `message ${id} dropped, ${reason}`],
  messageSent: ({ size }) => ['debug', `message sent, ${size} bytes`],
  authRecoveryNeeded: () => ['warn', 'new credentials may be needed'],
  errorRecoveryAttempt: ({ errorType, attempt }) => [
    'info',
    `recovery from ${errorType}, attempt ${attempt}`,
  ],
  maxRecoveryAttemptsReached: ({ errorType, attempts }) => [
    'error',
    `no recovery from ${errorType} in ${attempts} attempts`,
  ],
  errorRecoveryReset: () => ['info', 'error counters reset'],
  queueCleared: () => ['info', 'queue cleared'],
  recommendPageReload: () => ['info', 'a reload of the page is recommended'],
  contactSupportRecommended: ({ totalErrors }) => [
    'info',
    `contacting support is recommended, ${totalErrors} errors`,
  ],
  latency: ({ roundTripTime }) => ['debug', `round trip ${roundTripTime} ms`],
};

export class Logger {
  readonly #options: { readonly logLevel: LogLevel };

  constructor(options: { readonly logLevel: LogLevel }) {
    this.#options = options;
  }

  /** Whether the events of single messages are written. */
  get isDebugging(): boolean {
    return this.#options.logLevel === 'debug';
  }

  /** Writes a line for the event. */
  event<E extends keyof EventMap>(event: E, args: EventMap[E]): void {
    if (PER_MESSAGE.has(event) && !this.isDebugging) return;
    const [level, text] = descriptions[event](...args);
    this.#write(level, text);
  }

  debug(text: string): void {
    this.#write('debug', text);
  }

  info(text: string): void {
    this.#write('info', text);
  }

  warn(text: string): void {
    this.#write('warn', text);
  }

  /** A function of the user threw an error, which is shown as it is. */
  thrown(what: string, error: unknown): void {
    this.#write('error', `${what} threw`, error);
  }

  #write(level: LineLevel, text: string, ...causes: unknown[]): void {
    if (RANKS[level] < RANKS[this.#options.logLevel]) return;
    try {
      // Looked up for each line: tests and tools replace the methods of the console.
      console[methods[level]](`${PREFIX} ${text}`, ...causes);
    } catch {
      // A broken console must not break the connection.
    }
  }
}

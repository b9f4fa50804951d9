// What is written to the console: the prefix, the level, and a line for each event with its name and its members. No
// line holds a payload, a query string or a protocol.
import { getTexts } from './locales.js';
import { type EventMap, type LogLevel } from './types.js';

const PREFIX = 'ResilientWebSocket:';
const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };

type LineLevel = Exclude<LogLevel, 'silent'>;
const methods = { debug: 'debug', info: 'log', warn: 'warn', error: 'error' } as const;

/** Of the lines of events; `error` and `close` have one by their arguments, all others are at `info`. */
const levels: Readonly<Partial<Record<keyof EventMap, LineLevel>>> = {
  message: 'debug',
  messageSent: 'debug',
  messageDelivered: 'debug',
  latency: 'debug',
  messageDropped: 'warn',
  messageUnconfirmed: 'warn',
  sessionLost: 'warn',
  authRecoveryNeeded: 'warn',
  maxReconnectAttemptsReached: 'error',
  maxRecoveryAttemptsReached: 'error',
};

/** The members of events' arguments that are written: no payload is among them. */
const SHOWN = [
  ...['type', 'code', 'reason', 'wasClean', 'recoverable', 'shouldReconnect', 'attempt', 'attempts', 'delay'],
  ...['errorType', 'id', 'size', 'maxSize', 'totalErrors', 'roundTripTime', 'resent', 'unconfirmed'],
];

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
    let level: LineLevel = levels[event] ?? 'info';
    // With every message: the line is made only if it is shown.
    if (level === 'debug' && !this.isDebugging) return;
    const [argument] = args as readonly unknown[];
    const shown = event === 'message' || argument === undefined ? '' : ` ${JSON.stringify(argument, SHOWN)}`;
    // No `error` event is written for a loss after which the client reconnects.
    // A loss. With 1000 the client itself has closed the connection, to open another.
    const close = event === 'close' ? (argument as EventMap['close'][0]) : undefined;
    if (close?.shouldReconnect && close.code !== 1000) level = 'warn';
    if (event !== 'error') {
      this.#write(level, event + shown);
      return;
    }
    const { type, recoverable } = argument as EventMap['error'][0];
    const hint = type === 'heartbeat_unanswered' ? ` ${getTexts('en').errors[type]}` : '';
    this.#write(recoverable ? 'warn' : 'error', event + shown + hint);
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

// The options of the WebSocket class, and the client that they describe. The names of reconnecting-websocket 4 and
// partysocket 1 stand for options of the client.
import { ResilientWebSocket, UnsupportedEnvironmentError } from '../index.js';
import {
  type CloseDetails,
  type MaybePromise,
  type ResilientWebSocketOptions,
  type UrlSource,
} from '../types.js';
import { createCloseEvent } from './events.js';
import { type Newest } from './message_delivery.js';
import { toMessage } from './messages.js';

/** A function may also give null, for none. */
export type WebSocketProtocols =
  | string
  | Iterable<string>
  | (() => MaybePromise<string | readonly string[] | null | undefined>)
  | null
  | undefined;

/**
 * The options of the client, except those about the form of messages, and those of reconnecting-websocket and partysocket.
 * The defaults are the client's, with these exceptions: no heartbeat, no answers to pings, no limit of retries, of the
 * queue and of a message's size, no fatal close code, nothing on the console.
 */
export interface WebSocketOptions extends Omit<
  ResilientWebSocketOptions,
  'messageFormat' | 'parse' | 'serialize' | 'protocols' | 'heartbeat'
> {
  /** Longest delay before a retry, ms, >= 0: `maxReconnectDelay`. Default 30000. */
  maxReconnectionDelay?: number | undefined;
  /** Delay before the first retry, ms, >= 0: `reconnectDelay`. Default 1000. */
  minReconnectionDelay?: number | undefined;
  /** Only 2 has an effect: delays double. Another number is reported on the console, once. */
  reconnectionDelayGrowFactor?: number | undefined;
  /** How long a connection must last before the count of retries is reset, ms, >= 0: `stableAfter`. Default 5000. */
  minUptime?: number | undefined;
  /** Retries in one outage, integer >= 0 or Infinity: `maxReconnectAttempts`. Default Infinity. */
  maxRetries?: number | undefined;
  /** Most messages in the queue, integer >= 0 or Infinity: `maxQueueSize`. Default: no limit. */
  maxEnqueuedMessages?: number | undefined;
  /** Whether `reconnect()` has to be called for the first connection. Default false. */
  startClosed?: boolean | undefined;
  /** Whether events are written to the console: `logLevel: 'debug'`. Default false. */
  debug?: boolean | undefined;
  /** Whether a retry follows this close event. Default none. Not called if `shouldReconnect` is given. */
  shouldReconnectOnClose?: ((event: CloseEvent) => boolean) | undefined;
  /** As the client's option; any value but false also sets `enableHeartbeat`. Default false: no pings are sent. */
  heartbeat?: ResilientWebSocketOptions['heartbeat'];
}

type Values = Record<string, unknown>;

/** Stands for no limit in options of the client that do not accept Infinity. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

const defaults = {
  messageFormat: 'text',
  logLevel: 'silent',
  enableHeartbeat: false,
  heartbeat: true,
  answerPings: false,
  maxReconnectAttempts: Infinity,
  maxMessageSize: UNLIMITED,
  maxQueueSize: UNLIMITED,
  maxQueueBytes: UNLIMITED,
  fatalCloseCodes: [],
  session: false,
  unconfirmed: 'report',
} as const satisfies ResilientWebSocketOptions;

/** Names of reconnecting-websocket, and the client's. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['maxReconnectionDelay', 'maxReconnectDelay'],
  ['minReconnectionDelay', 'reconnectDelay'],
  ['minUptime', 'stableAfter'],
  ['maxRetries', 'maxReconnectAttempts'],
  ['maxEnqueuedMessages', 'maxQueueSize'],
]);

/** Options that are not passed to the client's constructor. */
const own = ['startClosed', 'debug', 'shouldReconnectOnClose', 'reconnectionDelayGrowFactor', 'heartbeat'];

/** Options of the client that a WebSocket has no use for: its protocols are an argument, its messages have no format. */
const refused = ['protocols', 'messageFormat', 'parse', 'serialize'];

/**
 * Creates the client. Throws SyntaxError (a DOMException) for a bad URL or bad protocols, RangeError for an option that
 * breaks its rule.
 */
export function createClient(
  url: unknown,
  protocols: WebSocketProtocols,
  given: WebSocketOptions,
  newest: Newest,
): ResilientWebSocket {
  const client: ResilientWebSocket = orSyntaxError(
    SyntaxError,
    () =>
      new ResilientWebSocket(toSource(url), {
        ...toClientOptions(given),
        // Keeps the event for the listener, and delivers the message as it came.
        parse: (message, event) => {
          newest.event = event;
          newest.message = message;
          return message;
        },
        // In place of the page's default, which is for another form of messages.
        ...(ResilientWebSocket.defaults.serialize && { serialize: toMessage }),
        shouldReconnect: toDecider(given, (info) => isRetriedAlways(client, info)),
      }),
  );
  try {
    // Without an argument there are none, whatever the page's default is.
    const none = ResilientWebSocket.defaults.protocols && [];
    orSyntaxError(RangeError, () => (client.options.protocols = toProtocols(protocols) ?? none));
    applyHeartbeat(client, given.heartbeat);
  } catch (error) {
    client.destroy();
    throw error;
  }
  warnOfIgnored(client, given);
  return client;
}

/** Throws UnsupportedEnvironmentError if there is no class to open sockets with, or only the one that needs sockets. */
export function checkSocketClass(options: WebSocketOptions, own: { readonly prototype: object }): void {
  const found: unknown = options.WebSocket ?? Reflect.get(globalThis, 'WebSocket');
  if (typeof found !== 'function') {
    throw new UnsupportedEnvironmentError('There is no WebSocket here: set the option WebSocket');
  }
  if (found === own || found.prototype instanceof (own as ObjectConstructor)) {
    throw new UnsupportedEnvironmentError(
      "globalThis.WebSocket is not the platform's: the option WebSocket has to be",
    );
  }
}

/** What a platform's WebSocket accepts as a URL, or a function that gives a URL. */
export function toSource(url: unknown): UrlSource {
  return typeof url === 'function' ? (url as UrlSource) : String(url);
}

/** Runs an action, and turns errors of this class into what a platform's WebSocket throws. */
export function orSyntaxError<Result>(expected: ErrorConstructor, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof expected) throw new DOMException(error.message, 'SyntaxError');
    throw error;
  }
}

function toClientOptions(given: WebSocketOptions): ResilientWebSocketOptions {
  const options: Values = { ...defaults };
  if (given.debug === true) options.logLevel = 'debug';
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || own.includes(name) || refused.includes(name)) continue;
    const known = renamed.get(name) ?? name;
    options[known] = known.startsWith('maxQueue') && value === Infinity ? UNLIMITED : (value as unknown);
  }
  return options;
}

type Decider = (info: CloseDetails) => boolean | undefined;

function toDecider({ shouldReconnect, shouldReconnectOnClose }: WebSocketOptions, usual: Decider): Decider {
  if (shouldReconnect !== undefined) return shouldReconnect;
  if (shouldReconnectOnClose === undefined) return usual;
  return (info) => (shouldReconnectOnClose(createCloseEvent(info)) ? usual(info) : false);
}

/** The client does not retry after code 1000. Here a retry follows, unless the code is a fatal one. */
function isRetriedAlways({ options }: ResilientWebSocket, { code }: CloseDetails): true | undefined {
  const isOverruled = code === 1000 && options.enableAutoReconnect && !options.fatalCloseCodes.includes(code);
  return isOverruled || undefined;
}

function toProtocols(protocols: WebSocketProtocols): ResilientWebSocketOptions['protocols'] {
  const orNone = <Value>(value: Value) => value ?? undefined;
  if (typeof protocols === 'function') {
    return () => {
      const result = protocols();
      return result instanceof Promise ? result.then(orNone) : orNone(result);
    };
  }
  return typeof protocols === 'object' && protocols !== null ? [...protocols] : orNone(protocols);
}

function applyHeartbeat(client: ResilientWebSocket, heartbeat: WebSocketOptions['heartbeat']): void {
  if (heartbeat === undefined || heartbeat === false) return;
  Object.assign(client.options, { heartbeat, enableHeartbeat: true });
}

// --- options without effect

const warned = new Set<string>();

/** An option that is ignored is reported once per page, unless the user has set a `logLevel` above it. */
function warnOfIgnored({ options }: ResilientWebSocket, given: WebSocketOptions): void {
  if (given.logLevel === 'error' || given.logLevel === 'silent') return;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || !isIgnored(options, name, value) || warned.has(name)) continue;
    warned.add(name);
    const hint = name === 'reconnectionDelayGrowFactor' ? ': delays always double' : '';
    console.warn(`ResilientWebSocket: the option "${name}" has no effect${hint}`);
  }
}

function isIgnored(options: object, name: string, value: unknown): boolean {
  if (name === 'reconnectionDelayGrowFactor') return value !== 2;
  if (own.includes(name)) return false;
  return refused.includes(name) || !(renamed.has(name) || name in options);
}

// One observer's subscription to a cached connection: it adds the listeners to the client, calls the hook's
// handlers, and assigns options that changed. After `leave` only messageDropped events are passed on. It does
// not depend on React.
import type { ResilientWebSocket } from '../index.js';
import {
  type ConnectionErrorEvent,
  type DropReason,
  type EventMap,
  type Locale,
  type MessageDroppedEvent,
  type ResilientWebSocketOptions,
  type UrlSource,
} from '../types.js';
import { type ConnectionCache } from './connection_cache.js';

/** Callbacks of the hook's user, by event. */
export type Handlers = {
  readonly [Name in keyof EventMap]?: ((...args: EventMap[Name]) => unknown) | undefined;
};

/** What a hook's latest render asks for. */
export interface ObserverOptions {
  readonly cache: ConnectionCache;
  /** Key of the connection in the cache; null: no connection. */
  readonly key: string | null;
  readonly isEnabled: boolean;
  /** Time for which the connection is kept after its last subscriber has left, ms. */
  readonly grace: number;
  readonly url: UrlSource | null | undefined;
  /** Whether the newest subscriber's URL is read before every attempt. */
  readonly isUrlLive: boolean;
  readonly options: ResilientWebSocketOptions;
  readonly handlers: Handlers;
}

// Each of these, except `message`, may change what the hook shows.
const EVENTS = [
  'message',
  'stateChange',
  'open',
  'close',
  'error',
  'reconnectScheduled',
  'messageSent',
  'messageDropped',
  'queueCleared',
  'latency',
] as const;

type Event = (typeof EVENTS)[number];
type Listener = (...args: unknown[]) => unknown;
type Values = Readonly<Record<string, unknown>>;

/** The part of a subscription that the cache uses. */
export interface Subscriber {
  observed: ObserverOptions;
  /** Removes the listeners from the client. */
  readonly close: () => void;
}

export interface Subscription extends Subscriber {
  readonly client: ResilientWebSocket;
  /** Assigns the options, and connects if this is the only subscriber. Throws the client's RangeError. */
  readonly start: () => void;
  /** Assigns the options that changed since the last call. Throws the client's RangeError. */
  readonly apply: () => void;
  readonly leave: () => void;
}

/** `onEvent` is called for every event, before the handlers. */
export function createSubscription(
  key: string,
  observed: ObserverOptions,
  onEvent: (event: Event, args: readonly unknown[]) => void,
): Subscription {
  let applied: Values = {};
  let hasLeft = false;
  const subscriber: Subscriber = {
    observed,
    close: () => {
      for (const removeListener of removers) removeListener();
    },
  };
  const connection = observed.cache.get(key, subscriber);
  const { client } = connection;
  const removers = EVENTS.map((event) => {
    const listener: Listener = (...args) => {
      if (hasLeft && event !== 'messageDropped') return;
      if (!hasLeft) onEvent(event, args);
      const { handlers, options } = subscriber.observed;
      const handler = handlers[event] as Listener | undefined;
      // A dropped message is always reported: without its own handler, as an error.
      if (event === 'messageDropped' && !handler)
        handlers.error?.(notSentError(options.locale, dropReason(args)));
      else handler?.(...args);
    };
    client.on(event, listener);
    return () => client.off(event, listener);
  });
  const isOnly = connection.add(subscriber);

  function apply(): void {
    const before = applied;
    const { options } = subscriber.observed;
    applied = options;
    const current: object = client.options;
    const prepared = connection.toClientOptions(options) as Values;
    for (const name of Object.keys({ ...before, ...applied })) {
      const value = comparable(applied[name]);
      if (
        name in current &&
        value !== comparable(before[name]) &&
        value !== comparable((current as Values)[name])
      ) {
        Object.assign(current, { [name]: prepared[name] });
      }
    }
  }

  return Object.assign(subscriber, {
    client,
    apply,
    start: () => {
      apply();
      if (isOnly) void client.connect();
    },
    leave: () => {
      hasLeft = true;
      connection.remove(subscriber);
    },
  });
}

/** The error that reports a message that was not sent, or whose delivery is unknown. */
export function notSentError(locale: Locale | undefined, reason?: DropReason): ConnectionErrorEvent {
  const texts =
    reason === 'unknown'
      ? ['It is unknown whether the message arrived.', 'Неизвестно, дошло ли сообщение.']
      : ['The message was not sent.', 'Сообщение не отправлено.'];
  return { type: 'send_error', message: texts[locale === 'en' ? 0 : 1] ?? '', recoverable: false };
}

function dropReason([event]: readonly unknown[]): DropReason | undefined {
  return (event as MessageDroppedEvent | undefined)?.reason;
}

/**
 * A string that is equal for equal option values. All functions count as equal, because the client always
 * calls the newest one (CachedConnection.toClientOptions).
 */
function comparable(value: unknown): string {
  return typeof value === 'function' ? '' : typeof value + String(value);
}

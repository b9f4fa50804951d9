// Owns one hook's hold on a connection: what it wishes of the client, and its listeners there.
// Refuses to know React, and to hear more than the fate of its messages once it has left.
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
import { type ConnectionScope } from './connection_registry.js';

/** Functions of a hook's user, by the event they hear. */
export type Handlers = {
  readonly [Name in keyof EventMap]?: ((...args: EventMap[Name]) => unknown) | undefined;
};

/** What a hook wants, as of its latest render. */
export interface Wishes {
  readonly scope: ConnectionScope;
  /** Name of the connection in the scope; null when there is nothing to connect to. */
  readonly key: string | null;
  readonly isEnabled: boolean;
  /** How long the connection outlives its last holder, ms. */
  readonly grace: number;
  readonly url: UrlSource | null | undefined;
  /** Whether the URL is asked for at every attempt. */
  readonly isAsked: boolean;
  readonly options: ResilientWebSocketOptions;
  readonly handlers: Handlers;
}

// After each of these but a message the state of the connection may be another.
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

/** What a connection knows of those who hold it. */
export interface Holder {
  wishes: Wishes;
  /** The connection does without it: nothing more is heard. */
  readonly close: () => void;
}

export interface Lease extends Holder {
  readonly client: ResilientWebSocket;
  /** Brings the options in, and connects if nobody else holds the connection. Throws the client's RangeError. */
  readonly start: () => void;
  /** Assigns the options that changed since the last time. Throws the client's RangeError. */
  readonly apply: () => void;
  readonly leave: () => void;
}

/** Takes hold. `hear` is told of every event before the handlers are. */
export function takeLease(
  key: string,
  wishes: Wishes,
  hear: (event: Event, args: readonly unknown[]) => void,
): Lease {
  let applied: Values = {};
  let isLeft = false;
  const holder: Holder = {
    wishes,
    close: () => {
      for (const stop of hearing) stop();
    },
  };
  const connection = wishes.scope.find(key, holder);
  const { client } = connection;
  const hearing = EVENTS.map((event) => {
    const listener: Listener = (...args) => {
      // Who has left is told of lost messages only.
      if (isLeft && event !== 'messageDropped') return;
      if (!isLeft) hear(event, args);
      const { handlers, options } = holder.wishes;
      const handler = handlers[event] as Listener | undefined;
      // Nothing is lost in silence.
      if (event === 'messageDropped' && !handler) handlers.error?.(notSent(options.locale, reasonOf(args)));
      else handler?.(...args);
    };
    client.on(event as string, listener);
    return () => client.off(event as string, listener);
  });
  const isFirst = connection.join(holder);

  function apply(): void {
    const before = applied;
    const { options } = holder.wishes;
    applied = options;
    const present: object = client.options;
    const prepared = connection.prepared(options) as Values;
    for (const name of Object.keys({ ...before, ...applied })) {
      const kind = kindOf(applied[name]);
      if (name in present && kind !== kindOf(before[name]) && kind !== kindOf((present as Values)[name])) {
        Object.assign(present, { [name]: prepared[name] });
      }
    }
  }

  return Object.assign(holder, {
    client,
    apply,
    start: () => {
      apply();
      if (isFirst) void client.connect();
    },
    leave: () => {
      isLeft = true;
      connection.leave(holder);
    },
  });
}

/** The error that stands for a message which came to nothing. */
export function notSent(locale: Locale | undefined, reason?: DropReason): ConnectionErrorEvent {
  const texts =
    reason === 'unknown'
      ? ['It is unknown whether the message arrived.', 'Неизвестно, дошло ли сообщение.']
      : ['The message was not sent.', 'Сообщение не отправлено.'];
  return { type: 'send_error', message: texts[locale === 'en' ? 0 : 1] ?? '', recoverable: false };
}

function reasonOf([event]: readonly unknown[]): DropReason | undefined {
  return (event as MessageDroppedEvent | undefined)?.reason;
}

/** Tells values of an option apart. Any function is as good as another, for it is asked when it is needed. */
function kindOf(value: unknown): string {
  return typeof value === 'function' ? '' : typeof value + String(value);
}

// What a hook shows of a connection, and the errors that are not the client's own.
import type { ResilientWebSocket } from '../index.js';
import {
  type ConnectionErrorEvent,
  type ConnectionState,
  type DropReason,
  type ErrorType,
  type Locale,
  type StatusSnapshot,
} from '../types.js';
import { isSameOptions } from './connection_cache.js';

/** An error of the client, or of the hook: `configuration_error` for a bad URL or option, or no WebAssembly. */
export interface HookError extends Omit<ConnectionErrorEvent, 'type'> {
  /** What the error is about. */
  readonly type: ErrorType | 'configuration_error';
  /** What was thrown (`configuration_error`). */
  readonly error?: Error;
}

/** The state of a connection as a component sees it. */
export interface ConnectionResult {
  /** The client; null before the first effect, on the server and while no connection is wanted. */
  readonly websocket: ResilientWebSocket | null;
  /** Whether the connection is open. */
  readonly isConnected: boolean;
  /** The state of the connection. */
  readonly connectionState: ConnectionState;
  /** Messages that are waiting for a connection. */
  readonly queuedMessages: number;
  /** Retries in the current outage. */
  readonly reconnectAttempts: number;
  /** Time of the scheduled attempt, epoch ms, or null. */
  readonly nextAttemptAt: number | null;
  /** The latest error since the connection was last opened, or null. */
  readonly lastError: HookError | null;
  /** The status at the time of this result, statistics included; null without a client. */
  readonly status: StatusSnapshot | null;
}

/** The same result as long as its values are the same. */
export class ResultMemo<Session> {
  readonly #session: Session;
  #result: (ConnectionResult & { readonly session: Session }) | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Without a client the result shows whether one is expected, or has failed. */
  get(
    client: ResilientWebSocket | null | undefined,
    isExpected: boolean,
    isFailed: boolean,
    lastError: HookError | null,
  ): ConnectionResult & { readonly session: Session } {
    const status = client?.getSnapshot() ?? null;
    const stateWithout = isFailed ? 'failed' : isExpected ? 'connecting' : 'disconnected';
    const connectionState = status?.connectionState ?? stateWithout;
    const result = {
      session: this.#session,
      websocket: client ?? null,
      isConnected: connectionState === 'connected',
      connectionState,
      queuedMessages: status?.queuedMessages ?? 0,
      reconnectAttempts: status?.reconnectAttempts ?? 0,
      nextAttemptAt: status?.nextAttemptAt ?? null,
      lastError,
      status,
    };
    if (!this.#result || !isSameOptions(this.#result, result)) this.#result = result;
    return this.#result;
  }
}

/** The error that reports a message that was not sent, or whose delivery is unknown. */
export function notSentError(locale: Locale | undefined, reason?: DropReason): HookError {
  const texts =
    reason === 'unknown'
      ? ['It is unknown whether the message arrived.', 'Неизвестно, дошло ли сообщение.']
      : ['The message was not sent.', 'Сообщение не отправлено.'];
  return { type: 'send_error', message: texts[locale === 'en' ? 0 : 1] ?? '', recoverable: false };
}

export function configurationError(thrown: unknown): HookError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { type: 'configuration_error', message: error.message, recoverable: false, error };
}

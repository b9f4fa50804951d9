// What a hook shows of a connection, and the errors that are not the client's own.
import { getTexts, type ResilientWebSocket, type Texts } from '../index.js';
import {
  type ConnectionErrorEvent,
  type ConnectionState,
  type ErrorType,
  type Locale,
  type StatusSnapshot,
} from '../types.js';

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

/** Without a client the result has the given state. */
export function toResult(
  client: ResilientWebSocket | undefined,
  stateWithout: ConnectionState,
  lastError: HookError | null,
): ConnectionResult {
  const status = client?.getSnapshot() ?? null;
  const {
    connectionState = stateWithout,
    queuedMessages = 0,
    reconnectAttempts = 0,
    nextAttemptAt = null,
  }: Partial<StatusSnapshot> = status ?? {};
  return {
    websocket: client ?? null,
    isConnected: connectionState === 'connected',
    connectionState,
    queuedMessages,
    reconnectAttempts,
    nextAttemptAt,
    lastError,
    status,
  };
}

/** The error for a message that was not sent, or whose end the event reports. */
export function createSendError(
  locale: Locale | undefined,
  end: 'messageDropped' | 'messageUnconfirmed' = 'messageDropped',
): HookError {
  return { type: 'send_error', message: getErrorText(locale, end), recoverable: false };
}

export function getErrorText(locale: Locale | undefined, name: keyof Texts['errors']): string {
  return getTexts(locale).errors[name];
}

// The chat hook: the connection of a chat session, and the state and functions that a chat page needs.
// Messages are not stored: they are the page's.
import { useEffect, useInsertionEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react';
import {
  type ChatServer,
  type SessionId,
  storedToken,
  toChatAddress,
  toDigits,
  watchStorage,
} from './chat_address.js';
import { type ChatCallbacks, type ChatErrorEvent, type ChatSnapshot } from './chat_frames.js';
import { createChatSession } from './chat_session.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { createHookConnection } from './hook_connection.js';
import { useHookConnection } from './use_hook_connection.js';

/** Options of the chat hook. */
export interface UseChatWebSocketOptions extends ChatServer, Omit<ChatCallbacks, 'onNewMessage'> {
  /** Whether to connect automatically. Setting it to false ends the connection. Default true. */
  readonly enabled?: boolean | undefined;
}

/** The result of the hook; the functions are the same on every render. */
export interface UseChatWebSocketResult extends ChatSnapshot, ConnectionSnapshot {
  readonly lastError: ChatErrorEvent | null;
  /**
   * Returns true if the message was sent; false if it was queued for the next connection, or rejected with an
   * error that `onError` gets. `fields` are added to the message, for example an id of the page's own.
   */
  readonly sendChatMessage: (content: string, fields?: Readonly<Record<string, unknown>>) => boolean;
  /** Debounced: true is sent at once and expires after 3 s, false is sent after 300 ms. Never queued. */
  readonly sendTyping: (isTyping: boolean) => void;
  /** Asks the server for the frames of a further session. */
  readonly joinSession: (sessionId: SessionId) => boolean;
  /** Asks the server to stop the answer. Never queued: returns false when there is no connection. */
  readonly stopGeneration: () => boolean;
  /** Connects, even with `enabled: false`. */
  readonly connect: () => void;
  /** Closes the connection for all components that share it. */
  readonly disconnect: () => void;
  /** Closes the connection, if there is one, and connects again at once. */
  readonly forceReconnect: () => void;
}

type OnNewMessage = Exclude<ChatCallbacks['onNewMessage'], undefined>;

/**
 * Connects a chat session to the backend, when there is a token and the session id is not undefined; null is
 * the general channel. When the session id changes, the connection is replaced at once.
 */
export function useChatWebSocket(
  sessionId: SessionId | undefined,
  onNewMessage: OnNewMessage | null | undefined,
  onTyping?: ChatCallbacks['onTyping'] | null,
  onSessionUpdate?: ChatCallbacks['onSessionUpdate'] | null,
): UseChatWebSocketResult;
export function useChatWebSocket(
  sessionId: SessionId | undefined,
  onNewMessage: OnNewMessage | null | undefined,
  options: UseChatWebSocketOptions | undefined,
): UseChatWebSocketResult;
export function useChatWebSocket(
  sessionId: SessionId | undefined,
  onNewMessage: OnNewMessage | null | undefined,
  third?: ChatCallbacks['onTyping'] | UseChatWebSocketOptions | null,
  onSessionUpdate?: ChatCallbacks['onSessionUpdate'] | null,
): UseChatWebSocketResult {
  const settings: UseChatWebSocketOptions =
    typeof third === 'object' && third !== null
      ? third
      : { onTyping: third ?? undefined, onSessionUpdate: onSessionUpdate ?? undefined };
  const [connection] = useState(createHookConnection);
  const [session] = useState(() => createChatSession(connection));
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const hasToken = useSyncExternalStore(watchStorage, hasStoredToken, hasNoStoredToken);
  const address = toChatAddress(sessionId, settings, hasToken, connection.fail);
  const isEnabled = settings.enabled !== false;
  const key = JSON.stringify([toDigits(sessionId), isEnabled && address.key]);
  // Before the connection is replaced: the end of typing must not be sent to the new session.
  useInsertionEffect(() => {
    session.update(sessionId, key, { ...settings, onNewMessage: onNewMessage ?? undefined });
  });
  const snapshot = useHookConnection(connection, {
    ...address,
    isShared: true,
    isUrlLive: true,
    isEnabled,
    handlers: session.handlers,
  });
  const chat = useSyncExternalStore(...session.source);
  useEffect(() => {
    // The update above may have reset the state without notifying.
    session.notify();
    return session.reset;
  }, [session, key]);
  const { connect, disconnect, reconnect } = connection.calls;
  const calls = useMemo(() => {
    // A render reads the stored token again: no storage event reports what this page has stored itself.
    const withRerender = (call: () => void) => () => {
      rerender();
      call();
    };
    return { connect: withRerender(connect), forceReconnect: withRerender(reconnect) };
  }, [connect, reconnect, rerender]);
  return { ...snapshot, ...chat, ...session.calls, ...calls, disconnect };
}

function hasStoredToken(): boolean {
  return Boolean(storedToken());
}

/** The value on a server, where there is no storage. */
function hasNoStoredToken(): boolean {
  return false;
}

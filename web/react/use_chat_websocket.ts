// Owns the chat hook: which connection a session needs, and the functions and state a chat is built from.
// Refuses to keep messages: they are the page's.
import { useEffect, useInsertionEffect, useMemo, useReducer, useState, useSyncExternalStore } from 'react';
import {
  addressOf,
  type ChatServer,
  digitsOf,
  type SessionId,
  storedToken,
  watchStorage,
} from './chat_address.js';
import { type ChatCallbacks, type ChatErrorEvent, type ChatSnapshot } from './chat_frames.js';
import { createRoom } from './chat_room.js';
import { createBinding } from './connection_binding.js';
import { type ConnectionSnapshot } from './connection_snapshot.js';
import { useBinding } from './use_binding.js';

export interface UseChatWebSocketOptions extends ChatServer, Omit<ChatCallbacks, 'onNewMessage'> {
  /** Whether to connect by itself; turned off, the connection ends. Default true. */
  readonly enabled?: boolean | undefined;
}

/** What the hook gives back; the functions are the same on every render. */
export interface UseChatWebSocketResult extends ChatSnapshot, ConnectionSnapshot {
  readonly lastError: ChatErrorEvent | null;
  /**
   * True: sent; false: queued for the next connection, or refused, which `onError` tells.
   * `fields` go along with the message: an id of the page's own, say.
   */
  readonly sendChatMessage: (content: string, fields?: Readonly<Record<string, unknown>>) => boolean;
  /** Debounced: true goes out at once and ends by itself after 3 s, false waits 300 ms. Never queued. */
  readonly sendTyping: (isTyping: boolean) => void;
  /** Asks the server for the frames of a session beside the hook's own. */
  readonly joinSession: (sessionId: SessionId) => boolean;
  /** Asks for an end of the answer. Never queued: false when there is no connection. */
  readonly stopGeneration: () => boolean;
  readonly connect: () => void;
  readonly disconnect: () => void;
  /** Connects afresh, at once. */
  readonly forceReconnect: () => void;
}

type OnNewMessage = Exclude<ChatCallbacks['onNewMessage'], undefined>;

/**
 * The connection of a chat session to the backend. Connects when there is a token and the session id is not undefined;
 * null is the general channel. Another session id means another connection at once.
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
  const [binding] = useState(createBinding);
  const [room] = useState(() => createRoom(binding));
  const [, lookAgain] = useReducer((count: number) => count + 1, 0);
  const isTokenStored = useSyncExternalStore(watchStorage, isThereToken, isThereNone);
  const address = addressOf(sessionId, settings, isTokenStored, binding.fail);
  const isEnabled = settings.enabled !== false;
  const place = JSON.stringify([digitsOf(sessionId), isEnabled && address.key]);
  // Before the binding leaves the old session: typing must not end in the new one.
  useInsertionEffect(() => {
    room.update(sessionId, place, { ...settings, onNewMessage: onNewMessage ?? undefined });
  });
  const snapshot = useBinding(binding, {
    ...address,
    isShared: true,
    isAsked: true,
    isEnabled,
    handlers: room.handlers,
  });
  const chat = useSyncExternalStore(...room.source);
  useEffect(() => {
    // What another session or connection has made it forget.
    room.changed();
    return room.reset;
  }, [room, place]);
  const { connect, disconnect, reconnect } = binding.calls;
  const calls = useMemo(() => {
    // The token may have been stored by this page, which no event tells.
    const lookingAgain = (call: () => void) => () => {
      lookAgain();
      call();
    };
    return { connect: lookingAgain(connect), forceReconnect: lookingAgain(reconnect) };
  }, [connect, reconnect, lookAgain]);
  return { ...snapshot, ...chat, ...room.calls, ...calls, disconnect };
}

function isThereToken(): boolean {
  return Boolean(storedToken());
}

/** On the server, where nobody has stored anything. */
function isThereNone(): boolean {
  return false;
}

// The chat hook: the connection of a chat session, and the state and functions that a chat page needs. Messages are
// not stored: they are the page's.
import { useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { type ResilientWebSocketOptions } from '../types.js';
import { readStoredUser, toChatAddress, type ChatServer } from './chat/address.js';
import {
  type ChatCallbacks,
  type ChatErrorEvent,
  isObject,
  type SessionId,
  type UserId,
} from './chat/protocol.js';
import { ChatSession, type ChatCalls, type ChatOptions } from './chat/session.js';
import { checkStoredUser, isOtherUser, subscribeToStoredUser } from './chat/stored_user.js';
import { Observers } from './connection_observer.js';
import { type ConnectionResult, getErrorText, type HookError } from './connection_result.js';
import { fromPage } from './identity.js';
import { ConnectionContext } from './provider.js';
import { mergeOptions, useConnection } from './use_connection.js';

/** Options of the chat hook. */
export interface UseChatWebSocketOptions extends ChatServer, Omit<ChatCallbacks, 'onNewMessage'> {
  /** Options of the client; a changed option is assigned to the running client. Default: the client's. */
  readonly options?: ResilientWebSocketOptions | undefined;
  /** Whether to connect automatically. Setting it to false ends the connection. Default true. */
  readonly enabled?: boolean | undefined;
  /**
   * Whether a bad URL or option, or missing WebAssembly, is thrown to the next error boundary. Default: the
   * provider's, else false: it is `lastError`, the state is `failed`, and it is written to the console.
   */
  readonly throwOnError?: boolean | undefined;
}

/**
 * The result of the hook: the same object until something changes. The functions are the same on every render of one
 * session, and belong to that session.
 */
export interface UseChatWebSocketResult extends Omit<ConnectionResult, 'lastError'>, ChatCalls {
  /** The latest error since the connection was last opened, or why there is none, or null. */
  readonly lastError: ChatErrorEvent | null;
  /** Whether an answer of the assistant is being written or expected. */
  readonly isGenerating: boolean;
  /** Ids of the users who are typing, without the user's own. */
  readonly typingUsers: readonly UserId[];
}

type OnNewMessage = Exclude<ChatCallbacks['onNewMessage'], undefined>;

/**
 * Connects a chat session to the backend, when there is a token and the session id is not undefined; null, 0 and ''
 * are the general channel. When the session id or the user changes, the connection is replaced at once.
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
  // Callbacks are called only if there is one: null is as good as undefined.
  const given = (isObject(third) ? third : { onTyping: third, onSessionUpdate }) as UseChatWebSocketOptions;
  const context = useContext(ConnectionContext);
  const [observers] = useState(() => new Observers<ChatOptions, ChatSession>(ChatSession));
  const { enabled = true, onError, onMessageDropped, onMessageUnconfirmed } = given;
  const options = mergeOptions(context.options, given.options);
  const page = fromPage(given.identity ?? context.identity);
  // Undefined on a server, and in the first render of what it has rendered.
  const user = useSyncExternalStore(
    subscribeToStoredUser,
    () => readStoredUser(page),
    () => undefined,
  );
  const address = toChatAddress(sessionId, given, page, user ?? null, options, (error) => {
    observers.current?.fail(error);
  });
  // A render has found a change of the stored token: the other hooks of the page must know.
  useEffect(checkStoredUser, [user]);
  const isMissing = enabled && sessionId !== undefined && user !== undefined && address.key === null;
  const reason = isMissing ? (isOtherUser() ? 'other_user' : 'no_token') : null;
  const problem: ChatErrorEvent | null = reason && {
    type: reason,
    message: getErrorText(options.locale, reason),
    recoverable: true,
  };
  return useConnection(
    observers,
    {
      ...context,
      ...address,
      isEnabled: enabled,
      sessionId,
      callbacks: { ...given, onNewMessage } as ChatCallbacks,
      handlers: { onError, onMessageDropped, onMessageUnconfirmed },
      problem: problem as HookError | null,
    },
    given.throwOnError ?? context.throwOnError,
  );
}

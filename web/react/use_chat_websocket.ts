// The chat hook: the connection of a chat session, and the state and functions that a chat page needs. Messages are
// not stored: they are the page's.
import { useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { type Locale, type ResilientWebSocketOptions } from '../types.js';
import { readStoredUser, toChatAddress, type ChatServer } from './chat/address.js';
import { type ChatCallbacks, type ChatErrorEvent, type SessionId, type UserId } from './chat/protocol.js';
import { INACTIVE } from './chat/reducer.js';
import { ChatSession, type ChatCalls, type ChatOptions } from './chat/session.js';
import { storedUser } from './chat/stored_user.js';
import { Observers } from './connection_observer.js';
import { type ConnectionResult } from './connection_result.js';
import { ConnectionContext } from './provider.js';
import { useConnection } from './use_connection.js';

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
  const given: UseChatWebSocketOptions =
    typeof third === 'object' && third !== null
      ? third
      : { onTyping: third ?? undefined, onSessionUpdate: onSessionUpdate ?? undefined };
  const context = useContext(ConnectionContext);
  const [observers] = useState(createObservers);
  const server = { ...given, identity: given.identity ?? context.identity };
  const user = useSyncExternalStore(storedUser.subscribe, () => readStoredUser(server), getUnknownUser);
  const { enabled = true, options = {} } = given;
  const address = toChatAddress(
    sessionId,
    server,
    user ?? null,
    options.protocols ?? context.options.protocols,
    (error) => {
      observers.current?.fail(error);
    },
  );
  const { protocols } = address;
  const result = useConnection(
    observers,
    {
      ...address,
      options: protocols ? { ...options, protocols } : options,
      isUrlLive: true,
      isEnabled: enabled,
      sessionId,
      callbacks: { ...given, onNewMessage: onNewMessage ?? undefined },
      handlers: {
        error: given.onError,
        messageDropped: given.onMessageDropped,
        messageUnconfirmed: given.onMessageUnconfirmed,
      },
      isSameUser: () => !address.isStoredUser || storedUser.getUser() === address.identity,
      checkUser: storedUser.check,
    },
    given.throwOnError,
  );
  const { session } = result;
  const { isGenerating, typingUsers } = useSyncExternalStore(
    session.subscribe,
    session.getState,
    getInactive,
  );
  // A render has found a change of the stored token: the other hooks of the page must know.
  useEffect(() => {
    storedUser.check();
  });
  const isMissing = enabled && sessionId !== undefined && user !== undefined && address.key === null;
  const errors = storedUser.isOtherUser ? OTHER_USER : NO_TOKEN;
  const error = isMissing ? errors[options.locale ?? context.options.locale ?? 'ru'] : null;
  return useMemo(() => {
    const { session: own, ...state } = result;
    return { ...state, lastError: state.lastError ?? error, isGenerating, typingUsers, ...own.calls };
  }, [result, error, isGenerating, typingUsers]);
}

function createObservers(): Observers<ChatOptions, ChatSession> {
  return new Observers((calls, options) => new ChatSession(calls, options));
}

/** On a server, and in the first render of what it has rendered. */
function getUnknownUser(): undefined {
  return undefined;
}

function getInactive(): typeof INACTIVE {
  return INACTIVE;
}

/** Why there is no user to connect for, by language. */
const NO_TOKEN = /* @__PURE__ */ toErrors(
  'no_token',
  'Вы не вошли: нет токена',
  'You are not logged in: there is no token',
);
const OTHER_USER = /* @__PURE__ */ toErrors(
  'other_user',
  'Вошёл другой пользователь: обновите страницу',
  'Another user has logged in: reload the page',
);

function toErrors(type: ChatErrorEvent['type'], ru: string, en: string): Record<Locale, ChatErrorEvent> {
  const toError = (message: string) => ({ type, message, recoverable: true });
  return { ru: toError(ru), en: toError(en) };
}

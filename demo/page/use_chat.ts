// The chat of the page: the connection to the open session, its history after each connect, and sending. The
// messages are kept in chat_state.ts; the connection's events are recorded in connection_events.ts.
import { useCallback, useEffect, useReducer } from 'react';
import type ResilientWebSocket from '@advakod/resilient-websocket';
import { useChatWebSocket, type UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { ChatMessage, MessageUpdate } from '../server/frames.js';
import type { ChatApi } from './chat_api.js';
import { createEntry } from './chat_entries.js';
import { toClientId, observeClient } from './chat_events.js';
import { emptyChat, reduceChat, type ChatAction, type ChatState } from './chat_state.js';
import type { Language, Parameters } from './parameters.js';

export interface Chat {
  readonly state: ChatState;
  readonly connection: UseChatWebSocketResult;
  /** Returns false, and sends nothing, while no session is open. */
  readonly send: (content: string) => boolean;
  readonly resend: (clientId: string, content: string) => void;
  readonly open: (sessionId: number) => void;
  readonly create: () => void;
  /** Begins to count the messages anew. */
  readonly resetCounts: () => void;
}

/** `onAttempt` is called at every attempt to connect. With another `isInSession` there is another connection. */
export function useChat(
  parameters: Parameters,
  language: Language,
  api: ChatApi,
  isInSession: boolean,
  onAttempt: () => void,
): Chat {
  const [state, dispatch] = useReducer(reduceChat, emptyChat);
  const { currentId, isLoaded } = state;
  const connection = useChatWebSocket(
    isLoaded ? currentId : undefined,
    // The page assumes that its own server follows the protocol in frames.ts.
    (message) => {
      dispatch({ type: 'message', sessionId: currentId, message: message as ChatMessage });
    },
    {
      // The server sends the first frame only to clients without a session, so the address has to show which kind the client is.
      url: `${parameters.backendUrl}${isInSession ? '?sessions' : ''}`,
      getToken: () => {
        onAttempt();
        return parameters.token;
      },
      options: { ...parameters.options, session: isInSession, locale: language },
      onMessageUpdate: (update) => {
        dispatch({ type: 'update', sessionId: currentId, update: update as MessageUpdate });
      },
      onSessionUpdate: (session) => {
        dispatch({ type: 'session', session });
      },
      onMessageDropped: ({ data, reason }) => {
        for (const clientId of toClientId(data)) dispatch({ type: 'dropped', clientId, reason });
      },
      onMessageUnconfirmed: ({ data }) => {
        for (const clientId of toClientId(data)) dispatch({ type: 'unconfirmed', clientId });
      },
      onError: ({ errorCode, message }) => {
        if (errorCode !== undefined) dispatch({ type: 'serverError', text: `${errorCode}: ${message}` });
      },
    },
  );
  useQueueState(connection, dispatch);
  useHistory(api, currentId, connection.isConnected, dispatch);
  const { sendChatMessage, websocket } = connection;
  const send = useCallback(
    (content: string) => {
      if (currentId === null) return false;
      const clientId = newClientId();
      dispatch({ type: 'composed', sessionId: currentId, entry: createEntry(clientId, content) });
      const isSent = sendChatMessage(content, { client_id: clientId });
      if (!isSent && !queuedClientIds(websocket).has(clientId)) {
        dispatch({ type: 'dropped', clientId, reason: 'refused' });
      }
      return true;
    },
    [sendChatMessage, websocket, currentId],
  );
  return {
    state,
    connection,
    send,
    resend: (clientId, content) => {
      dispatch({ type: 'removed', clientId });
      send(content);
    },
    open: (sessionId) => {
      dispatch({ type: 'opened', sessionId });
    },
    create: () => {
      // Without the server no session can be created; the connection's state shows why.
      createSession(api, dispatch).catch(() => undefined);
    },
    resetCounts: () => {
      dispatch({ type: 'uncounted' });
    },
  };
}

/** Keeps the state informed of queued messages and lost connections. */
function useQueueState(
  { websocket, queuedMessages }: UseChatWebSocketResult,
  dispatch: (action: ChatAction) => void,
): void {
  useEffect(
    () => (websocket === null ? undefined : observeClient(websocket, dispatch)),
    [websocket, dispatch],
  );
  useEffect(() => {
    dispatch({ type: 'queue', queued: queuedClientIds(websocket) });
  }, [websocket, queuedMessages, dispatch]);
}

function queuedClientIds(websocket: ResilientWebSocket | null): ReadonlySet<string> {
  return new Set(websocket?.messageQueue.flatMap(toClientId));
}

/** Loads the sessions and the open session's messages now and after every connect. */
function useHistory(
  api: ChatApi,
  currentId: number | null,
  isConnected: boolean,
  dispatch: (action: ChatAction) => void,
): void {
  useEffect(() => {
    // Without a valid token there is no history; the connection's state shows why.
    loadHistory(api, currentId, dispatch).catch(() => {
      dispatch({ type: 'sessions', sessions: null });
    });
  }, [api, currentId, isConnected, dispatch]);
}

async function loadHistory(
  api: ChatApi,
  currentId: number | null,
  dispatch: (action: ChatAction) => void,
): Promise<void> {
  dispatch({ type: 'sessions', sessions: await api.sessions() });
  if (currentId === null) return;
  dispatch({ type: 'history', sessionId: currentId, messages: await api.messages(currentId) });
}

async function createSession(api: ChatApi, dispatch: (action: ChatAction) => void): Promise<void> {
  const created = await api.createSession();
  dispatch({ type: 'sessions', sessions: await api.sessions() });
  dispatch({ type: 'opened', sessionId: created.id });
}

/** crypto.randomUUID() is missing on pages that are served over HTTP in a local network. */
function newClientId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

// Owns the chat of the page: one connection to the open session, its history after each (re)connection, what is sent.
// Refuses to keep messages (chat_state.ts does) and to look at the connection's events (connection_events.ts does).
import { useCallback, useEffect, useReducer } from 'react';
import type ResilientWebSocket from '@advakod/resilient-websocket';
import { useChatWebSocket, type UseChatWebSocketResult } from '@advakod/resilient-websocket/react';
import type { ChatMessage, MessageUpdate } from '../server/frames.js';
import type { ChatApi } from './chat_api.js';
import { composedEntry } from './chat_entries.js';
import { clientIdOf, followClient } from './chat_events.js';
import { emptyChat, reduceChat, type ChatAction, type ChatState } from './chat_state.js';
import type { Language, Parameters } from './parameters.js';

export interface Chat {
  readonly state: ChatState;
  readonly connection: UseChatWebSocketResult;
  /** False, and nothing was sent, while it is not clear which session is open. */
  readonly send: (content: string) => boolean;
  readonly resend: (clientId: string, content: string) => void;
  readonly open: (sessionId: number) => void;
  readonly create: () => void;
}

/** `onAttempt` is told of every attempt to connect. */
export function useChat(
  parameters: Parameters,
  language: Language,
  api: ChatApi,
  onAttempt: () => void,
): Chat {
  const [state, dispatch] = useReducer(reduceChat, emptyChat);
  const { currentId, isLoaded } = state;
  const connection = useChatWebSocket(
    isLoaded ? currentId : undefined,
    // The page trusts its own server to keep to the protocol of frames.ts.
    (message) => {
      dispatch({ type: 'message', sessionId: currentId, message: message as ChatMessage });
    },
    {
      url: parameters.backendUrl,
      getToken: () => {
        onAttempt();
        return parameters.token;
      },
      options: { ...parameters.options, locale: language },
      onMessageUpdate: (update) => {
        dispatch({ type: 'update', sessionId: currentId, update: update as MessageUpdate });
      },
      onSessionUpdate: (session) => {
        dispatch({ type: 'session', session });
      },
      onMessageDropped: ({ data, reason }) => {
        for (const clientId of clientIdOf(data)) dispatch({ type: 'dropped', clientId, reason });
      },
      onError: ({ errorCode, message }) => {
        if (errorCode !== undefined) dispatch({ type: 'refused', words: `${errorCode}: ${message}` });
      },
    },
  );
  useFollowing(connection, dispatch);
  useHistory(api, currentId, connection.isConnected, dispatch);
  const { sendChatMessage } = connection;
  const send = useCallback(
    (content: string) => {
      if (currentId === null) return false;
      const clientId = newClientId();
      dispatch({ type: 'composed', sessionId: currentId, entry: composedEntry(clientId, content) });
      // Sent or queued: the entry shows which.
      sendChatMessage(content, { client_id: clientId });
      return true;
    },
    [sendChatMessage, currentId],
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
      // Without the server there is no new session; the connection's state says why.
      createSession(api, dispatch).catch(() => undefined);
    },
  };
}

/** Tells which messages stand in the queue, and of every loss. */
function useFollowing(
  { websocket, queuedMessages }: UseChatWebSocketResult,
  dispatch: (action: ChatAction) => void,
): void {
  useEffect(
    () => (websocket === null ? undefined : followClient(websocket, dispatch)),
    [websocket, dispatch],
  );
  useEffect(() => {
    dispatch({ type: 'queue', queued: queuedIn(websocket) });
  }, [websocket, queuedMessages, dispatch]);
}

function queuedIn(websocket: ResilientWebSocket | null): ReadonlySet<string> {
  return new Set(websocket?.messageQueue.flatMap(clientIdOf));
}

/** Fetches the sessions and the open session's messages now and after every (re)connection. */
function useHistory(
  api: ChatApi,
  currentId: number | null,
  isConnected: boolean,
  dispatch: (action: ChatAction) => void,
): void {
  useEffect(() => {
    // Without a valid token there is no history; the connection's state says why.
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

/** Not crypto.randomUUID(): a page served in a local network without TLS has none. */
function newClientId(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}

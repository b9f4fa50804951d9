// Owns the chat's dealings with the connection: what is sent, what is fetched after each (re)connection.
// Refuses to keep state of its own: chat_state.ts does.
import { useCallback, useEffect, useReducer } from 'react';
import type { ChatApi } from './chat_api.js';
import { composedEntry } from './chat_entries.js';
import { emptyChat, reduceChat, type ChatAction, type ChatState } from './chat_state.js';
import { followConnection } from './chat_events.js';
import type { SessionChoice } from './session_choice.js';
import type { Connection } from './use_connection.js';

export interface Chat {
  readonly state: ChatState;
  readonly send: (content: string) => void;
  readonly resend: (clientId: string, content: string) => void;
  readonly stop: () => void;
  readonly sayTyping: (isTyping: boolean) => void;
  readonly open: (sessionId: number) => void;
  readonly create: () => void;
}

export function useChat(connection: Connection, api: ChatApi, choice: SessionChoice): Chat {
  const [state, dispatch] = useReducer(reduceChat, emptyChat);
  const { currentId } = state;
  useEffect(() => followConnection(connection, dispatch), [connection]);
  useHistory(connection, api, currentId, dispatch);
  useEffect(() => {
    choice.set(currentId);
    if (currentId !== null)
      connection.send({ type: 'join_session', session_id: currentId }, { volatile: true });
  }, [connection, choice, currentId]);

  const send = useCallback(
    (content: string) => {
      if (currentId === null) return;
      const clientId = crypto.randomUUID();
      dispatch({ type: 'composed', sessionId: currentId, entry: composedEntry(clientId, content) });
      connection.send({ type: 'new_message', content, session_id: currentId, client_id: clientId });
    },
    [connection, currentId],
  );
  const sendVolatile = useCallback(
    (frame: Readonly<Record<string, unknown>>) => {
      connection.send({ ...frame, session_id: currentId }, { volatile: true });
    },
    [connection, currentId],
  );
  return {
    state,
    send,
    resend: (clientId, content) => {
      dispatch({ type: 'removed', clientId });
      send(content);
    },
    stop: () => {
      sendVolatile({ type: 'stop_generation' });
    },
    sayTyping: (isTyping) => {
      sendVolatile({ type: 'typing', is_typing: isTyping });
    },
    open: (sessionId) => {
      dispatch({ type: 'opened', sessionId });
    },
    create: () => {
      void createSession(api, dispatch);
    },
  };
}

async function createSession(api: ChatApi, dispatch: (action: ChatAction) => void): Promise<void> {
  const created = await api.createSession();
  dispatch({ type: 'sessions', sessions: await api.sessions() });
  dispatch({ type: 'opened', sessionId: created.id });
}

/** Fetches the sessions and the open session's messages now and after every (re)connection. */
function useHistory(
  { websocket }: Connection,
  api: ChatApi,
  currentId: number | null,
  dispatch: (action: ChatAction) => void,
): void {
  useEffect(() => {
    const fetchHistory = (): void => {
      // Without a valid token there is no history; the connection's state says why.
      loadHistory(api, currentId, dispatch).catch(() => undefined);
    };
    fetchHistory();
    websocket.on('open', fetchHistory);
    return () => {
      websocket.off('open', fetchHistory);
    };
  }, [websocket, api, currentId, dispatch]);
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

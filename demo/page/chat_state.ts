// Owns what the chat knows: sessions, their messages, how far each of the user's own has come.
// Refuses to send or fetch: it is a reducer, fed by use_chat.ts.
import type { DropReason } from '@advakod/resilient-websocket';
import {
  assistantUserId,
  type ChatMessage,
  type ServerFrame,
  type SessionSummary,
} from '../server/frames.js';
import { mergeHistory, type ChatEntry, withEcho, withUpdate } from './chat_entries.js';

export interface ChatState {
  readonly sessions: readonly SessionSummary[];
  readonly currentId: number | null;
  readonly entries: Readonly<Record<number, readonly ChatEntry[]>>;
  /** Client ids of the messages that stand in the client's queue. */
  readonly queued: ReadonlySet<string>;
  /** Sessions in which the assistant is typing. */
  readonly typing: ReadonlySet<number>;
  readonly serverError: string | null;
}

export type ChatAction =
  | { readonly type: 'sessions'; readonly sessions: readonly SessionSummary[] }
  | { readonly type: 'opened'; readonly sessionId: number }
  | { readonly type: 'history'; readonly sessionId: number; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'composed'; readonly sessionId: number; readonly entry: ChatEntry }
  | { readonly type: 'queue'; readonly queued: ReadonlySet<string> }
  | { readonly type: 'lost' }
  | { readonly type: 'dropped'; readonly clientId: string; readonly reason: DropReason }
  | { readonly type: 'removed'; readonly clientId: string }
  | { readonly type: 'frame'; readonly frame: ServerFrame };

export const emptyChat: ChatState = {
  sessions: [],
  currentId: null,
  entries: {},
  queued: new Set(),
  typing: new Set(),
  serverError: null,
};

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'sessions':
      return {
        ...state,
        sessions: action.sessions,
        currentId: state.currentId ?? action.sessions[0]?.id ?? null,
      };
    case 'opened':
      return { ...state, currentId: action.sessionId };
    case 'history':
      return withEntries(state, action.sessionId, (entries) => mergeHistory(entries, action.messages));
    case 'composed':
      return withEntries(state, action.sessionId, (entries) => [...entries, action.entry]);
    case 'queue':
      return { ...state, queued: action.queued };
    case 'lost':
      // Whatever was under way on that connection is unknown until the server tells.
      return {
        ...mapOwn(state, (entry) => ({ ...entry, doubtful: !isQueued(state, entry) })),
        typing: new Set(),
      };
    case 'dropped':
      return mapOwn(state, (entry) =>
        entry.clientId === action.clientId ? { ...entry, dropped: action.reason } : entry,
      );
    case 'removed':
      return mapEntries(state, (entries) => entries.filter(({ clientId }) => clientId !== action.clientId));
    case 'frame':
      return reduceFrame(state, action.frame);
  }
}

function reduceFrame(state: ChatState, frame: ServerFrame): ChatState {
  switch (frame.type) {
    case 'new_message':
      return withEntries(state, frame.session_id, (entries) => withEcho(entries, frame.data));
    case 'message_update':
      return withEntries(state, frame.session_id, (entries) => withUpdate(entries, frame.data));
    case 'session_update':
      return { ...state, sessions: withSession(state.sessions, frame.data) };
    case 'typing': {
      if (frame.user_id !== assistantUserId || frame.session_id === null) return state;
      const typing = new Set(state.typing);
      if (frame.is_typing) typing.add(frame.session_id);
      else typing.delete(frame.session_id);
      return { ...state, typing };
    }
    case 'error':
      return { ...state, serverError: `${frame.error_code}: ${frame.message}` };
    default:
      return state;
  }
}

function isQueued({ queued }: ChatState, { clientId }: ChatEntry): boolean {
  return clientId !== null && queued.has(clientId);
}

function withSession(
  sessions: readonly SessionSummary[],
  session: SessionSummary,
): readonly SessionSummary[] {
  return [session, ...sessions.filter(({ id }) => id !== session.id)];
}

type EntriesChange = (entries: readonly ChatEntry[]) => readonly ChatEntry[];

function withEntries(state: ChatState, sessionId: number, change: EntriesChange): ChatState {
  return { ...state, entries: { ...state.entries, [sessionId]: change(state.entries[sessionId] ?? []) } };
}

function mapEntries(state: ChatState, change: EntriesChange): ChatState {
  const changed = Object.entries(state.entries).map(([id, entries]) => [id, change(entries)] as const);
  return { ...state, entries: Object.fromEntries(changed) };
}

/** Changes the user's own messages that the server has not confirmed. */
function mapOwn(state: ChatState, change: (entry: ChatEntry) => ChatEntry): ChatState {
  return mapEntries(state, (entries) => entries.map((entry) => (entry.id === null ? change(entry) : entry)));
}

// The state of the chat: sessions, their messages, and the delivery of the user's own messages. A pure
// reducer, used by use_chat.ts.
import type { DropReason } from '@advakod/resilient-websocket';
import type { ChatMessage, MessageUpdate, SessionSummary } from '../server/frames.js';
import { mergeHistory, toDelivery, type ChatEntry, withEcho, withUpdate } from './chat_entries.js';

export interface ChatState {
  readonly sessions: readonly SessionSummary[];
  /** Whether the list of sessions was requested: before that it is unknown which session to connect to. */
  readonly isLoaded: boolean;
  readonly currentId: number | null;
  readonly entries: Readonly<Record<number, readonly ChatEntry[]>>;
  /** Client ids of the messages in the client's queue. */
  readonly queued: ReadonlySet<string>;
  readonly serverError: string | null;
  /** Number of sent messages that the user has replaced by sending them again. */
  readonly replaced: number;
}

export type ChatAction =
  /** The server's list; null if the request failed. */
  | { readonly type: 'sessions'; readonly sessions: readonly SessionSummary[] | null }
  | { readonly type: 'session'; readonly session: SessionSummary }
  | { readonly type: 'opened'; readonly sessionId: number }
  | { readonly type: 'history'; readonly sessionId: number; readonly messages: readonly ChatMessage[] }
  | { readonly type: 'composed'; readonly sessionId: number; readonly entry: ChatEntry }
  | { readonly type: 'queue'; readonly queued: ReadonlySet<string> }
  | { readonly type: 'lost' }
  | { readonly type: 'dropped'; readonly clientId: string; readonly reason: DropReason | 'refused' }
  | { readonly type: 'unconfirmed'; readonly clientId: string }
  | { readonly type: 'removed'; readonly clientId: string }
  /** The messages so far do not count any more. */
  | { readonly type: 'uncounted' }
  | { readonly type: 'message'; readonly sessionId: number | null; readonly message: ChatMessage }
  | { readonly type: 'update'; readonly sessionId: number | null; readonly update: MessageUpdate }
  /** The server sent an error, with this text. */
  | { readonly type: 'serverError'; readonly text: string };

export const emptyChat: ChatState = {
  sessions: [],
  isLoaded: false,
  currentId: null,
  entries: {},
  queued: new Set(),
  serverError: null,
  replaced: 0,
};

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'sessions':
      return {
        ...state,
        isLoaded: true,
        sessions: action.sessions ?? state.sessions,
        currentId: state.currentId ?? action.sessions?.[0]?.id ?? null,
      };
    case 'session':
      return { ...state, sessions: withSession(state.sessions, action.session) };
    case 'opened':
      return { ...state, currentId: action.sessionId };
    case 'history':
      return withEntries(state, action.sessionId, (entries) => mergeHistory(entries, action.messages));
    case 'composed':
      return withEntries(state, action.sessionId, (entries) => [...entries, action.entry]);
    case 'queue':
      return { ...state, queued: action.queued };
    case 'lost':
      // The delivery of messages sent on that connection is unknown until the server returns them.
      return mapPending(state, (entry) => ({ ...entry, unconfirmed: !isQueued(state, entry) }));
    case 'dropped':
      return mapPending(state, (entry) =>
        entry.clientId === action.clientId ? { ...entry, dropped: action.reason } : entry,
      );
    case 'unconfirmed':
      return mapPending(state, (entry) =>
        entry.clientId === action.clientId ? { ...entry, unconfirmed: true } : entry,
      );
    case 'removed':
      return withoutEntry(state, action.clientId);
    case 'uncounted':
      return {
        ...mapEntries(state, (entries) => entries.map((entry) => ({ ...entry, isNew: false }))),
        replaced: 0,
      };
    case 'message':
      return withEntries(state, action.sessionId, (entries) => withEcho(entries, action.message));
    case 'update':
      return withEntries(state, action.sessionId, (entries) => withUpdate(entries, action.update));
    case 'serverError':
      return { ...state, serverError: action.text };
  }
}

/** The number of messages that were written on this page and have left it. */
export function countSent({ entries, queued, replaced }: ChatState): number {
  const sent = Object.values(entries)
    .flat()
    .filter((entry) => entry.isNew && hasLeft(entry, queued));
  return sent.length + replaced;
}

/** The number of those that the server has returned: as an echo, or in its history. */
export function countArrived({ entries }: ChatState): number {
  return Object.values(entries)
    .flat()
    .filter(({ isNew, id }) => isNew && id !== null).length;
}

function hasLeft(entry: ChatEntry, queued: ReadonlySet<string>): boolean {
  return !['queued', 'dropped', 'refused'].includes(toDelivery(entry, queued));
}

function withoutEntry(state: ChatState, clientId: string): ChatState {
  const isRemoved = (entry: ChatEntry): boolean => entry.clientId === clientId;
  const removed = Object.values(state.entries).flat().find(isRemoved);
  const wasSent = removed?.isNew === true && hasLeft(removed, state.queued);
  return {
    ...mapEntries(state, (entries) => entries.filter((entry) => !isRemoved(entry))),
    replaced: state.replaced + (wasSent ? 1 : 0),
  };
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

function withEntries(state: ChatState, sessionId: number | null, change: EntriesChange): ChatState {
  // The general channel is no session: there is nowhere to show it.
  if (sessionId === null) return state;
  return { ...state, entries: { ...state.entries, [sessionId]: change(state.entries[sessionId] ?? []) } };
}

function mapEntries(state: ChatState, change: EntriesChange): ChatState {
  const changed = Object.entries(state.entries).map(([id, entries]) => [id, change(entries)] as const);
  return { ...state, entries: Object.fromEntries(changed) };
}

/** Changes the user's own messages that the server has not returned yet. */
function mapPending(state: ChatState, change: (entry: ChatEntry) => ChatEntry): ChatState {
  return mapEntries(state, (entries) => entries.map((entry) => (entry.id === null ? change(entry) : entry)));
}

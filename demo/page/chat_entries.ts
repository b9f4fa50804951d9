// Owns one message as the chat shows it, and how what the server says is laid over what was typed.
// Refuses to know sessions and sockets.
import type { DropReason } from '@advakod/resilient-websocket';
import type { ChatMessage, MessageUpdate, Progress, Role } from '../server/frames.js';

export interface ChatEntry {
  readonly key: string;
  /** The server's id; null until it has echoed the message. */
  readonly id: number | null;
  readonly clientId: string | null;
  readonly role: Role;
  readonly content: string;
  readonly createdAt: string;
  readonly progress: Progress;
  /** It was under way when the connection was lost, and nothing was heard of it since. */
  readonly doubtful: boolean;
  readonly dropped: DropReason | null;
}

export type Delivery = 'queued' | 'sent' | 'echoed' | 'doubtful' | 'dropped';

export function composedEntry(clientId: string, content: string): ChatEntry {
  return {
    key: clientId,
    id: null,
    clientId,
    role: 'user',
    content,
    createdAt: new Date().toISOString(),
    progress: 'complete',
    doubtful: false,
    dropped: null,
  };
}

/** Where the user's own message is on its way. */
export function deliveryOf(entry: ChatEntry, queued: ReadonlySet<string>): Delivery {
  if (entry.id !== null) return 'echoed';
  if (entry.dropped !== null) return 'dropped';
  if (entry.clientId !== null && queued.has(entry.clientId)) return 'queued';
  return entry.doubtful ? 'doubtful' : 'sent';
}

/** A message the server told of: the echo of our own takes the place of what was typed. */
export function withEcho(entries: readonly ChatEntry[], message: ChatMessage): readonly ChatEntry[] {
  const clientId = message.message_metadata.client_id ?? null;
  const index = entries.findIndex((entry) =>
    entry.id === null ? entry.clientId === clientId : entry.id === message.id,
  );
  const shown = entries[index];
  if (shown === undefined) return [...entries, entryOf(message)];
  const echoed = { ...entryOf(message), key: shown.key };
  return entries.map((entry) => (entry === shown ? echoed : entry));
}

export function withUpdate(entries: readonly ChatEntry[], update: MessageUpdate): readonly ChatEntry[] {
  const { content, message_metadata } = update;
  return entries.map((entry) =>
    entry.id === update.id ? { ...entry, content, progress: message_metadata.progress } : entry,
  );
}

/** The server's list, then what came after it was taken, then what it has not confirmed yet. */
export function mergeHistory(
  entries: readonly ChatEntry[],
  messages: readonly ChatMessage[],
): readonly ChatEntry[] {
  const lastId = messages.at(-1)?.id ?? 0;
  const confirmed = messages.map((message) => overlay(entries, message));
  const confirmedIds = new Set(confirmed.flatMap(({ clientId }) => clientId ?? []));
  const later = entries.filter(({ id }) => id !== null && id > lastId);
  const own = entries.filter(({ id, clientId }) => id === null && !confirmedIds.has(clientId ?? ''));
  return [...confirmed, ...later, ...own];
}

/** The entry of a message of the history; what is shown already keeps its key, and its end if it has one. */
function overlay(entries: readonly ChatEntry[], message: ChatMessage): ChatEntry {
  const entry = entryOf(message);
  const shown = entries.find(({ id, clientId }) =>
    id === null ? clientId === entry.clientId : id === message.id,
  );
  if (shown === undefined) return entry;
  const isOlder = entry.progress === 'generating' && shown.id !== null && shown.progress !== 'generating';
  return isOlder ? shown : { ...entry, key: shown.key };
}

function entryOf({ id, content, role, created_at, message_metadata }: ChatMessage): ChatEntry {
  const { client_id: clientId = null, progress } = message_metadata;
  const key = `message-${id}`;
  return {
    key,
    id,
    clientId,
    role,
    content,
    createdAt: created_at,
    progress,
    doubtful: false,
    dropped: null,
  };
}

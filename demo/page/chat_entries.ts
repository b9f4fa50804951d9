// One message as the chat shows it, and how the server's frames change it.
import type { DropReason } from '@advakod/resilient-websocket';
import type { ChatMessage, MessageUpdate, Progress, Role } from '../server/frames.js';

export interface ChatEntry {
  readonly key: string;
  /** The server's id; null until the server has returned the message. */
  readonly id: number | null;
  readonly clientId: string | null;
  readonly role: Role;
  readonly content: string;
  readonly createdAt: string;
  readonly progress: Progress;
  /** It was sent on a connection that was lost, and the server has not returned it since. */
  readonly unconfirmed: boolean;
  /** Why it will not be sent; `refused`: the client did not accept it. */
  readonly dropped: DropReason | 'refused' | null;
  /** It was written on this page, since the page was loaded. */
  readonly isNew: boolean;
}

export type Delivery = 'queued' | 'sent' | 'echoed' | 'unconfirmed' | 'dropped' | 'refused';

export function createEntry(clientId: string, content: string): ChatEntry {
  return {
    key: clientId,
    id: null,
    clientId,
    role: 'user',
    content,
    createdAt: new Date().toISOString(),
    progress: 'complete',
    unconfirmed: false,
    dropped: null,
    isNew: true,
  };
}

/** The delivery of one of the user's own messages. */
export function toDelivery(entry: ChatEntry, queued: ReadonlySet<string>): Delivery {
  if (entry.id !== null) return 'echoed';
  if (entry.dropped !== null) return entry.dropped === 'refused' ? 'refused' : 'dropped';
  if (entry.clientId !== null && queued.has(entry.clientId)) return 'queued';
  return entry.unconfirmed ? 'unconfirmed' : 'sent';
}

/** Adds a message from the server; the user's own message is replaced by the server's version. */
export function withEcho(entries: readonly ChatEntry[], message: ChatMessage): readonly ChatEntry[] {
  const clientId = message.message_metadata.client_id ?? null;
  const index = entries.findIndex((entry) =>
    entry.id === null ? entry.clientId === clientId : entry.id === message.id,
  );
  const shown = entries[index];
  if (shown === undefined) return [...entries, toEntry(message)];
  const echoed = { ...toEntry(message), key: shown.key, isNew: shown.isNew };
  return entries.map((entry) => (entry === shown ? echoed : entry));
}

export function withUpdate(entries: readonly ChatEntry[], update: MessageUpdate): readonly ChatEntry[] {
  const { content, message_metadata } = update;
  return entries.map((entry) =>
    entry.id === update.id ? { ...entry, content, progress: message_metadata.progress } : entry,
  );
}

/**
 * The server's history, then messages that arrived after it was read, then the user's unconfirmed messages.
 */
export function mergeHistory(
  entries: readonly ChatEntry[],
  messages: readonly ChatMessage[],
): readonly ChatEntry[] {
  const lastId = messages.at(-1)?.id ?? 0;
  const confirmed = messages.map((message) => mergeEntry(entries, message));
  const confirmedIds = new Set(confirmed.flatMap(({ clientId }) => clientId ?? []));
  const later = entries.filter(({ id }) => id !== null && id > lastId);
  const own = entries.filter(({ id, clientId }) => id === null && !confirmedIds.has(clientId ?? ''));
  return [...confirmed, ...later, ...own];
}

/**
 * The entry for a message of the history. An entry that is shown already keeps its key, and a later progress.
 */
function mergeEntry(entries: readonly ChatEntry[], message: ChatMessage): ChatEntry {
  const entry = toEntry(message);
  const shown = entries.find(({ id, clientId }) =>
    id === null ? clientId === entry.clientId : id === message.id,
  );
  if (shown === undefined) return entry;
  const isOutdated = entry.progress === 'generating' && shown.id !== null && shown.progress !== 'generating';
  return isOutdated ? shown : { ...entry, key: shown.key, isNew: shown.isNew };
}

function toEntry({ id, content, role, created_at, message_metadata }: ChatMessage): ChatEntry {
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
    unconfirmed: false,
    dropped: null,
    isNew: false,
  };
}

// The chat sessions and their messages, like the database of a real backend. It is in the supervisor, so it
// is not lost when the server process is killed.
import type { ChatMessage, MessageMetadata, Role, SessionSummary } from './frames.js';

interface Session {
  readonly id: number;
  readonly userId: number;
  readonly messages: ChatMessage[];
  title: string;
  updatedAt: string;
}

const maxTitleLength = 48;

export class Store {
  readonly #sessions = new Map<number, Session>();
  readonly #messages = new Map<number, Session>();
  readonly #idsByKey = new Map<string, number>();
  #lastId = 0;

  createSession(userId: number): SessionSummary {
    const id = this.#sessions.size + 1;
    const session: Session = { id, userId, messages: [], title: '', updatedAt: now() };
    this.#sessions.set(id, session);
    return summary(session);
  }

  /** The user's sessions, the latest first. A first session is created for a new user. */
  sessions(userId: number): SessionSummary[] {
    const own = [...this.#sessions.values()].filter((session) => session.userId === userId);
    if (own.length === 0) return [this.createSession(userId)];
    return own
      .sort((left, right) => right.updatedAt.localeCompare(left.updatedAt) || right.id - left.id)
      .map(summary);
  }

  session(sessionId: number, userId: number): SessionSummary | null {
    const session = this.#sessions.get(sessionId);
    return session?.userId === userId ? summary(session) : null;
  }

  messages(sessionId: number): ChatMessage[] {
    return [...(this.#sessions.get(sessionId)?.messages ?? [])];
  }

  /** Returns the stored message. One with the key of an earlier one is not stored again: the earlier one is returned. */
  append(
    sessionId: number,
    role: Role,
    content: string,
    metadata: MessageMetadata,
    key: string | null = null,
  ): ChatMessage {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) throw new RangeError(`no session ${String(sessionId)}`);
    const known = key === null ? undefined : this.#idsByKey.get(key);
    const earlier = session.messages.find(({ id }) => id === known);
    if (earlier !== undefined) return earlier;
    this.#lastId += 1;
    if (key !== null) this.#idsByKey.set(key, this.#lastId);
    const created_at = now();
    const message: ChatMessage = { id: this.#lastId, content, role, created_at, message_metadata: metadata };
    session.messages.push(message);
    session.updatedAt = created_at;
    if (session.title === '' && role === 'user') session.title = toTitle(content);
    this.#messages.set(message.id, session);
    return message;
  }

  update(messageId: number, content: string, metadata: MessageMetadata): boolean {
    const messages = this.#messages.get(messageId)?.messages;
    const index = messages?.findIndex(({ id }) => id === messageId) ?? -1;
    const message = messages?.[index];
    if (messages === undefined || message === undefined) return false;
    messages[index] = { ...message, content, message_metadata: metadata };
    return true;
  }

  /** Marks the answers that were being written when the server process ended. */
  interruptUnfinished(): void {
    for (const { messages } of this.#sessions.values()) {
      for (const { id, content, message_metadata } of messages) {
        if (message_metadata.progress === 'generating') this.update(id, content, { progress: 'interrupted' });
      }
    }
  }
}

function summary({ id, title, updatedAt, messages }: Session): SessionSummary {
  return { id, title, updated_at: updatedAt, message_count: messages.length };
}

function toTitle(content: string): string {
  const line = content.trim().split('\n', 1)[0] ?? '';
  return line.length > maxTitleLength ? `${line.slice(0, maxTitleLength - 1).trimEnd()}…` : line;
}

function now(): string {
  return new Date().toISOString();
}

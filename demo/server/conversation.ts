// Owns the assistant: it writes an answer word by word, can be stopped, and tells the user so.
// Refuses to keep messages: each step goes to the store before anyone hears of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo } from './answers.js';
import { assistantUserId, type Progress } from './frames.js';
import type { Hub } from './hub.js';
import type { StoreClient } from './store_client.js';

/** Time the assistant thinks before the first word and between two words, ms. */
const thinkingTime = 400;
const wordInterval = 70;

interface Room {
  readonly sessionId: number;
  readonly userId: number;
}

export class Conversation {
  readonly #store: StoreClient;
  readonly #hub: Hub;
  /** Answers being written, by session; aborting one stops it. */
  readonly #writing = new Map<number, AbortController>();

  constructor(store: StoreClient, hub: Hub) {
    this.#store = store;
    this.#hub = hub;
  }

  /** Stores a user's message, echoes it to all connections of the user and starts an answer. */
  async accept(room: Room, content: string, clientId: string | undefined): Promise<void> {
    const { sessionId, userId } = room;
    const metadata = {
      progress: 'complete',
      ...(clientId === undefined ? {} : { client_id: clientId }),
    } as const;
    const message = await this.#store.call('append', { sessionId, role: 'user', content, metadata });
    this.#hub.sendToUser(userId, { type: 'new_message', data: message, session_id: sessionId });
    await this.#announceSession(room);
    this.#writing.get(sessionId)?.abort();
    const abort = new AbortController();
    this.#writing.set(sessionId, abort);
    void this.#answer(room, answerTo(content), abort.signal);
  }

  stop({ sessionId, userId }: Room): void {
    this.#writing.get(sessionId)?.abort();
    this.#writing.delete(sessionId);
    this.#hub.sendToUser(userId, {
      type: 'generation_stopped',
      message: 'Generation stopped',
      session_id: sessionId,
    });
  }

  async #answer(room: Room, text: string, signal: AbortSignal): Promise<void> {
    this.#sayTyping(room, true);
    await pause(thinkingTime, signal);
    if (!signal.aborted) await this.#write(room, text.split(' '), signal);
    this.#sayTyping(room, false);
  }

  async #write({ sessionId, userId }: Room, words: readonly string[], signal: AbortSignal): Promise<void> {
    const metadata = { progress: 'generating' } as const;
    const message = await this.#store.call('append', { sessionId, role: 'assistant', content: '', metadata });
    this.#hub.sendToUser(userId, { type: 'new_message', data: message, session_id: sessionId });
    let written = 0;
    while (written < words.length && !signal.aborted) {
      written += 1;
      const progress: Progress = written === words.length ? 'complete' : 'generating';
      await this.#update({ sessionId, userId }, message.id, words.slice(0, written).join(' '), progress);
      await pause(wordInterval, signal);
    }
    if (written < words.length) {
      await this.#update({ sessionId, userId }, message.id, words.slice(0, written).join(' '), 'stopped');
    }
    await this.#announceSession({ sessionId, userId });
  }

  async #update({ sessionId, userId }: Room, id: number, content: string, progress: Progress): Promise<void> {
    const metadata = { progress };
    await this.#store.call('update', { messageId: id, content, metadata });
    this.#hub.sendToUser(userId, {
      type: 'message_update',
      data: {
        id,
        content,
        role: 'assistant',
        updated_at: new Date().toISOString(),
        message_metadata: metadata,
      },
      session_id: sessionId,
    });
  }

  async #announceSession({ sessionId, userId }: Room): Promise<void> {
    const session = await this.#store.call('session', { sessionId, userId });
    if (session !== null) this.#hub.sendToUser(userId, { type: 'session_update', data: session });
  }

  #sayTyping({ sessionId, userId }: Room, isTyping: boolean): void {
    this.#hub.sendToUser(userId, {
      type: 'typing',
      user_id: assistantUserId,
      is_typing: isTyping,
      session_id: sessionId,
    });
  }
}

/** Waits, or not: an abort ends the wait at once. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

// The assistant: it writes an answer word by word and can be stopped. Each step is stored before it is sent
// to the user.
import { setTimeout as sleep } from 'node:timers/promises';
import { answerTo } from './answers.js';
import { assistantUserId, type Progress } from './frames.js';
import type { Hub } from './hub.js';
import type { StoreClient } from './store_client.js';

/** Delay before the first word and between words, ms. */
const answerDelay = 400;
const wordInterval = 70;

type EndedProgress = Extract<Progress, 'stopped' | 'superseded'>;

interface SessionRef {
  readonly sessionId: number;
  readonly userId: number;
}

export class Conversation {
  readonly #store: StoreClient;
  readonly #hub: Hub;
  /** Answers that are being written, by session; an abort ends one, and its reason is the progress to store. */
  readonly #writing = new Map<number, AbortController>();

  constructor(store: StoreClient, hub: Hub) {
    this.#store = store;
    this.#hub = hub;
  }

  /**
   * Stores a user's message, sends it to all peers of the user, and starts an answer. A message that a session hands over
   * again, because the server process was killed in between, has the key of the first time, and is not stored twice.
   */
  async accept(
    session: SessionRef,
    content: string,
    clientId: string | undefined,
    key: string | null,
  ): Promise<void> {
    const { sessionId, userId } = session;
    const metadata = {
      progress: 'complete',
      ...(clientId === undefined ? {} : { client_id: clientId }),
    } as const;
    const message = await this.#store.call('append', { sessionId, role: 'user', content, metadata, key });
    this.#hub.sendToUser(userId, { type: 'new_message', data: message, session_id: sessionId });
    await this.#sendSessionUpdate(session);
    this.#end(sessionId, 'superseded');
    const abort = new AbortController();
    this.#writing.set(sessionId, abort);
    void this.#answer(session, answerTo(content), abort.signal);
  }

  stop({ sessionId, userId }: SessionRef): void {
    this.#end(sessionId, 'stopped');
    this.#writing.delete(sessionId);
    this.#hub.sendToUser(userId, {
      type: 'generation_stopped',
      message: 'Generation stopped',
      session_id: sessionId,
    });
  }

  #end(sessionId: number, progress: EndedProgress): void {
    this.#writing.get(sessionId)?.abort(progress);
  }

  async #answer(session: SessionRef, text: string, signal: AbortSignal): Promise<void> {
    this.#sendTyping(session, true);
    await pause(answerDelay, signal);
    if (!signal.aborted) await this.#write(session, text.split(' '), signal);
    this.#sendTyping(session, false);
  }

  async #write(
    { sessionId, userId }: SessionRef,
    words: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const metadata = { progress: 'generating' } as const;
    const message = await this.#store.call('append', {
      ...{ sessionId, role: 'assistant', content: '', metadata, key: null },
    });
    this.#hub.sendToUser(userId, { type: 'new_message', data: message, session_id: sessionId });
    let written = 0;
    while (written < words.length && !signal.aborted) {
      written += 1;
      const progress: Progress = written === words.length ? 'complete' : 'generating';
      await this.#update({ sessionId, userId }, message.id, words.slice(0, written).join(' '), progress);
      await pause(wordInterval, signal);
    }
    if (written < words.length) {
      await this.#update(
        { sessionId, userId },
        message.id,
        words.slice(0, written).join(' '),
        signal.reason as EndedProgress,
      );
    }
    await this.#sendSessionUpdate({ sessionId, userId });
  }

  async #update(
    { sessionId, userId }: SessionRef,
    id: number,
    content: string,
    progress: Progress,
  ): Promise<void> {
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

  async #sendSessionUpdate({ sessionId, userId }: SessionRef): Promise<void> {
    const session = await this.#store.call('session', { sessionId, userId });
    if (session !== null) this.#hub.sendToUser(userId, { type: 'session_update', data: session });
  }

  #sendTyping({ sessionId, userId }: SessionRef, isTyping: boolean): void {
    this.#hub.sendToUser(userId, {
      type: 'typing',
      user_id: assistantUserId,
      is_typing: isTyping,
      session_id: sessionId,
    });
  }
}

/** Waits; an abort ends the wait at once. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

// Handles each frame of a client. A malformed frame is answered with an error frame; the connection stays
// open.
import type { Conversation } from './conversation.js';
import type { ErrorCode } from './frames.js';
import type { Hub } from './hub.js';
import type { Peer } from './peer.js';
import type { StoreClient } from './store_client.js';

/** Largest accepted frame, bytes of UTF-8. */
export const maxFrameSize = 65_536;

type Frame = Readonly<Record<string, unknown>>;

export class FrameHandler {
  readonly #hub: Hub;
  readonly #store: StoreClient;
  readonly #conversation: Conversation;

  constructor(hub: Hub, store: StoreClient, conversation: Conversation) {
    this.#hub = hub;
    this.#store = store;
    this.#conversation = conversation;
  }

  /** `key`: the same for a message that a session hands over again; null without a session. */
  async handle(peer: Peer, raw: Buffer, key: string | null = null): Promise<void> {
    if (raw.byteLength > maxFrameSize) {
      sendError(peer, 'message_too_large', `Message exceeds ${String(maxFrameSize)} bytes`);
      return;
    }
    const frame = parse(raw);
    if (frame === null) {
      sendError(peer, 'invalid_json', 'Message is not a JSON object');
      return;
    }
    await this.#dispatch(peer, frame, key);
  }

  async #dispatch(peer: Peer, frame: Frame, key: string | null): Promise<void> {
    switch (frame.type) {
      case 'ping':
        // To every connection of the user, as the real backend does.
        this.#hub.sendToUser(peer.userId, { type: 'pong', timestamp: frame.timestamp });
        return;
      case 'pong':
        peer.onPong();
        return;
      case 'typing':
        this.#hub.sendToUser(peer.userId, {
          type: 'typing',
          user_id: peer.userId,
          is_typing: frame.is_typing === true,
          session_id: toId(frame.session_id) ?? peer.sessionId,
        });
        return;
      case 'join_session':
        peer.sessionId = toId(frame.session_id) ?? peer.sessionId;
        return;
      case 'new_message':
      case 'stop_generation':
        await this.#handleChatFrame(peer, frame, key);
        return;
      default:
        sendError(peer, 'unknown_message_type', `Unknown message type: ${String(frame.type)}`);
    }
  }

  async #handleChatFrame(peer: Peer, frame: Frame, key: string | null): Promise<void> {
    const sessionId = toId(frame.session_id) ?? peer.sessionId;
    const session =
      sessionId === null ? null : await this.#store.call('session', { sessionId, userId: peer.userId });
    if (session === null) {
      sendError(peer, 'message_processing_error', 'No such session');
      return;
    }
    const sessionRef = { sessionId: session.id, userId: peer.userId };
    if (frame.type === 'stop_generation') {
      this.#conversation.stop(sessionRef);
      return;
    }
    const { content, client_id: clientId } = frame;
    if (typeof content !== 'string' || content === '') {
      sendError(peer, 'message_processing_error', 'Message has no content');
      return;
    }
    const id = typeof clientId === 'string' ? clientId : undefined;
    await this.#conversation.accept(sessionRef, content, id, key);
  }
}

function parse(raw: Buffer): Frame | null {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Frame) : null;
  } catch {
    return null;
  }
}

function sendError(peer: Peer, code: ErrorCode, message: string): void {
  peer.send({ type: 'error', message, error_code: code, timestamp: Date.now() / 1000 });
}

function toId(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

// Owns what a hook knows of its chat session: who types, whether an answer is being written, whose frames count.
// Refuses to keep messages, and to know where the frames come from and go to.
import type { ResilientWebSocket } from '../index.js';
import { type ConnectionState } from '../types.js';
import { digitsOf, type SessionId } from './chat_address.js';
import {
  type ChatCallbacks,
  type ChatErrorEvent,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type ChatSnapshot,
  fieldsOf,
  type Frame,
  isObject,
} from './chat_frames.js';
import { type ConnectionBinding, notSent } from './connection_binding.js';
import { type Handlers } from './lease.js';
import { Store } from './store.js';
import { Typists } from './typists.js';
import { TypingSignal } from './typing_signal.js';

/** How long an answer is waited for without a sign of it, ms. */
const ANSWER_EXPIRES = 120_000;

const SESSION_FRAMES: readonly unknown[] = ['new_message', 'message_update', 'typing', 'generation_stopped'];

const QUIET: ChatSnapshot = { isGenerating: false, typingUsers: [] };

type Timer = ReturnType<typeof setTimeout>;

// As the server told when the connection was opened, which a hook that joins it later did not hear.
const ownIds = new WeakMap<ResilientWebSocket, unknown>();

export class ChatRoom extends Store {
  readonly #binding: ConnectionBinding;
  #sessionId: SessionId | undefined;
  #place: string | null = null;
  #callbacks: ChatCallbacks = {};
  #snapshot = QUIET;
  #answerTimer: Timer | undefined;
  // Whether the connection they were joined on has ended: the server forgets them with it.
  readonly #joined = new Map<string, { readonly sessionId: SessionId; readonly isSent: boolean }>();
  readonly #typists = new Typists(() => {
    this.#show({ typingUsers: this.#typists.ids });
  });
  readonly #typing = new TypingSignal((isTyping) =>
    this.#send({ type: 'typing', is_typing: isTyping }, true),
  );

  /** What it wants to hear of the connection. */
  readonly handlers: Handlers = {
    message: (frame) => {
      this.#hear(fieldsOf(frame));
    },
    stateChange: (state) => {
      this.#stateChanged(state);
    },
    open: () => {
      this.#joinAgain();
    },
    error: (error) => this.#callbacks.onError?.(error),
    messageDropped: (event) => {
      const { onMessageDropped, onError } = this.#callbacks;
      if (onMessageDropped) onMessageDropped(event);
      else onError?.(notSent(this.#binding.locale));
    },
  };

  readonly getSnapshot = (): ChatSnapshot => this.#snapshot;
  readonly getServerSnapshot = (): ChatSnapshot => QUIET;

  readonly sendTyping = (isTyping: boolean): void => {
    this.#typing.set(isTyping);
  };

  readonly joinSession = (sessionId: SessionId): boolean => {
    const isSent = this.#binding.send({ type: 'join_session', session_id: sessionId });
    this.#joined.set(digitsOf(sessionId), { sessionId, isSent });
    return isSent;
  };

  readonly sendChatMessage = (content: string, fields?: Frame): boolean => {
    const isSent = this.#send({ ...fields, type: 'new_message', content }, false);
    // One that is queued is not being answered yet: the server's echo will tell.
    if (isSent) this.#setGenerating(true);
    return isSent;
  };

  /** Now or not at all: after an outage it would stop another answer than the one it was meant for. */
  readonly stopGeneration = (): boolean => this.#send({ type: 'stop_generation' }, true);

  constructor(binding: ConnectionBinding) {
    super();
    this.#binding = binding;
  }

  /** A render was committed; what belongs to another session or another connection is forgotten. */
  update(sessionId: SessionId | undefined, place: string | null, callbacks: ChatCallbacks): void {
    this.#callbacks = callbacks;
    const isSame = digitsOf(sessionId) === digitsOf(this.#sessionId) && place === this.#place;
    if (!isSame) this.reset();
    this.#sessionId = sessionId;
    this.#place = place;
  }

  /** Forgets the session, its timers first of all. */
  reset(): void {
    this.#typing.cancel();
    this.#joined.clear();
    this.#quieten();
  }

  #send(frame: Frame, isVolatile: boolean): boolean {
    return this.#binding.send({ ...frame, session_id: this.#sessionId }, { volatile: isVolatile });
  }

  /** What was queued goes out by itself. Never volatile: behind messages in doubt that would be dropped unsaid. */
  #joinAgain(): void {
    for (const { sessionId, isSent } of this.#joined.values()) {
      if (isSent) this.#binding.send({ type: 'join_session', session_id: sessionId });
    }
    for (const [digits, { sessionId }] of this.#joined) this.#joined.set(digits, { sessionId, isSent: true });
  }

  #stateChanged(state: ConnectionState): void {
    if (state === 'connected') return;
    // Whatever was under way, nobody tells of its end any more.
    this.#quieten();
    this.changed();
  }

  #hear(frame: Frame): void {
    const { type, data, session_id: sessionId } = frame;
    if (SESSION_FRAMES.includes(type) && !this.#isMeant(sessionId)) return;
    const callbacks = this.#callbacks;
    const { websocket } = this.#binding.getSnapshot();
    if (websocket === null) return;
    switch (type) {
      case 'connection_established':
        ownIds.set(websocket, fieldsOf(frame.payload).user_id);
        return;
      case 'new_message':
      case 'message_update':
        if (!isObject(data)) return;
        this.#follow(data, type === 'new_message');
        if (type === 'new_message') callbacks.onNewMessage?.(data as unknown as ChatMessage);
        else callbacks.onMessageUpdate?.(data as unknown as ChatMessageUpdate);
        return;
      case 'typing':
        this.#heardTyping(frame.user_id, frame.is_typing === true, ownIds.get(websocket));
        return;
      case 'session_update':
        if (isObject(data)) callbacks.onSessionUpdate?.(data as unknown as ChatSessionUpdate);
        return;
      case 'generation_stopped':
        this.#setGenerating(false);
        callbacks.onGenerationStopped?.(typeof frame.message === 'string' ? frame.message : '');
        return;
      case 'error':
        this.#setGenerating(false);
        this.#binding.fail(serverError(frame));
    }
  }

  /** The backend sends everything to all of a user's connections. */
  #isMeant(sessionId: unknown): boolean {
    const own = digitsOf(this.#sessionId);
    if (own === '' || sessionId === null || sessionId === undefined) return true;
    const digits = digitsOf(sessionId);
    return digits === own || this.#joined.has(digits);
  }

  /** Concludes from a message whether an answer is under way. */
  #follow({ role, message_metadata: metadata }: Frame, isNew: boolean): void {
    const { progress } = fieldsOf(metadata);
    // A question that the server has taken is one that it answers.
    if (role === 'user') {
      if (isNew) this.#setGenerating(true);
    } else if (role === 'assistant') {
      if (progress === 'generating') this.#setGenerating(true);
      else if (isNew || progress !== undefined) this.#setGenerating(false);
      else this.#setGenerating(this.#snapshot.isGenerating);
    }
  }

  #heardTyping(userId: unknown, isTyping: boolean, ownId: unknown): void {
    if (typeof userId !== 'number' && typeof userId !== 'string') return;
    this.#typists.set(userId, isTyping && userId !== ownId);
    this.#callbacks.onTyping?.(userId, isTyping);
  }

  /** True again is a sign of life, from which the wait begins anew. */
  #setGenerating(isGenerating: boolean): void {
    clearTimeout(this.#answerTimer);
    if (isGenerating) {
      this.#answerTimer = setTimeout(() => {
        this.#show({ isGenerating: false });
      }, ANSWER_EXPIRES);
    }
    this.#show({ isGenerating });
  }

  #show(part: Partial<ChatSnapshot>): void {
    const { isGenerating, typingUsers } = this.#snapshot;
    const next = { isGenerating, typingUsers, ...part };
    if (next.isGenerating === isGenerating && String(next.typingUsers) === String(typingUsers)) return;
    this.#snapshot = next;
    this.changed();
  }

  #quieten(): void {
    clearTimeout(this.#answerTimer);
    this.#typists.clear();
    this.#snapshot = QUIET;
  }
}

function serverError({ message, error_code: errorCode }: Frame): ChatErrorEvent {
  return {
    type: 'server_error',
    message: typeof message === 'string' ? message : '',
    recoverable: true,
    ...(typeof errorCode === 'string' && { errorCode }),
  };
}

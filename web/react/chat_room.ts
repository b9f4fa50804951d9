// Owns what a hook knows of its chat session: who types, whether an answer is being written, whose frames count.
// Refuses to keep messages, and to know where the frames come from and go to.
import type { ResilientWebSocket } from '../index.js';
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
  textOf,
} from './chat_frames.js';
import { type ConnectionBinding } from './connection_binding.js';
import { type Handlers } from './lease.js';
import { createStore, type Store } from './store.js';
import { createTypists } from './typists.js';
import { createTypingSignal } from './typing_signal.js';

/** How long an answer is waited for without a sign of it, ms. */
const ANSWER_EXPIRES = 120_000;

const SESSION_FRAMES: readonly unknown[] = ['new_message', 'message_update', 'typing', 'generation_stopped'];

const QUIET: ChatSnapshot = { isGenerating: false, typingUsers: [] };

// As the server told when the connection was opened, which a hook that joins it later did not hear.
const ownIds = new WeakMap<ResilientWebSocket, unknown>();

/** What a page does in a session (see the hook's result). */
export interface ChatCalls {
  readonly sendChatMessage: (content: string, fields?: Frame) => boolean;
  readonly sendTyping: (isTyping: boolean) => void;
  readonly joinSession: (sessionId: SessionId) => boolean;
  readonly stopGeneration: () => boolean;
}

export interface ChatRoom extends Store<ChatSnapshot> {
  readonly calls: ChatCalls;
  /** What it wants to hear of the connection. */
  readonly handlers: Handlers;
  /** A render was committed; what belongs to another session or another connection is forgotten. */
  readonly update: (sessionId: SessionId | undefined, place: string | null, callbacks: ChatCallbacks) => void;
  /** Forgets the session, its timers first of all. */
  readonly reset: () => void;
}

export function createRoom(binding: ConnectionBinding): ChatRoom {
  let ownSession: SessionId | undefined;
  let ownPlace: string | null = null;
  let callbacks: ChatCallbacks = {};
  let snapshot = QUIET;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  // By digits. Whether the connection they were joined on has ended: the server forgets them with it.
  const joined = new Map<string, { readonly sessionId: SessionId; isSent: boolean }>();
  const { changed, source } = createStore(() => snapshot, QUIET);
  const typists = createTypists((typingUsers) => {
    show({ ...snapshot, typingUsers });
  });
  const typing = createTypingSignal((isTyping) => send({ type: 'typing', is_typing: isTyping }, true));

  function send(frame: Frame, isVolatile: boolean): boolean {
    return binding.calls.send({ ...frame, session_id: ownSession }, { volatile: isVolatile });
  }

  function join(sessionId: SessionId): boolean {
    return binding.calls.send({ type: 'join_session', session_id: sessionId });
  }

  function show(next: ChatSnapshot): void {
    if (String(Object.values(next)) === String(Object.values(snapshot))) return;
    snapshot = next;
    changed();
  }

  /** True again is a sign of life, from which the wait begins anew. */
  function setGenerating(isGenerating: boolean): void {
    clearTimeout(answerTimer);
    if (isGenerating) answerTimer = setTimeout(setGenerating, ANSWER_EXPIRES, false);
    show({ ...snapshot, isGenerating });
  }

  function quieten(): void {
    clearTimeout(answerTimer);
    typists.clear();
    snapshot = QUIET;
  }

  function reset(): void {
    typing.cancel();
    joined.clear();
    quieten();
  }

  /** The backend sends everything to all of a user's connections. */
  function isMeant(sessionId: unknown): boolean {
    const own = digitsOf(ownSession);
    const digits = digitsOf(sessionId);
    const isNamed = sessionId !== null && sessionId !== undefined;
    return !own || !isNamed || digits === own || joined.has(digits);
  }

  /** Concludes from a message whether an answer is under way. */
  function follow({ role, message_metadata: metadata }: Frame, isNew: boolean): void {
    const { progress } = fieldsOf(metadata);
    const isSilent = !isNew && progress === undefined;
    if (role === 'user' && isNew) setGenerating(true);
    if (role === 'assistant') setGenerating(isSilent ? snapshot.isGenerating : progress === 'generating');
  }

  function hear(frame: Frame): void {
    const { type, data, session_id: sessionId, user_id: userId } = frame;
    const websocket = binding.client();
    if (!websocket || (SESSION_FRAMES.includes(type) && !isMeant(sessionId))) return;
    switch (type) {
      case 'connection_established':
        ownIds.set(websocket, fieldsOf(frame.payload).user_id);
        break;
      case 'new_message':
        if (!isObject(data)) return;
        follow(data, true);
        callbacks.onNewMessage?.(data as unknown as ChatMessage);
        break;
      case 'message_update':
        if (!isObject(data)) return;
        follow(data, false);
        callbacks.onMessageUpdate?.(data as unknown as ChatMessageUpdate);
        break;
      case 'typing': {
        if (typeof userId !== 'number' && typeof userId !== 'string') return;
        const isTyping = frame.is_typing === true;
        typists.set(userId, isTyping && userId !== ownIds.get(websocket));
        callbacks.onTyping?.(userId, isTyping);
        break;
      }
      case 'session_update':
        if (isObject(data)) callbacks.onSessionUpdate?.(data as unknown as ChatSessionUpdate);
        break;
      case 'generation_stopped':
        setGenerating(false);
        callbacks.onGenerationStopped?.(textOf(frame.message));
        break;
      case 'error':
        setGenerating(false);
        binding.fail(serverError(frame));
    }
  }

  return {
    changed,
    source,
    reset,
    calls: {
      sendChatMessage: (content, fields) => {
        const isSent = send({ ...fields, type: 'new_message', content }, false);
        // One that is queued is not being answered yet: the server's echo will tell.
        if (isSent) setGenerating(true);
        return isSent;
      },
      sendTyping: typing.set,
      joinSession: (sessionId) => {
        const isSent = join(sessionId);
        joined.set(digitsOf(sessionId), { sessionId, isSent });
        return isSent;
      },
      // Now or not at all: after an outage it would stop another answer than the one it was meant for.
      stopGeneration: () => send({ type: 'stop_generation' }, true),
    },
    handlers: {
      message: (frame) => {
        hear(fieldsOf(frame));
      },
      stateChange: (state) => {
        if (state === 'connected') return;
        // Whatever was under way, nobody tells of its end any more.
        quieten();
        changed();
      },
      // What was queued goes out by itself. Never volatile: behind messages in doubt that would be dropped unsaid.
      open: () => {
        for (const session of joined.values()) {
          if (session.isSent) join(session.sessionId);
          session.isSent = true;
        }
      },
      error: (error) => callbacks.onError?.(error),
      messageDropped: (event) => {
        binding.tellDropped(event, callbacks);
      },
    },
    update: (sessionId, place, next) => {
      callbacks = next;
      if (digitsOf(sessionId) !== digitsOf(ownSession) || place !== ownPlace) reset();
      ownSession = sessionId;
      ownPlace = place;
    },
  };
}

function serverError({ message, error_code: errorCode }: Frame): ChatErrorEvent {
  return {
    type: 'server_error',
    message: textOf(message),
    recoverable: true,
    ...(typeof errorCode === 'string' && { errorCode }),
  };
}

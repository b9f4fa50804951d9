// Owns a hook's place in its chat session: what it sends there, whose frames are meant for it, what it has joined.
// Refuses to keep messages, and to know where the frames come from and go to.
import { createActivity } from './chat_activity.js';
import { digitsOf, type SessionId } from './chat_address.js';
import { type ChatCallbacks, type ChatSnapshot, fieldsOf, type Frame } from './chat_frames.js';
import { hearFrame } from './chat_hearing.js';
import { type ConnectionBinding, type ConnectionCalls } from './connection_binding.js';
import { type Handlers } from './lease.js';
import { type Store } from './store.js';
import { createTypingSignal } from './typing_signal.js';

const SESSION_FRAMES: readonly unknown[] = ['new_message', 'message_update', 'typing', 'generation_stopped'];

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
  /** A render was committed; what belongs to another place, which is session and connection, is forgotten. */
  readonly update: (sessionId: SessionId | undefined, place: string, callbacks: ChatCallbacks) => void;
  /** Forgets the session, its timers first of all. */
  readonly reset: () => void;
}

export function createRoom({ client, fail, calls: { send } }: ConnectionBinding): ChatRoom {
  let ownSession: SessionId | undefined;
  let ownPlace = '';
  let callbacks: ChatCallbacks = {};
  const activity = createActivity();
  const joins = createJoins(send);
  const typing = createTypingSignal((isTyping) => sendOwn({ type: 'typing', is_typing: isTyping }, true));

  function sendOwn(frame: Frame, isVolatile: boolean): boolean {
    return send({ ...frame, session_id: ownSession }, { volatile: isVolatile });
  }

  /** The backend sends everything to all of a user's connections. */
  function isMeant({ type, session_id: sessionId }: Frame): boolean {
    const own = digitsOf(ownSession);
    const digits = digitsOf(sessionId);
    const isNamed = sessionId !== null && sessionId !== undefined && SESSION_FRAMES.includes(type);
    return !own || !isNamed || digits === own || joins.has(digits);
  }

  function reset(): void {
    typing.cancel();
    joins.clear();
    activity.quieten();
  }

  return {
    ...activity,
    reset,
    calls: {
      sendChatMessage: (content, fields) => {
        const isSent = sendOwn({ ...fields, type: 'new_message', content }, false);
        // One that is queued is not being answered yet: the server's echo will tell.
        if (isSent) activity.setGenerating(true);
        return isSent;
      },
      sendTyping: typing.set,
      joinSession: joins.join,
      // Now or not at all: after an outage it would stop another answer than the one it was meant for.
      stopGeneration: () => sendOwn({ type: 'stop_generation' }, true),
    },
    handlers: {
      message: (data) => {
        const frame = fieldsOf(data);
        const websocket = client();
        if (websocket && isMeant(frame)) hearFrame(frame, websocket, callbacks, activity, fail);
      },
      stateChange: (state) => {
        if (state === 'connected') return;
        // Whatever was under way, nobody tells of its end any more.
        activity.quieten();
        activity.changed();
      },
      open: joins.joinAgain,
      // The callbacks of the latest render, be it of another session.
      get error() {
        return callbacks.onError;
      },
      get messageDropped() {
        return callbacks.onMessageDropped;
      },
    },
    update: (sessionId, place, next) => {
      callbacks = next;
      if (place !== ownPlace) reset();
      ownSession = sessionId;
      ownPlace = place;
    },
  };
}

interface Joins {
  readonly has: (digits: string) => boolean;
  readonly join: (sessionId: SessionId) => boolean;
  /** A connection was opened: the server forgot them with the last one. */
  readonly joinAgain: () => void;
  readonly clear: () => void;
}

/** The sessions that a page has joined beside its own. */
function createJoins(send: ConnectionCalls['send']): Joins {
  // By digits. What is not sent is queued, and goes out by itself.
  const joined = new Map<string, { readonly sessionId: SessionId; isSent: boolean }>();

  /** Never volatile: behind messages in doubt that would be dropped unsaid. */
  function ask(sessionId: SessionId): boolean {
    return send({ type: 'join_session', session_id: sessionId });
  }

  return {
    has: (digits) => joined.has(digits),
    join: (sessionId) => {
      const isSent = ask(sessionId);
      joined.set(digitsOf(sessionId), { sessionId, isSent });
      return isSent;
    },
    joinAgain: () => {
      for (const session of joined.values()) {
        if (session.isSent) ask(session.sessionId);
        session.isSent = true;
      }
    },
    clear: () => {
      joined.clear();
    },
  };
}

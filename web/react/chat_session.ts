// One hook's chat session: the frames it sends, the frames it accepts, and the further sessions it has
// joined. Messages are not stored: they are the page's.
import { createActivity } from './chat_activity.js';
import { type SessionId, toDigits } from './chat_address.js';
import { handleFrame } from './chat_frame_handler.js';
import { type ChatCallbacks, type ChatSnapshot, type Frame, toFields } from './chat_frames.js';
import { type Handlers } from './connection_subscription.js';
import { type ConnectionCalls, type HookConnection } from './hook_connection.js';
import { type Store } from './store.js';
import { createTypingSignal } from './typing_signal.js';

// The types of frames that belong to one session. The others concern the user or the connection.
const SESSION_FRAMES: readonly unknown[] = ['new_message', 'message_update', 'typing', 'generation_stopped'];

/** The functions for a page; documented at UseChatWebSocketResult. */
export interface ChatCalls {
  readonly sendChatMessage: (content: string, fields?: Frame) => boolean;
  readonly sendTyping: (isTyping: boolean) => void;
  readonly joinSession: (sessionId: SessionId) => boolean;
  readonly stopGeneration: () => boolean;
}

export interface ChatSession extends Store<ChatSnapshot> {
  readonly calls: ChatCalls;
  /** Handlers for the events of the connection. */
  readonly handlers: Handlers;
  /**
   * Called at each commit. When the key, which names session and connection, has changed, the state is reset.
   */
  readonly update: (sessionId: SessionId | undefined, key: string, callbacks: ChatCallbacks) => void;
  /** Discards the session's state and timers. */
  readonly reset: () => void;
}

export function createChatSession({ client, fail, calls: { send } }: HookConnection): ChatSession {
  let ownId: SessionId | undefined;
  let ownKey = '';
  let callbacks: ChatCallbacks = {};
  const activity = createActivity();
  const joins = createJoins(send);
  const typing = createTypingSignal((isTyping) => sendFrame({ type: 'typing', is_typing: isTyping }, true));

  function sendFrame(frame: Frame, isVolatile: boolean): boolean {
    return send({ ...frame, session_id: ownId }, { volatile: isVolatile });
  }

  /** The backend sends the frames of all sessions to every connection of a user, so they must be filtered. */
  function accepts({ type, session_id: sessionId }: Frame): boolean {
    const own = toDigits(ownId);
    const digits = toDigits(sessionId);
    const isForOneSession = sessionId !== null && sessionId !== undefined && SESSION_FRAMES.includes(type);
    return !own || !isForOneSession || digits === own || joins.has(digits);
  }

  function reset(): void {
    typing.cancel();
    joins.clear();
    activity.clear();
  }

  return {
    ...activity,
    reset,
    calls: {
      sendChatMessage: (content, fields) => {
        const isSent = sendFrame({ ...fields, type: 'new_message', content }, false);
        // A queued message is not being answered yet. When it is sent later, the server's echo sets the flag.
        if (isSent) activity.setGenerating(true);
        return isSent;
      },
      sendTyping: typing.set,
      joinSession: joins.join,
      // Volatile: sent after an outage, it would stop a different answer.
      stopGeneration: () => sendFrame({ type: 'stop_generation' }, true),
    },
    handlers: {
      message: (data) => {
        const frame = toFields(data);
        const websocket = client();
        if (websocket && accepts(frame)) handleFrame(frame, websocket, callbacks, activity, fail);
      },
      stateChange: (state) => {
        if (state === 'connected') return;
        // Without a connection the end of the activity would not be noticed.
        activity.clear();
        activity.notify();
      },
      open: joins.rejoin,
      // Getters: always the callbacks of the latest render.
      get error() {
        return callbacks.onError;
      },
      get messageDropped() {
        return callbacks.onMessageDropped;
      },
    },
    update: (sessionId, key, next) => {
      callbacks = next;
      if (key !== ownKey) reset();
      ownId = sessionId;
      ownKey = key;
    },
  };
}

interface Joins {
  readonly has: (digits: string) => boolean;
  readonly join: (sessionId: SessionId) => boolean;
  /** Called when a connection opens: the server forgets joins with the connection they were sent on. */
  readonly rejoin: () => void;
  readonly clear: () => void;
}

/** The sessions that the page has joined in addition to the hook's own. */
function createJoins(send: ConnectionCalls['send']): Joins {
  // By digits. A join that is not sent is in the client's queue, and needs no rejoin at the next opening.
  const joined = new Map<string, { readonly sessionId: SessionId; isSent: boolean }>();

  /**
   * Not volatile: a volatile message is silently dropped while messages of a closing attempt are unresolved.
   */
  function sendJoin(sessionId: SessionId): boolean {
    return send({ type: 'join_session', session_id: sessionId });
  }

  return {
    has: (digits) => joined.has(digits),
    join: (sessionId) => {
      const isSent = sendJoin(sessionId);
      joined.set(toDigits(sessionId), { sessionId, isSent });
      return isSent;
    },
    rejoin: () => {
      for (const session of joined.values()) {
        if (session.isSent) sendJoin(session.sessionId);
        session.isSent = true;
      }
    },
    clear: () => {
      joined.clear();
    },
  };
}

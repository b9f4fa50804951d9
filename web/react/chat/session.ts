// One chat session on one connection: the frames it sends, the frames it accepts, the further sessions it has joined,
// and its activity. The object of a session and its functions never change: functions that a page has kept send to
// the session they were taken from, or report an error. Messages are not stored: they are the page's.
import type { ResilientWebSocket } from '../../index.js';
import { type SendOptions } from '../../types.js';
import { createSendError } from '../connection_result.js';
import {
  type ConnectionCalls,
  type ObserverOptions,
  type ObserverSession,
} from '../connection_subscription.js';
import { isId } from '../identity.js';
import {
  type ChatCallbacks,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type Frame,
  isObject,
  isOfOneSession,
  type SessionId,
  toFields,
  toSessionName,
  type UserId,
} from './protocol.js';
import { ANSWER, type ChatState, INACTIVE, reduceChat, toIsAnswering } from './reducer.js';
import { checkStoredUser, getStoredUser } from './stored_user.js';
import { createTypingSignal, type TypingSignal } from './typing_signal.js';

export interface ChatOptions extends ObserverOptions {
  readonly sessionId: SessionId | undefined;
  readonly callbacks: ChatCallbacks;
  /** Whether the stored token decides whose connection it is. */
  readonly isStoredUser: boolean;
}

/** The functions for a page. */
export interface ChatCalls {
  /**
   * Returns true if the message was sent; false if it was queued for the next connection, or rejected with an error
   * that `onError` gets. `fields` are added to the message, for example an id of the page's own.
   */
  readonly sendChatMessage: (content: string, fields?: Frame) => boolean;
  /** Debounced: true is sent at once and expires after 3 s, false is sent after 300 ms. Never queued. */
  readonly sendTyping: (isTyping: boolean) => void;
  /** Asks the server for the frames of a further session. */
  readonly joinSession: (sessionId: SessionId) => boolean;
  /** Asks the server to stop the answer. Never queued: returns false when there is no connection. */
  readonly stopGeneration: () => boolean;
  /** Connects, even with `enabled: false`. */
  readonly connect: () => void;
  /** Closes the connection for all components that share it. */
  readonly disconnect: () => void;
  /** Closes the connection, if there is one, and connects again at once. */
  readonly forceReconnect: () => void;
}

const VOLATILE = { volatile: true };

// The user's own id on each connection. The server sends it once, when the connection opens, and hooks that share the
// connection later need it too.
const ownIds = new WeakMap<ResilientWebSocket, unknown>();

export class ChatSession implements ObserverSession<ChatOptions> {
  readonly #calls: ChatCalls;
  readonly #connection: ConnectionCalls;
  readonly #options: ChatOptions;
  readonly #name: string;
  readonly #typing: TypingSignal;
  // By name. A join that was not sent is in the client's queue, and needs no rejoin at the next opening.
  readonly #joined = new Map<string, { readonly sessionId: SessionId; isSent: boolean }>();
  #state = INACTIVE;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: ConnectionCalls, options: ChatOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#name = toSessionName(options.sessionId);
    this.#typing = createTypingSignal((isTyping) =>
      this.#send({ type: 'typing', is_typing: isTyping }, VOLATILE),
    );
    this.#calls = {
      sendChatMessage: (content, fields) => {
        const isSent = this.#send({ ...fields, type: 'new_message', content });
        // A queued message is not being answered yet. When it is sent later, the server's echo sets the flag.
        if (isSent) this.#change(ANSWER, true);
        return isSent;
      },
      sendTyping: this.#typing.set,
      joinSession: (sessionId) => {
        const isSent = this.#sendJoin(sessionId);
        this.#joined.set(toSessionName(sessionId), { sessionId, isSent });
        return isSent;
      },
      // Volatile: sent after an outage, it would stop a different answer.
      stopGeneration: () => this.#send({ type: 'stop_generation' }, VOLATILE),
      connect: () => {
        connection.connect();
        checkStoredUser();
      },
      disconnect: connection.disconnect,
      forceReconnect: () => {
        if (this.#isSameUser()) connection.reconnect();
        checkStoredUser();
      },
    };
  }

  get state(): ChatCalls & Pick<ChatState, 'isGenerating' | 'typingUsers'> {
    const { isGenerating, typingUsers } = this.#state;
    return { ...this.#calls, isGenerating, typingUsers };
  }

  // --- called by the observer

  onEvent(
    event: string,
    [argument]: readonly unknown[],
    { callbacks }: ChatOptions,
    client: ResilientWebSocket,
  ): void {
    if (event === 'message') this.#receive(toFields(argument), callbacks, client);
    if (event === 'open') this.onJoin();
    // Without a connection the end of the activity would not be noticed.
    if (event === 'stateChange' && argument !== 'connected') this.#set(INACTIVE);
  }

  /** On each open connection: the server forgets joins with the connection they were sent on. */
  onJoin(): void {
    for (const session of this.#joined.values()) {
      if (session.isSent) this.#sendJoin(session.sessionId);
      session.isSent = true;
    }
  }

  end(): void {
    this.#typing.cancel();
    this.#set(INACTIVE);
  }

  // --- frames

  /** Nothing is sent as another user than the one of the connection. */
  #isSameUser(): boolean {
    const { isStoredUser, identity } = this.#options;
    return !isStoredUser || getStoredUser() === identity;
  }

  #send(frame: Frame, options?: SendOptions, sessionId: unknown = this.#options.sessionId): boolean {
    if (this.#isSameUser()) return this.#connection.send({ ...frame, session_id: sessionId }, options);
    if (!options) this.#connection.fail(createSendError(this.#options.options.locale));
    checkStoredUser();
    return false;
  }

  /** Not volatile: a volatile message is discarded while messages of a closing attempt are unresolved. */
  #sendJoin(sessionId: SessionId): boolean {
    return this.#send({ type: 'join_session' }, undefined, sessionId);
  }

  #accepts(frame: Frame): boolean {
    const session = toSessionName(frame.session_id);
    return this.#name === '' || session === this.#name || this.#joined.has(session) || !isOfOneSession(frame);
  }

  #receive(frame: Frame, callbacks: ChatCallbacks, client: ResilientWebSocket): void {
    if (!this.#accepts(frame)) return;
    const { type, data, user_id: userId } = frame;
    switch (type) {
      case 'connection_established':
        ownIds.set(client, toFields(frame.payload).user_id);
        break;
      case 'new_message':
      case 'message_update': {
        if (!isObject(data)) break;
        const isNew = type === 'new_message';
        const isAnswering = toIsAnswering(data, isNew, this.#state);
        if (isAnswering !== undefined) this.#change(ANSWER, isAnswering);
        if (isNew) callbacks.onNewMessage?.(data as unknown as ChatMessage);
        else callbacks.onMessageUpdate?.(data as unknown as ChatMessageUpdate);
        break;
      }
      case 'typing': {
        if (!isId(userId)) break;
        const isTyping = frame.is_typing === true;
        this.#change(userId, isTyping && userId !== ownIds.get(client));
        callbacks.onTyping?.(userId, isTyping);
        break;
      }
      case 'session_update':
        if (isObject(data)) callbacks.onSessionUpdate?.(data as unknown as ChatSessionUpdate);
        break;
      case 'generation_stopped':
        this.#change(ANSWER, false);
        callbacks.onGenerationStopped?.(toText(frame.message));
        break;
      case 'error': {
        this.#change(ANSWER, false);
        const { message, error_code: code } = frame;
        const details = typeof code === 'string' && { errorCode: code };
        this.#connection.fail({
          type: 'server_error',
          message: toText(message),
          recoverable: true,
          ...details,
        });
      }
    }
  }

  // --- activity

  #change(of?: UserId | typeof ANSWER, isActive?: boolean): void {
    // A session that no hook shows has no activity.
    if (this.#connection.isCurrent) this.#set(reduceChat(this.#state, performance.now(), of, isActive));
  }

  #set(state: ChatState): void {
    if (state === this.#state) return;
    this.#state = state;
    clearTimeout(this.#timer);
    if (state.expiries.size > 0) {
      // A timer may fire a little early. Then the next one is set.
      const delay = Math.min(...state.expiries.values()) - performance.now();
      this.#timer = setTimeout(() => {
        this.#change();
      }, delay);
    }
    this.#connection.notify();
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

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
import {
  type ChatCallbacks,
  type ChatMessage,
  type ChatMessageUpdate,
  type ChatSessionUpdate,
  type Frame,
  isObject,
  type SessionId,
  toFields,
  toFrameSession,
  toSessionName,
} from './protocol.js';
import { ANSWER, type ChatState, INACTIVE, reduceChat, toIsAnswering } from './reducer.js';
import { createTypingSignal, type TypingSignal } from './typing_signal.js';

export interface ChatOptions extends ObserverOptions {
  readonly sessionId: SessionId | undefined;
  readonly callbacks: ChatCallbacks;
  /** Whether the page still belongs to the user of the key; if not, nothing is sent. */
  readonly isSameUser: () => boolean;
  /** Compares the stored token, which the page may have changed. */
  readonly checkUser: () => void;
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
  readonly calls: ChatCalls;
  readonly #connection: ConnectionCalls;
  readonly #options: ChatOptions;
  readonly #name: string;
  readonly #typing: TypingSignal;
  // By name. A join that was not sent is in the client's queue, and needs no rejoin at the next opening.
  readonly #joined = new Map<string, { readonly sessionId: SessionId; isSent: boolean }>();
  readonly #listeners = new Set<() => void>();
  #state = INACTIVE;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: ConnectionCalls, options: ChatOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#name = toSessionName(options.sessionId);
    this.#typing = createTypingSignal((isTyping) =>
      this.#send({ type: 'typing', is_typing: isTyping }, VOLATILE),
    );
    this.calls = {
      sendChatMessage: (content, fields) => {
        const isSent = this.#send({ ...fields, type: 'new_message', content });
        // A queued message is not being answered yet. When it is sent later, the server's echo sets the flag.
        if (isSent) this.#change([ANSWER, true]);
        return isSent;
      },
      sendTyping: (isTyping) => {
        this.#typing.set(isTyping);
      },
      joinSession: (sessionId) => {
        const isSent = this.#sendJoin(sessionId);
        this.#joined.set(toSessionName(sessionId), { sessionId, isSent });
        return isSent;
      },
      // Volatile: sent after an outage, it would stop a different answer.
      stopGeneration: () => this.#send({ type: 'stop_generation' }, VOLATILE),
      connect: () => {
        connection.connect();
        options.checkUser();
      },
      disconnect: connection.disconnect,
      forceReconnect: () => {
        connection.reconnect();
        options.checkUser();
      },
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): ChatState => this.#state;

  // --- called by the observer

  onEvent(
    event: string,
    [argument]: readonly unknown[],
    { callbacks }: ChatOptions,
    client: ResilientWebSocket,
  ): void {
    if (event === 'message') this.#receive(toFields(argument), callbacks, client);
    if (event === 'open') this.#rejoin();
    // Without a connection the end of the activity would not be noticed.
    if (event === 'stateChange' && argument !== 'connected') this.#clear();
  }

  end(): void {
    this.#typing.cancel();
    this.#clear();
  }

  // --- frames

  #send(frame: Frame, options?: SendOptions, sessionId: unknown = this.#options.sessionId): boolean {
    if (this.#options.isSameUser())
      return this.#connection.send({ ...frame, session_id: sessionId }, options);
    if (!options) this.#connection.fail(createSendError(this.#options.options.locale));
    this.#options.checkUser();
    return false;
  }

  /** Not volatile: a volatile message is discarded while messages of a closing attempt are unresolved. */
  #sendJoin(sessionId: SessionId): boolean {
    return this.#send({ type: 'join_session' }, undefined, sessionId);
  }

  /** The server forgets joins with the connection they were sent on. */
  #rejoin(): void {
    for (const session of this.#joined.values()) {
      if (session.isSent) this.#sendJoin(session.sessionId);
      session.isSent = true;
    }
  }

  #accepts(frame: Frame): boolean {
    const session = toFrameSession(frame);
    return this.#name === '' || session === null || session === this.#name || this.#joined.has(session);
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
        if (isAnswering !== undefined) this.#change([ANSWER, isAnswering]);
        if (isNew) callbacks.onNewMessage?.(data as unknown as ChatMessage);
        else callbacks.onMessageUpdate?.(data as unknown as ChatMessageUpdate);
        break;
      }
      case 'typing': {
        if (typeof userId !== 'number' && typeof userId !== 'string') break;
        const isTyping = frame.is_typing === true;
        this.#change([userId, isTyping && userId !== ownIds.get(client)]);
        callbacks.onTyping?.(userId, isTyping);
        break;
      }
      case 'session_update':
        if (isObject(data)) callbacks.onSessionUpdate?.(data as unknown as ChatSessionUpdate);
        break;
      case 'generation_stopped':
        this.#change([ANSWER, false]);
        callbacks.onGenerationStopped?.(toText(frame.message));
        break;
      case 'error': {
        this.#change([ANSWER, false]);
        const { message, error_code: code } = frame;
        const details = typeof code === 'string' ? { errorCode: code } : {};
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

  #change(...signs: Parameters<typeof reduceChat>[2][]): void {
    // A session that nothing shows has no activity.
    if (this.#listeners.size > 0) this.#set(reduceChat(this.#state, performance.now(), ...signs));
  }

  #clear(): void {
    this.#set(INACTIVE);
  }

  #set(state: ChatState): void {
    const before = this.#state;
    this.#state = state;
    clearTimeout(this.#timer);
    if (state.expiries.size > 0) {
      // At least 1: timers may be a little early.
      const delay = Math.max(1, Math.min(...state.expiries.values()) - performance.now());
      this.#timer = setTimeout(() => {
        this.#change();
      }, delay);
    }
    if (state.isGenerating === before.isGenerating && state.typingUsers === before.typingUsers) return;
    for (const listener of this.#listeners) listener();
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

// The activity of a chat session as a pure function of what happens: who is typing, and whether the assistant is
// writing an answer. Both expire when no further sign of them arrives. Times are of a monotonic clock, ms.
import { isSameOption } from '../connection_cache.js';
import { type Frame, toFields, type UserId } from './protocol.js';

/** Time without a sign of an answer after which it counts as ended, ms. */
const ANSWER_EXPIRES = 120_000;

/** Time without a new typing frame after which a user counts as no longer typing, ms. */
const TYPING_EXPIRES = 6000;

/** Stands for the answer of the assistant where a user stands otherwise. */
const ANSWER = null;

export interface ChatState {
  /** Whether an answer of the assistant is being written or expected. */
  readonly isGenerating: boolean;
  /** Ids of the users who are typing, without the user's own. The same list until it changes. */
  readonly typingUsers: readonly UserId[];
  /** When the answer and the typing of each user expire. */
  readonly expiries: ReadonlyMap<UserId | typeof ANSWER, number>;
}

export type ChatAction =
  | { readonly type: 'typing'; readonly userId: UserId; readonly isTyping: boolean }
  /** Without `isGenerating` a sign of an answer that may be under way. */
  | { readonly type: 'answer'; readonly isGenerating?: boolean | undefined }
  | { readonly type: 'time' }
  | { readonly type: 'clear' };

export const INACTIVE: ChatState = {
  isGenerating: false,
  typingUsers: [],
  expiries: /* @__PURE__ */ new Map(),
};

export function reduceChat(state: ChatState, action: ChatAction, now: number): ChatState {
  const expiries = new Map(state.expiries);
  switch (action.type) {
    case 'clear':
      return INACTIVE;
    case 'typing':
      set(expiries, action.userId, action.isTyping && now + TYPING_EXPIRES);
      break;
    case 'answer':
      set(expiries, ANSWER, (action.isGenerating ?? state.isGenerating) && now + ANSWER_EXPIRES);
      break;
    case 'time':
      for (const [key, expiry] of expiries) set(expiries, key, expiry > now && expiry);
  }
  const typingUsers = [...expiries.keys()].filter((key) => key !== ANSWER);
  return {
    isGenerating: expiries.has(ANSWER),
    typingUsers: isSameOption(typingUsers, state.typingUsers) ? state.typingUsers : typingUsers,
    expiries,
  };
}

/** When something expires next; Infinity if nothing does. */
export function nextExpiry({ expiries }: ChatState): number {
  return Math.min(...expiries.values());
}

/** What a new or changed message says about the answer of the assistant; null: nothing. */
export function toAnswerAction(
  { role, message_metadata: metadata }: Frame,
  isNew: boolean,
): ChatAction | null {
  const { progress } = toFields(metadata);
  if (role === 'user') return isNew ? { type: 'answer', isGenerating: true } : null;
  if (role !== 'assistant') return null;
  const isKnown = isNew || progress !== undefined;
  return { type: 'answer', isGenerating: isKnown ? progress === 'generating' : undefined };
}

/** `expiry` is false for what has ended. */
function set<Key>(expiries: Map<Key, number>, key: Key, expiry: number | false): void {
  if (expiry === false) expiries.delete(key);
  else expiries.set(key, expiry);
}

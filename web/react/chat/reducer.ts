// The activity of a chat session as a pure function of what happens: who is typing, and whether the assistant is
// writing an answer. Both expire when no further sign of them arrives. Times are of a monotonic clock, ms.
import { type Frame, toFields, type UserId } from './protocol.js';

/** Time without a sign of an answer after which it counts as ended, ms. */
const ANSWER_EXPIRES = 120_000;

/** Time without a new typing frame after which a user counts as no longer typing, ms. */
const TYPING_EXPIRES = 6000;

export interface ChatState {
  /** Whether an answer of the assistant is being written or expected. */
  readonly isGenerating: boolean;
  /** Ids of the users who are typing, without the user's own. */
  readonly typingUsers: readonly UserId[];
  /** When the answer expires, and the users, in the order of `typingUsers`. */
  readonly answerExpiresAt: number;
  readonly typingExpiresAt: readonly number[];
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
  answerExpiresAt: Infinity,
  typingExpiresAt: [],
};

export function reduceChat(state: ChatState, action: ChatAction, now: number): ChatState {
  switch (action.type) {
    case 'clear':
      return INACTIVE;
    case 'typing':
      return withTyping(state, action.userId, action.isTyping ? now + TYPING_EXPIRES : null);
    case 'answer': {
      const isGenerating = action.isGenerating ?? state.isGenerating;
      return { ...state, isGenerating, answerExpiresAt: isGenerating ? now + ANSWER_EXPIRES : Infinity };
    }
    case 'time': {
      const expired = state.typingUsers.filter((_, index) => (state.typingExpiresAt[index] ?? 0) <= now);
      const next = expired.reduce((earlier, userId) => withTyping(earlier, userId, null), state);
      return next.answerExpiresAt <= now ? { ...next, isGenerating: false, answerExpiresAt: Infinity } : next;
    }
  }
}

/** When something expires next; Infinity if nothing does. */
export function nextExpiry({ answerExpiresAt, typingExpiresAt }: ChatState): number {
  return Math.min(answerExpiresAt, ...typingExpiresAt);
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

/** `expiresAt` is null for a user who has stopped. The list is the same one until it changes. */
function withTyping(state: ChatState, userId: UserId, expiresAt: number | null): ChatState {
  const { typingUsers, typingExpiresAt } = state;
  const index = typingUsers.indexOf(userId);
  if (expiresAt === null) {
    const isOther = (_: unknown, at: number) => at !== index;
    return index < 0
      ? state
      : {
          ...state,
          typingUsers: typingUsers.filter(isOther),
          typingExpiresAt: typingExpiresAt.filter(isOther),
        };
  }
  if (index >= 0)
    return {
      ...state,
      typingExpiresAt: typingExpiresAt.map((time, at) => (at === index ? expiresAt : time)),
    };
  return {
    ...state,
    typingUsers: [...typingUsers, userId],
    typingExpiresAt: [...typingExpiresAt, expiresAt],
  };
}

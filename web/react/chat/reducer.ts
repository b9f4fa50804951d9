// The activity of a chat session as a pure function of what happens: who is typing, and whether the assistant is
// writing an answer. Both expire when no further sign of them arrives. Times are of a monotonic clock, ms.
import { isSameOption } from '../connection_cache.js';
import { type Frame, toFields, type UserId } from './protocol.js';

/** Time without a sign of an answer after which it counts as ended, ms. */
const ANSWER_EXPIRES = 120_000;

/** Time without a new typing frame after which a user counts as no longer typing, ms. */
const TYPING_EXPIRES = 6000;

/** Stands for the answer of the assistant where a user stands otherwise. */
export const ANSWER = null;

export interface ChatState {
  /** Whether an answer of the assistant is being written or expected. */
  readonly isGenerating: boolean;
  /** Ids of the users who are typing, without the user's own. The same list until it changes. */
  readonly typingUsers: readonly UserId[];
  /** When the answer and the typing of each user expire. */
  readonly expiries: ReadonlyMap<UserId | typeof ANSWER, number>;
}

export const INACTIVE: ChatState = {
  isGenerating: false,
  typingUsers: [],
  expiries: /* @__PURE__ */ new Map(),
};

/** The state after a sign that the user, or the answer, is active or not; without one, after the time that has passed. */
export function reduceChat(
  { expiries, typingUsers }: ChatState,
  now: number,
  of?: UserId | typeof ANSWER,
  isActive?: boolean,
): ChatState {
  const next = new Map(expiries);
  if (of !== undefined)
    next.set(of, isActive ? now + (of === ANSWER ? ANSWER_EXPIRES : TYPING_EXPIRES) : now);
  for (const [key, expiry] of next) if (expiry <= now) next.delete(key);
  const users = [...next.keys()].filter((key) => key !== ANSWER);
  return {
    isGenerating: next.has(ANSWER),
    typingUsers: isSameOption(users, typingUsers) ? typingUsers : users,
    expiries: next,
  };
}

/** Whether the assistant is writing, as far as a new or changed message says it; undefined if it says nothing. */
export function toIsAnswering(
  { role, message_metadata: metadata }: Frame,
  isNew: boolean,
  { isGenerating }: ChatState,
): boolean | undefined {
  if (role === 'user') return isNew || undefined;
  if (role !== 'assistant') return undefined;
  const { progress } = toFields(metadata);
  // A change without it is a sign of the answer that is under way.
  return isNew || progress !== undefined ? progress === 'generating' : isGenerating;
}

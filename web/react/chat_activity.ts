// The activity of a chat session: who is typing, and whether the assistant is writing an answer. Both expire
// when no further sign of them arrives.
import { type ChatSnapshot, type UserId } from './chat_frames.js';
import { createStore, type Store } from './store.js';

/** Time without a sign of an answer after which it counts as ended, ms. */
const ANSWER_EXPIRES = 120_000;

/** Time without a new typing frame after which a user counts as no longer typing, ms. */
const TYPING_EXPIRES = 6000;

const INACTIVE: ChatSnapshot = { isGenerating: false, typingUsers: [] };

export interface ChatActivity extends Store<ChatSnapshot> {
  /** `isTyping: true` expires after TYPING_EXPIRES. The caller filters out the user's own typing. */
  readonly setTyping: (userId: UserId, isTyping: boolean) => void;
  /** True, also repeated, restarts the expiry time; undefined keeps the value and restarts it too. */
  readonly setGenerating: (isGenerating: boolean | undefined) => void;
  /** Ends all activity and its timers without notifying the listeners. */
  readonly clear: () => void;
}

export function createActivity(): ChatActivity {
  let snapshot = INACTIVE;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore(() => snapshot, INACTIVE);
  // Expiry timers, in the order in which the users began to type.
  const typingTimers = new Map<UserId, ReturnType<typeof setTimeout>>();

  function setSnapshot(next: ChatSnapshot): void {
    if (String(Object.values(next)) === String(Object.values(snapshot))) return;
    snapshot = next;
    store.notify();
  }

  function setTyping(userId: UserId, isTyping: boolean): void {
    clearTimeout(typingTimers.get(userId));
    if (isTyping) typingTimers.set(userId, setTimeout(setTyping, TYPING_EXPIRES, userId, false));
    else typingTimers.delete(userId);
    setSnapshot({ ...snapshot, typingUsers: [...typingTimers.keys()] });
  }

  function setGenerating(isGenerating = snapshot.isGenerating): void {
    clearTimeout(answerTimer);
    if (isGenerating) answerTimer = setTimeout(setGenerating, ANSWER_EXPIRES, false);
    setSnapshot({ ...snapshot, isGenerating });
  }

  return {
    ...store,
    setGenerating,
    setTyping,
    clear: () => {
      for (const timer of [answerTimer, ...typingTimers.values()]) clearTimeout(timer);
      typingTimers.clear();
      snapshot = INACTIVE;
    },
  };
}

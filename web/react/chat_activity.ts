// Owns what goes on in a chat session: who types, whether an answer is being written.
// Refuses to know how that is learned.
import { type ChatSnapshot, type UserId } from './chat_frames.js';
import { createStore, type Store } from './store.js';

/** How long an answer is waited for without a sign of it, ms. */
const ANSWER_EXPIRES = 120_000;

/** How long somebody is held for typing without news, ms. */
const TYPING_EXPIRES = 6000;

const QUIET: ChatSnapshot = { isGenerating: false, typingUsers: [] };

export interface ChatActivity extends Store<ChatSnapshot> {
  /** Each is believed for a while, from the latest sign on; the user is not told apart. */
  readonly setTyping: (userId: UserId, isTyping: boolean) => void;
  /** True again is a sign of life, from which the wait begins anew; undefined: nothing new, but a sign. */
  readonly setGenerating: (isGenerating: boolean | undefined) => void;
  /** Nothing goes on, and nobody is told. */
  readonly quieten: () => void;
}

export function createActivity(): ChatActivity {
  let snapshot = QUIET;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  const store = createStore(() => snapshot, QUIET);
  // In the order in which they began.
  const typists = new Map<UserId, ReturnType<typeof setTimeout>>();

  function show(next: ChatSnapshot): void {
    if (String(Object.values(next)) === String(Object.values(snapshot))) return;
    snapshot = next;
    store.changed();
  }

  function setTyping(userId: UserId, isTyping: boolean): void {
    clearTimeout(typists.get(userId));
    if (isTyping) typists.set(userId, setTimeout(setTyping, TYPING_EXPIRES, userId, false));
    else typists.delete(userId);
    show({ ...snapshot, typingUsers: [...typists.keys()] });
  }

  function setGenerating(isGenerating = snapshot.isGenerating): void {
    clearTimeout(answerTimer);
    if (isGenerating) answerTimer = setTimeout(setGenerating, ANSWER_EXPIRES, false);
    show({ ...snapshot, isGenerating });
  }

  return {
    ...store,
    setGenerating,
    setTyping,
    quieten: () => {
      for (const timer of [answerTimer, ...typists.values()]) clearTimeout(timer);
      typists.clear();
      snapshot = QUIET;
    },
  };
}

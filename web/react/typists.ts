// Owns who of the others types: each is believed for a while, from the latest sign on.
// Refuses to tell the user apart: whoever is put in is in.
import { type UserId } from './chat_frames.js';

/** How long somebody is held for typing without news, ms. */
const TYPING_EXPIRES = 6000;

export interface Typists {
  readonly set: (userId: UserId, isTyping: boolean) => void;
  /** Nobody types, and nobody is told. */
  readonly clear: () => void;
}

/** `changed` is told who types, in the order in which they began. */
export function createTypists(changed: (userIds: readonly UserId[]) => void): Typists {
  const timers = new Map<UserId, ReturnType<typeof setTimeout>>();
  function set(userId: UserId, isTyping: boolean): void {
    clearTimeout(timers.get(userId));
    if (isTyping) timers.set(userId, setTimeout(set, TYPING_EXPIRES, userId, false));
    else timers.delete(userId);
    changed([...timers.keys()]);
  }
  return {
    set,
    clear: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

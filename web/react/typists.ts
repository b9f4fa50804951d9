// Owns who of the others types: each is believed for a while, from the latest sign on.
// Refuses to tell the user apart: whoever is put in is in.
import { type UserId } from './chat_frames.js';

/** How long somebody is held for typing without news, ms. */
const TYPING_EXPIRES = 6000;

export class Typists {
  readonly #timers = new Map<UserId, ReturnType<typeof setTimeout>>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** In the order in which they began. */
  get ids(): readonly UserId[] {
    return [...this.#timers.keys()];
  }

  set(userId: UserId, isTyping: boolean): void {
    clearTimeout(this.#timers.get(userId));
    if (isTyping) {
      const expired = () => {
        this.set(userId, false);
      };
      this.#timers.set(userId, setTimeout(expired, TYPING_EXPIRES));
    } else {
      this.#timers.delete(userId);
    }
    this.#changed();
  }

  /** Nobody types, and nobody is told. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

// The user of the page as far as localStorage.token says: the token is read at every render, attempt and send, and
// when the page gets the focus, becomes visible, or gets the event of a change in another tab.
//
// A page belongs to the user it was shown for. If another tab logs in another user, the page is left without a user,
// as on log-out, until it logs in one itself. The `storage` event tells the two apart: it comes from other tabs only.
import { valueOrUndefined } from '../environment.js';
import { fromToken } from '../identity.js';

const EVENTS = ['storage', 'focus', 'visibilitychange'] as const;

/** localStorage.token; undefined where localStorage is missing or not accessible. */
export function storedToken(): string | null | undefined {
  return valueOrUndefined(() => localStorage.getItem('token'));
}

class StoredUser {
  readonly #listeners = new Set<() => void>();
  #token: string | null | undefined;
  /** The user of the token. */
  #user: string | null = null;
  /** The user that the page belongs to, and the one before. */
  #owner: string | null = null;
  #formerOwner: string | null = null;
  #notified: string | null = null;

  /** Null without a token, and with one that is another tab's user's. */
  readonly getUser = (): string | null => {
    this.#read(false);
    return this.isOtherUser ? null : this.#user;
  };

  /** Whether another tab has logged in another user. */
  get isOtherUser(): boolean {
    return this.#user !== null && this.#user !== this.#owner;
  }

  /** Calls the listeners after a change that a render has found, or that caused no event. */
  readonly check = (): void => {
    const user = this.getUser();
    if (user === this.#notified) return;
    this.#notified = user;
    for (const listener of [...this.#listeners]) listener();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) {
      this.#notified = this.getUser();
      // A page that comes up without a user belongs to nobody.
      if (this.#user === null) this.#owner = null;
      for (const type of EVENTS) addEventListener(type, this.#onEvent);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      for (const type of EVENTS) removeEventListener(type, this.#onEvent);
    };
  };

  readonly #onEvent = (event: Event): void => {
    if (event.type === 'storage') {
      // The key is null when the whole storage was cleared.
      const { key } = event as StorageEvent;
      if (key !== null && key !== 'token') return;
      this.#read(true);
    }
    this.check();
  };

  #read(isFromOtherTab: boolean): void {
    const token = storedToken();
    if (token === this.#token) {
      // A render has seen the token before the event came.
      if (isFromOtherTab && this.#formerOwner !== null) this.#owner = this.#formerOwner;
      return;
    }
    this.#token = token;
    this.#user = fromToken(token);
    this.#formerOwner = null;
    if (this.#user === null || this.#user === this.#owner) return;
    if (isFromOtherTab && this.#owner !== null) return;
    this.#formerOwner = this.#owner;
    this.#owner = this.#user;
  }
}

export const storedUser = /* @__PURE__ */ new StoredUser();

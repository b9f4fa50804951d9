// The user of the page as far as localStorage.token says: the token is read at every render, attempt and send, and
// when the page gets the focus, becomes visible, or gets the event of a change in another tab.
//
// A page belongs to the user it was shown for. If another tab logs in another user, the page is left without a user,
// as on log-out, until it logs in one itself. The `storage` event tells the two apart: it comes from other tabs only.
import { valueOrUndefined } from '../environment.js';
import { fromToken } from '../identity.js';

const EVENTS = ['storage', 'focus', 'visibilitychange'] as const;

const listeners = new Set<() => void>();
let token: string | null | undefined;
/** The user of the token. */
let tokenUser: string | null = null;
/** The user that the page belongs to, and the one before. */
let owner: string | null = null;
let formerOwner: string | null = null;

/** localStorage.token; undefined where localStorage is missing or not accessible. */
export function storedToken(): string | null | undefined {
  return valueOrUndefined(() => localStorage.getItem('token'));
}

/** Null without a token, and with one that is another tab's user's. */
export function getStoredUser(): string | null {
  readToken(false);
  return isOtherUser() ? null : tokenUser;
}

/** Whether another tab has logged in another user. */
export function isOtherUser(): boolean {
  return tokenUser !== null && tokenUser !== owner;
}

/** Calls the listeners, which compare the users: there may have been a change without an event. */
export function checkStoredUser(): void {
  for (const listener of listeners) listener();
}

/** The listener is called when the user may have changed, until the returned function is called. */
export function subscribeToStoredUser(listener: () => void): () => void {
  if (listeners.size === 0) {
    readToken(false);
    // A page that was loaded without a token has no user.
    if (tokenUser === null) owner = null;
    for (const type of EVENTS) addEventListener(type, onEvent);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    for (const type of EVENTS) removeEventListener(type, onEvent);
  };
}

function onEvent(event: Event): void {
  if (event.type === 'storage') {
    // The key is null when the whole storage was cleared.
    const { key } = event as StorageEvent;
    if (key !== null && key !== 'token') return;
    readToken(true);
  }
  checkStoredUser();
}

function readToken(isFromOtherTab: boolean): void {
  const before = token;
  token = storedToken();
  if (token === before) {
    // A render has seen the token before the event came.
    if (isFromOtherTab) owner = formerOwner ?? owner;
    return;
  }
  tokenUser = fromToken(token);
  formerOwner = null;
  if (!isOtherUser() || (isFromOtherTab && owner !== null)) return;
  formerOwner = owner;
  owner = tokenUser;
}

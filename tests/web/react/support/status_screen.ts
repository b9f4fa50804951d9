// Helpers for the tests of the status component: fake time, and queries for what a user sees. Class names are
// used only where nothing visible identifies the part.
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

/** Call at the top of a test file: sets up fake timers, and unmounts after each test. */
export function setUpStatusTests(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    // Testing Library advances fake timers after user actions only if this global exists.
    vi.stubGlobal('jest', { advanceTimersByTime: (time: number) => vi.advanceTimersByTime(time) });
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

export function pass(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });
}

/** The root element of the component; there must be one. */
export function root(): HTMLElement {
  return screen.getByRole('group');
}

export function isPanel(): boolean {
  return root().classList.contains('rws-panel');
}

/** The text of the live region: the state and the error. */
export function announcedText(): string {
  return [...screen.getByRole('status').children].map(({ textContent }) => textContent).join(' | ');
}

/** All text without buttons that have an aria-label (× and the like are no text). */
export function shownText(): string {
  const copy = root().cloneNode(true) as HTMLElement;
  for (const button of copy.querySelectorAll('button[aria-label]')) button.remove();
  return copy.textContent;
}

/** Names of the buttons, in order. */
export function buttons(): string[] {
  return screen
    .queryAllByRole('button')
    .map((button) => button.getAttribute('aria-label') ?? button.textContent);
}

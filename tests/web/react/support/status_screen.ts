// Owns what the tests of the status component do and look at: time that passes, the parts a user sees.
// Refuses real time; the component's own class names are used only where nothing a user sees tells the part.
import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

/** Call at the top of a test file: each test gets fake time, and what it rendered is unmounted after it. */
export function setStatusScreen(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    // Testing Library waits a turn after each act of a user; it knows how to only by this name.
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

/** The whole component; there must be one. */
export function root(): HTMLElement {
  return screen.getByRole('group');
}

export function isPanel(): boolean {
  return root().classList.contains('rws-panel');
}

/** What is announced, and so shown as the state and the error. */
export function said(): string {
  return [...screen.getByRole('status').children].map(({ textContent }) => textContent).join(' | ');
}

/** All words but those of buttons that have a name of their own: a sign such as × is no word. */
export function shownText(): string {
  const copy = root().cloneNode(true) as HTMLElement;
  for (const button of copy.querySelectorAll('button[aria-label]')) button.remove();
  return copy.textContent;
}

/** Names of the buttons, in their order. */
export function buttons(): string[] {
  return screen
    .queryAllByRole('button')
    .map((button) => button.getAttribute('aria-label') ?? button.textContent);
}

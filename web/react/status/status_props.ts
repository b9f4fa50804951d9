// Validates the props of the status component. The defaults are in websocket_status.tsx, where the props are
// used.

export type FloatingPosition = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

interface CheckedProps {
  readonly floating?: unknown;
  readonly locale?: unknown;
  readonly quietFor?: unknown;
  readonly hideAfter?: unknown;
}

const positions: readonly unknown[] = [false, true, 'top-left', 'top-right', 'bottom-left', 'bottom-right'];
// setTimeout with a longer delay fires at once in every browser.
const MAX_TIMEOUT = 2147483647;

/** Throws RangeError with the name of the first invalid prop; undefined is always valid. */
export function checkStatusProps({ floating, locale, quietFor, hideAfter }: CheckedProps): void {
  check('floating', floating, positions.includes(floating), `one of ${positions.join(', ')}`);
  check('locale', locale, locale === 'ru' || locale === 'en', 'ru or en');
  for (const [name, time] of Object.entries({ quietFor, hideAfter })) {
    check(name, time, typeof time === 'number' && time >= 0 && time <= MAX_TIMEOUT, `0 to ${MAX_TIMEOUT} ms`);
  }
}

function check(name: string, value: unknown, isValid: boolean, rule: string): void {
  if (value !== undefined && !isValid) throw new RangeError(`WebSocketStatus: ${name} must be ${rule}`);
}

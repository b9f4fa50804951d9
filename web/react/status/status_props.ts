// Owns the rules of the status component's props.
// Refuses defaults: they stand where the props are used.

export type FloatingPlace = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

interface CheckedProps {
  readonly floating?: unknown;
  readonly locale?: unknown;
  readonly quietFor?: unknown;
  readonly hideAfter?: unknown;
}

const places: readonly unknown[] = [false, true, 'top-left', 'top-right', 'bottom-left', 'bottom-right'];
// Longer timers fire at once in every browser.
const LONGEST = 2147483647;

/** Throws RangeError naming the first prop that breaks its rule; undefined breaks none. */
export function checkStatusProps({ floating, locale, quietFor, hideAfter }: CheckedProps): void {
  check('floating', floating, places.includes(floating), `one of ${places.join(', ')}`);
  check('locale', locale, locale === 'ru' || locale === 'en', 'ru or en');
  for (const [name, time] of Object.entries({ quietFor, hideAfter })) {
    check(name, time, typeof time === 'number' && time >= 0 && time <= LONGEST, `0 to ${LONGEST} ms`);
  }
}

function check(name: string, value: unknown, holds: boolean, rule: string): void {
  if (value !== undefined && !holds) throw new RangeError(`WebSocketStatus: ${name} must be ${rule}`);
}

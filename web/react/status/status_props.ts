// Validates the props of the status component. The defaults are in websocket_status.tsx, where the props are used.

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

const rules: Readonly<
  Record<keyof CheckedProps, readonly [rule: string, isKeptBy: (value: unknown) => boolean]>
> = {
  floating: [`one of ${positions.join(', ')}`, (value) => positions.includes(value)],
  locale: ['ru or en', (value) => value === 'ru' || value === 'en'],
  quietFor: [`0 to ${MAX_TIMEOUT} ms`, isTime],
  hideAfter: [`0 to ${MAX_TIMEOUT} ms`, isTime],
};

/** The props without the invalid ones, and the name and rule of the first of those; undefined is always valid. */
export function checkStatusProps<Props extends CheckedProps>(
  props: Props,
): { readonly valid: Props; readonly problem: string | null } {
  const names = Object.keys(rules) as (keyof CheckedProps)[];
  const invalid = names.filter((name) => props[name] !== undefined && !rules[name][1](props[name]));
  const [first] = invalid;
  const corrections = Object.fromEntries(invalid.map((name) => [name, undefined]));
  return {
    valid: first === undefined ? props : { ...props, ...corrections },
    problem: first === undefined ? null : `WebSocketStatus: ${first} must be ${rules[first][0]}`,
  };
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIMEOUT;
}

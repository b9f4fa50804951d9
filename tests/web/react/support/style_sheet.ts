// Reads styles.css without a browser: its rules, custom properties and colour contrasts. Not a general CSS
// parser; it handles only the constructs that this style sheet uses.
import { readFileSync } from 'node:fs';

export type Scheme = 'light' | 'dark';

type Colour = readonly [red: number, green: number, blue: number];

const read = (path: string): string => readFileSync(`web/react/${path}`, 'utf8');

/** The whole style sheet, with the imported parts in place. */
export const documentedSheet = read('styles.css').replaceAll(/@import '(.+)';/g, (_, path: string) =>
  read(path),
);

/** The same without comments. */
export const sheet = documentedSheet.replaceAll(/\/\*.*?\*\//gs, '');

/** The selectors of all rules, without at-rules and keyframes. */
export function selectors(): string[] {
  return [...sheet.matchAll(/([^{}]+)\{/g)]
    .map((match) => (match[1] ?? '').trim())
    .filter((selector) => !selector.startsWith('@') && selector !== 'to');
}

/** The custom properties that are colours in both schemes, as `[light, dark]` in #rrggbb. */
export function palette(): Record<string, Record<Scheme, string>> {
  const pairs = sheet.matchAll(/--rws-([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g);
  return Object.fromEntries(
    [...pairs].map(([, name = '', light = '', dark = '']) => [name, { light, dark }] as const),
  );
}

/** The colours for browsers without light-dark(). */
export function plainPalette(): Record<string, string> {
  const plain = sheet.matchAll(/--rws-([a-z]+): (#[0-9a-f]{6});/g);
  return Object.fromEntries([...plain].map(([, name = '', colour = '']) => [name, colour] as const));
}

/** The mix of `share` of the upper colour over the lower one, as color-mix with transparent computes it. */
export function over(upper: string, lower: string, share: number): string {
  const [above, below] = [parsed(upper), parsed(lower)];
  const mixed = above.map((value, index) => Math.round(value * share + (below[index] ?? 0) * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Contrast ratio of two colours (WCAG 2.2, 1.4.3). */
export function contrast(first: string, second: string): number {
  const [darker = 0, lighter = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = parsed(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function parsed(colour: string): Colour {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

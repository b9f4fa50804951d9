// Tests of styles.css that need no browser: contrasts, specificity, names, reduced motion and forced colours.
import { act, render } from '@testing-library/react';
import { expect, test } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { statusCases } from '../../browser/support/status_page_cases.js';
import { StatusDouble } from './support/status_double.js';
import { setUpStatusTests } from './support/status_screen.js';
import {
  contrast,
  documentedSheet,
  over,
  palette,
  plainPalette,
  selectors,
  sheet,
  type Scheme,
} from './support/style_sheet.js';

setUpStatusTests();

const states = ['connected', 'connecting', 'reconnecting', 'disconnected', 'failed'];

test('the contrast function is correct', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  expect(over('#000000', '#ffffff', 0.12)).toBe('#e0e0e0');
});

test.each<Scheme>(['light', 'dark'])(
  'text has a contrast of 4.5 and icons one of 3 (WCAG AA), %s',
  (scheme) => {
    const colour = (name: string): string => palette()[name]?.[scheme] ?? '';
    const surface = colour('surface');
    for (const name of ['text', 'muted', 'accent', 'failed']) {
      expect([name, contrast(colour(name), surface) >= 4.5]).toEqual([name, true]);
    }
    // Buttons have a tinted background while the pointer is over them.
    expect(contrast(colour('accent'), over(colour('accent'), surface, 0.09))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('text'), over(colour('text'), surface, 0.07))).toBeGreaterThanOrEqual(4.5);
    for (const state of states) {
      const onTint = contrast(colour(state), over(colour(state), surface, 0.12));
      expect([state, contrast(colour(state), surface) >= 3, onTint >= 3]).toEqual([state, true, true]);
    }
  },
);

test('browsers without light-dark() get the light colours', () => {
  const light = Object.entries(palette()).map(([name, pair]) => [name, pair.light] as const);
  expect(light.length).toBeGreaterThanOrEqual(10);
  expect(plainPalette()).toEqual(Object.fromEntries(light));
});

test('no selector has the specificity of a class', () => {
  expect(selectors().length).toBeGreaterThan(40);
  for (const selector of selectors()) {
    const counted = selector.replaceAll(/:where\((?:[^()]|\([^()]*\))*\)/g, '');
    expect([selector, /[.#[:]/.test(counted)]).toEqual([selector, false]);
  }
});

test('every class and custom property has the prefix, and every class is used by the component', () => {
  const rendered = statusCases.map(({ name, report, props, then, isExpanded }) => {
    const websocket = new StatusDouble(report);
    const { container } = render(
      <div data-case={name}>
        <WebSocketStatus websocket={websocket} quietFor={0} {...props} />
      </div>,
    );
    act(() => then?.(websocket));
    if (isExpanded) act(() => container.querySelector<HTMLElement>('.rws-toggle')?.click());
    return container.innerHTML;
  });
  const classes = sheet.matchAll(/\.([a-z][a-z-]*)/g);
  for (const [, name = ''] of classes) {
    const isKnown =
      rendered.some((html) => html.includes(name)) || /floating|(top|bottom)-(left|right)/.test(name);
    expect([name, name.startsWith('rws-'), isKnown]).toEqual([name, true, true]);
  }
  for (const [name] of sheet.matchAll(/--[a-z-]+/g)) expect(name.startsWith('--rws-')).toBe(true);
});

test('every custom property that is read is documented at the top', () => {
  const documentation = documentedSheet.split('*/')[0] ?? '';
  const read = new Set([...sheet.matchAll(/var\((--rws-[a-z-]+)/g)].map(([, name = '']) => name));
  // Set by the style sheet and by the component itself.
  for (const name of ['--rws-state', '--rws-offset']) read.delete(name);
  for (const name of read) expect([name, documentation.includes(name)]).toEqual([name, true]);
});

test('directions are logical, except where physical left and right are intended', () => {
  const rules = sheet
    .split('}')
    .filter((rule) => /(?:^|[\s-])(?:left|right)\s*:|text-align: (?:left|right)/.test(rule));
  for (const rule of rules) expect(rule).toContain(':where(.rws-top-');
  expect(rules).toHaveLength(2);
});

test('there is no motion with prefers-reduced-motion, and there are rules for forced colours', () => {
  const moving = sheet.replaceAll(
    /@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{[^{}]*\})*\}/g,
    '',
  );
  expect(sheet).toMatch(/animation: rws-turn/);
  expect(moving).not.toMatch(/animation:|transition:/);
  expect(sheet).toContain('@media (forced-colors: active)');
});

// Where the status component may stand: in a paragraph, in a shadow tree, next to other floating ones. Also that its
// times do not depend on the wall clock.
import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { statusCases } from '../../browser/support/status_page_cases.js';
import { StatusDouble } from './support/status_double.js';
import { pass, setUpStatusTests, shownText } from './support/status_screen.js';

setUpStatusTests();

const connected = { connectionState: 'connected' } as const;

test.each(statusCases)('is phrasing content: $name', ({ name, report, props, then, isExpanded }) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const websocket = new StatusDouble(report);
  const { container } = render(
    <p data-case={name}>
      <WebSocketStatus websocket={websocket} quietFor={0} {...props} />
    </p>,
  );
  act(() => then?.(websocket));
  if (isExpanded) act(() => container.querySelector<HTMLElement>('.rws-toggle')?.click());
  expect(error).not.toHaveBeenCalled();
  const phrasing = ['span', 'button', 'svg', 'path', 'polyline'];
  for (const { localName } of container.querySelectorAll('p *')) expect(phrasing).toContain(localName);
});

describe('floating components', () => {
  let heights: Map<Element, number>;

  beforeEach(() => {
    heights = new Map();
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(function (this: HTMLElement) {
      return heights.get(this) ?? 30;
    });
  });

  const offsets = (): string[] =>
    [...document.querySelectorAll<HTMLElement>('.rws-floating')].map((element) =>
      element.style.getPropertyValue('--rws-offset'),
    );

  test('in one corner stand one behind the other, each corner for itself', () => {
    const show = (count: number) => (
      <>
        {Array.from({ length: count }, (_, index) => (
          <WebSocketStatus key={index} websocket={new StatusDouble(connected)} floating />
        ))}
        <WebSocketStatus websocket={new StatusDouble(connected)} floating="bottom-left" />
        <WebSocketStatus websocket={new StatusDouble(connected)} />
      </>
    );
    const { rerender, unmount } = render(show(3));
    expect(offsets()).toEqual(['0px', '38px', '76px', '0px']);
    rerender(show(2));
    expect(offsets()).toEqual(['0px', '38px', '0px']);
    unmount();
    render(show(1));
    expect(offsets()).toEqual(['0px', '0px']);
  });

  test('follow the height of those before them, and of one that is not displayed nothing', () => {
    let resized: () => void = () => undefined;
    vi.stubGlobal(
      'ResizeObserver',
      class {
        constructor(callback: () => void) {
          resized = callback;
        }
        observe(): void {}
        unobserve(): void {}
      },
    );
    render(
      [1, 2, 3].map((key) => (
        <WebSocketStatus key={key} websocket={new StatusDouble(connected)} floating="top-left" />
      )),
    );
    const [first, second] = document.querySelectorAll('.rws-floating');
    heights.set(first as Element, 120).set(second as Element, 0);
    resized();
    expect(offsets()).toEqual(['0px', '128px', '128px']);
  });

  test('that are moved to another corner leave their place', () => {
    const show = (corner: 'top-right' | 'bottom-right') => (
      <>
        <WebSocketStatus websocket={new StatusDouble(connected)} floating={corner} />
        <WebSocketStatus websocket={new StatusDouble(connected)} floating="top-right" />
      </>
    );
    const { rerender } = render(show('top-right'));
    expect(offsets()).toEqual(['0px', '38px']);
    rerender(show('bottom-right'));
    expect(offsets()).toEqual(['0px', '0px']);
  });
});

describe('the style sheet', () => {
  const adopted = (): CSSStyleSheet[] => document.adoptedStyleSheets;

  beforeEach(() => {
    Object.defineProperty(document, 'adoptedStyleSheets', { value: [], writable: true, configurable: true });
  });

  afterEach(() => {
    Reflect.deleteProperty(document, 'adoptedStyleSheets');
    document.head.replaceChildren();
  });

  test('is adopted once, whatever the number of components', () => {
    render([1, 2].map((key) => <WebSocketStatus key={key} websocket={new StatusDouble(connected)} />));
    expect(adopted()).toHaveLength(1);
    expect(adopted()[0]?.cssRules.length).toBeGreaterThan(20);
  });

  test('is not adopted with unstyled, without a client, or where styles.css is', () => {
    render(<WebSocketStatus websocket={new StatusDouble(connected)} unstyled />);
    render(<WebSocketStatus websocket={null} />);
    const style = document.head.appendChild(document.createElement('style'));
    style.textContent = ':root, .rws-status { --rws-styles: 1 }';
    render(<WebSocketStatus websocket={new StatusDouble(connected)} />);
    expect(adopted()).toEqual([]);
  });

  test('is missing where none can be adopted, which is no error', () => {
    Reflect.deleteProperty(document, 'adoptedStyleSheets');
    const { container } = render(<WebSocketStatus websocket={new StatusDouble(connected)} />);
    expect(container.textContent).toBe('Онлайн');
  });
});

test('a wall clock that is set back changes neither the countdown nor the times', () => {
  const websocket = new StatusDouble({
    connectionState: 'reconnecting',
    reconnectAttempts: 1,
    nextAttemptAt: Date.now() + 5000,
    lastPong: Date.now() - 2000,
  });
  render(<WebSocketStatus websocket={websocket} showDetails />);
  act(() => document.querySelector<HTMLElement>('.rws-toggle')?.click());
  expect(shownText()).toContain('через 5 с');
  vi.setSystemTime(Date.now() - 3_600_000);
  pass(1000);
  expect(shownText()).toContain('через 4 с');
  expect(shownText()).toContain('3 с назад');
});

// Accessibility of the status component: axe rules in every state, live regions, focus and keyboard. Colours
// are tested in WebSocketStatus.styles and in browsers.
import { act, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { statusCases } from '../../browser/support/status_page_cases.js';
import { StatusDouble } from './support/status_double.js';
import { isPanel, pass, root, announcedText, setUpStatusTests } from './support/status_screen.js';

setUpStatusTests();

const user = userEvent.setup({ delay: null });

test.each(statusCases)('axe finds no violation: $name', async ({ name, report, props, then, isExpanded }) => {
  const websocket = new StatusDouble(report);
  const { container } = render(
    <main data-case={name}>
      <h1>Страница</h1>
      <WebSocketStatus websocket={websocket} quietFor={0} {...props} />
    </main>,
  );
  act(() => then?.(websocket));
  if (isExpanded) act(() => screen.getByRole('button', { expanded: false }).click());
  vi.useRealTimers();
  const { violations, incomplete } = await axe.run(container);
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
  // jsdom computes no colours, and axe cannot decide whether the × of the button «Закрыть» is text.
  const open = incomplete.map(({ id }) => id);
  const undecidable = ['color-contrast', 'label-content-name-mismatch'];
  expect(open.filter((id) => !undecidable.includes(id))).toEqual([]);
});

test('the state and the error are announced politely, the countdown and the counts are not', () => {
  const websocket = new StatusDouble({
    connectionState: 'reconnecting',
    reconnectAttempts: 2,
    queuedMessages: 7,
    nextAttemptAt: Date.now() + 9000,
  });
  render(<WebSocketStatus websocket={websocket} />);
  const region = screen.getByRole('status');
  expect(region.getAttribute('aria-live')).toBe('polite');
  const announced: string[] = [];
  for (let second = 0; second < 9; ++second) {
    announced.push(region.textContent);
    pass(1000);
  }
  expect(new Set(announced)).toEqual(new Set(['Переподключение...']));
  expect(root().textContent).toContain('7 сообщений в очереди');
});

test('icons are hidden from screen readers, and each state has its own', () => {
  const drawn = new Map<string, string>();
  for (const connectionState of ['connected', 'reconnecting', 'disconnected', 'failed'] as const) {
    const { unmount } = render(
      <WebSocketStatus websocket={new StatusDouble({ connectionState })} showDetails />,
    );
    const icon = root().querySelector('svg');
    expect([icon?.getAttribute('aria-hidden'), icon?.getAttribute('width')]).toEqual(['true', '16']);
    drawn.set(icon?.innerHTML ?? '', connectionState);
    unmount();
  }
  expect(drawn.size).toBe(4);
});

test('every function is available by keyboard', async () => {
  const websocket = new StatusDouble({ connectionState: 'disconnected' });
  render(<WebSocketStatus websocket={websocket} />);
  await user.tab();
  await user.keyboard('{Enter}');
  expect([isPanel(), announcedText()]).toEqual([true, 'Отключено']);
  expect(document.activeElement).toBe(root());
  await user.tab();
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Закрыть');
  await user.tab();
  await user.keyboard(' ');
  expect(websocket.reconnects).toBe(1);
});

test('when the focused button is removed, the component gets the focus', async () => {
  const websocket = new StatusDouble({ connectionState: 'failed' });
  render(<WebSocketStatus websocket={websocket} />);
  await user.tab();
  await user.tab();
  expect(document.activeElement?.textContent).toBe('Переподключить');
  act(() => websocket.become('connecting'));
  expect(document.activeElement).toBe(root());
  await user.tab();
  act(() => websocket.become('connected'));
  pass(3000);
  expect([isPanel(), document.activeElement]).toEqual([false, root()]);
});

test('closing the panel by keyboard keeps the focus in the component', async () => {
  render(<WebSocketStatus websocket={new StatusDouble({ connectionState: 'failed' })} />);
  await user.tab();
  await user.keyboard('{Enter}');
  expect([isPanel(), document.activeElement]).toEqual([false, root()]);
});

test('the component does not take the focus from other elements', async () => {
  const websocket = new StatusDouble({ connectionState: 'failed' });
  render(
    <>
      <WebSocketStatus websocket={websocket} />
      <input aria-label="Поле" />
    </>,
  );
  act(() => websocket.become('connected'));
  expect(document.activeElement).toBe(document.body);
  act(() => websocket.become('failed'));
  await user.tab();
  await user.click(screen.getByRole('textbox'));
  act(() => websocket.become('connected'));
  expect(document.activeElement).toBe(screen.getByRole('textbox'));
  act(() => websocket.become('failed'));
  await user.tab({ shift: true });
  act(() => {
    (document.activeElement as HTMLElement).blur();
  });
  act(() => websocket.become('connected'));
  expect(document.activeElement).toBe(document.body);
});

// Tests of when the panel opens and closes: quiet outages, recoveries, errors, the close button.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type StatusReport } from '../../../web/react/status/status_source.js';
import { StatusDouble } from './support/status_double.js';
import {
  buttons,
  isPanel,
  pass,
  root,
  announcedText,
  setUpStatusTests,
  shownText,
} from './support/status_screen.js';

setUpStatusTests();

const connected: StatusReport = { connectionState: 'connected' };

function show(report: StatusReport, props: object = {}): StatusDouble {
  const websocket = new StatusDouble(report);
  render(<WebSocketStatus websocket={websocket} {...props} />);
  return websocket;
}

test('a quick first connect shows no panel', () => {
  const websocket = show({ connectionState: 'connecting' });
  expect([announcedText(), isPanel(), buttons()]).toEqual(['Офлайн', false, []]);
  pass(999);
  expect(isPanel()).toBe(false);
  act(() => websocket.become('connected'));
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
  pass(10_000);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a slow first connect opens the panel', () => {
  show({ connectionState: 'connecting' });
  pass(1000);
  expect([announcedText(), isPanel()]).toEqual(['Подключение...', true]);
});

test('a short outage changes nothing visible', () => {
  const websocket = show(connected);
  const before = root().outerHTML;
  act(() => websocket.become('reconnecting'));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(999);
  expect(root().outerHTML).toBe(before);
  act(() => websocket.become('connected'));
  pass(60_000);
  expect(root().outerHTML).toBe(before);
});

test('a longer outage opens the panel, with its error', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(1000);
  expect([announcedText(), isPanel()]).toEqual(['Переподключение... | Нет связи', true]);
});

test('after a recovery the panel shows it and hides', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  pass(1000);
  act(() => websocket.become('connected'));
  expect([announcedText(), isPanel()]).toEqual(['Подключено', true]);
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a connection that opened without an event is not shown as an outage when the quiet time ends', () => {
  const websocket = show({ connectionState: 'connecting' });
  websocket.set({ connectionState: 'connected' });
  pass(1000);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('the error of an outage is removed at its end', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(1000);
  act(() => websocket.become('connected'));
  expect(announcedText()).toBe('Подключено');
});

test('a short outage just after a recovery keeps the panel open and restarts its time', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  pass(1000);
  act(() => websocket.become('connected'));
  pass(2500);
  act(() => websocket.become('reconnecting'));
  pass(900);
  expect([announcedText(), isPanel()]).toEqual(['Подключено', true]);
  act(() => websocket.become('connected'));
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect(isPanel()).toBe(false);
});

test('both times can be set by props', () => {
  const websocket = show(connected, { quietFor: 0, hideAfter: 50 });
  act(() => websocket.become('reconnecting'));
  expect(isPanel()).toBe(true);
  act(() => websocket.become('connected'));
  pass(49);
  expect(isPanel()).toBe(true);
  pass(1);
  expect(isPanel()).toBe(false);
});

test('failed and disconnected are shown at once, also during a quiet outage', () => {
  for (const [state, text] of [
    ['failed', 'Ошибка подключения'],
    ['disconnected', 'Отключено'],
  ] as const) {
    const websocket = show(connected);
    act(() => websocket.become('reconnecting'));
    pass(500);
    act(() => websocket.become(state));
    expect([announcedText(), buttons()]).toEqual([text, ['Закрыть', 'Переподключить']]);
    pass(60_000);
    expect(announcedText()).toBe(text);
    act(() => websocket.become('connected'));
    pass(3000);
    root().parentElement?.remove();
  }
});

test('a client that was never connected is «Офлайн» without a panel, which can be opened', () => {
  show({ connectionState: 'disconnected' });
  expect([announcedText(), isPanel()]).toEqual(['Офлайн', false]);
  fireEvent.click(screen.getByRole('button'));
  expect([announcedText(), buttons()]).toEqual(['Отключено', ['Закрыть', 'Переподключить']]);
});

test('for an outage that is older than the component, the quiet time counts from the loss', () => {
  const lostAgo = (milliseconds: number): StatusReport => ({
    connectionState: 'reconnecting',
    stats: { lastDisconnectedAt: new Date(Date.now() - milliseconds) },
  });
  const { rerender } = render(<WebSocketStatus websocket={new StatusDouble(lostAgo(999))} />);
  expect(isPanel()).toBe(false);
  rerender(<WebSocketStatus websocket={new StatusDouble(lostAgo(1000))} />);
  expect(isPanel()).toBe(true);
});

test('a panel closed by the user stays closed during the outage and opens at the next change', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect([announcedText(), isPanel()]).toEqual(['Офлайн', false]);
  act(() => websocket.emit('close', { code: 1006 }));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(60_000);
  expect(isPanel()).toBe(false);
  act(() => websocket.become('failed'));
  expect(announcedText()).toBe('Ошибка подключения | Нет связи');
});

test('a panel closed by the user does not open at the recovery', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  act(() => websocket.become('connected'));
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a closed panel can be opened again from the compact form', () => {
  const websocket = show({ connectionState: 'failed' });
  act(() => websocket.emit('error', { type: 'auth_error', message: 'Отказ', recoverable: false }));
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect(announcedText()).toBe('Офлайн');
  fireEvent.click(screen.getByRole('button', { name: 'Открыть состояние соединения' }));
  expect(announcedText()).toBe('Ошибка подключения | Отказ');
});

test('an error while connected opens the panel, which hides', () => {
  const websocket = show(connected);
  const tooLarge = { type: 'message_too_large', message: 'Слишком большое', recoverable: true };
  act(() => websocket.emit('error', tooLarge));
  expect(announcedText()).toBe('Подключено | Слишком большое');
  pass(2000);
  act(() => websocket.emit('error', tooLarge));
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an error is not hidden while the pointer is over the component', () => {
  const websocket = show(connected);
  fireEvent.pointerEnter(root());
  act(() => websocket.emit('error', { type: 'send_error', message: 'Не ушло', recoverable: true }));
  pass(60_000);
  expect(announcedText()).toBe('Подключено | Не ушло');
  fireEvent.pointerLeave(root());
  pass(3000);
  expect(isPanel()).toBe(false);
});

test('an unrecoverable error during a quiet outage is shown at once', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  act(() => websocket.emit('error', { type: 'auth_error', message: 'Отказ', recoverable: false }));
  expect(announcedText()).toBe('Переподключение... | Отказ');
});

test('an error without `recoverable` during a quiet outage is not shown yet', () => {
  const websocket = show(connected);
  act(() => websocket.become('reconnecting'));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи' }));
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a recoverable error of an open connection is held back for the quiet time, and then shown as long as any other', () => {
  const websocket = show(connected, { quietFor: 5000, hideAfter: 1000 });
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(4999);
  expect(announcedText()).toBe('Онлайн');
  pass(1);
  expect(announcedText()).toBe('Подключено | Нет связи');
  pass(1000);
  expect(announcedText()).toBe('Онлайн');
});

test('closing the panel while such an error is held back removes the error', () => {
  const websocket = show({ connectionState: 'reconnecting' });
  act(() => websocket.become('connected'));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  pass(1000);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an error of unknown shape is shown without its text', () => {
  const secret = 'wss://host/?token=secret';
  const websocket = show(connected);
  for (const error of [
    new Error(secret),
    { type: 'custom', message: secret },
    { type: 'network_error', message: { secret } },
    secret,
    undefined,
  ]) {
    act(() => websocket.emit('error', error));
    expect(announcedText()).toBe('Подключено | Произошла ошибка');
  }
});

test('a change without an event is noticed within five seconds', () => {
  const websocket = show(connected);
  websocket.set({ connectionState: 'failed' });
  pass(4999);
  expect(announcedText()).toBe('Онлайн');
  pass(1);
  expect(announcedText()).toBe('Ошибка подключения');
});

test('when the client is replaced, the listeners move to the new one, which is shown', () => {
  const first = new StatusDouble({ connectionState: 'failed' });
  const second = new StatusDouble(connected);
  const { rerender, unmount } = render(<WebSocketStatus websocket={first} />);
  expect(first.listeners).toHaveLength(4);
  rerender(<WebSocketStatus websocket={second} />);
  expect([announcedText(), first.listeners.length, second.listeners.length]).toEqual(['Онлайн', 0, 4]);
  rerender(<WebSocketStatus websocket={null} />);
  expect([second.listeners.length, vi.getTimerCount()]).toEqual([0, 0]);
  unmount();
});

test('unmounting leaves no timer and no listener in any state', () => {
  for (const connectionState of [
    'connecting',
    'connected',
    'reconnecting',
    'disconnected',
    'failed',
  ] as const) {
    const websocket = new StatusDouble({ connectionState, nextAttemptAt: Date.now() + 4000 });
    const { unmount } = render(<WebSocketStatus websocket={websocket} showDetails />);
    act(() => websocket.emit('error', { type: 'send_error', message: 'Не ушло', recoverable: true }));
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    unmount();
    expect([websocket.listeners.length, vi.getTimerCount()]).toEqual([0, 0]);
  }
});

test('the countdown changes every second; after it the panel shows that an attempt is under way', () => {
  const nextAttemptAt = Date.now() + 3500;
  const websocket = show({ connectionState: 'reconnecting', reconnectAttempts: 2, nextAttemptAt });
  expect(shownText()).toContain('Следующая попытка через 4 с');
  expect(buttons()).toEqual(['Закрыть', 'Переподключить сейчас']);
  pass(500);
  expect(shownText()).toContain('через 3 с');
  pass(1000);
  expect(shownText()).toContain('через 2 с');
  pass(2000);
  expect(shownText()).toContain('Подключаемся…');
  expect(buttons()).toEqual(['Закрыть']);
  act(() => {
    websocket.set({ nextAttemptAt: Date.now() + 8000, reconnectAttempts: 3 });
    websocket.emit('close', { code: 1006 });
  });
  expect(shownText()).toContain('Попытка 3/10Следующая попытка через 8 с');
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить сейчас' }));
  expect(websocket.reconnects).toBe(1);
});

test('the client is read every second only while a countdown is shown', () => {
  const websocket = new StatusDouble({ connectionState: 'reconnecting', nextAttemptAt: Date.now() + 60_000 });
  const getStatus = vi.fn(websocket.getStatus);
  render(<WebSocketStatus websocket={Object.assign(websocket, { getStatus })} />);
  getStatus.mockClear();
  pass(10_000);
  expect(getStatus).toHaveBeenCalledTimes(10);
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  getStatus.mockClear();
  pass(10_000);
  expect(getStatus).toHaveBeenCalledTimes(2);
});

test('without nextAttemptAt there is no countdown', () => {
  show({ connectionState: 'reconnecting', reconnectAttempts: 1 });
  expect(shownText()).toBe('Переподключение...Попытка 1/10');
});

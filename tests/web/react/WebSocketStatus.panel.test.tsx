// Owns when the panel opens and closes: quiet outages, recoveries, errors, the closing by hand.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type StatusReport } from '../../../web/react/status/status_source.js';
import { StatusDouble } from './support/status_double.js';
import { buttons, isPanel, pass, root, said, setStatusScreen, shownText } from './support/status_screen.js';

setStatusScreen();

const connected: StatusReport = { connectionState: 'connected' };

function show(report: StatusReport, props: object = {}): StatusDouble {
  const websocket = new StatusDouble(report);
  render(<WebSocketStatus websocket={websocket} {...props} />);
  return websocket;
}

/** Lets a double tell something. */
function tell(change: () => void): void {
  act(change);
}

test('a first connect that is quick shows no panel', () => {
  const websocket = show({ connectionState: 'connecting' });
  expect([said(), isPanel(), buttons()]).toEqual(['Офлайн', false, []]);
  pass(999);
  expect(isPanel()).toBe(false);
  tell(() => websocket.become('connected'));
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
  pass(10_000);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a first connect that is slow opens the panel', () => {
  show({ connectionState: 'connecting' });
  pass(1000);
  expect([said(), isPanel()]).toEqual(['Подключение...', true]);
});

test('a short outage changes nothing that is seen', () => {
  const websocket = show(connected);
  const before = root().outerHTML;
  tell(() => websocket.become('reconnecting'));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(999);
  expect(root().outerHTML).toBe(before);
  tell(() => websocket.become('connected'));
  pass(60_000);
  expect(root().outerHTML).toBe(before);
});

test('a longer outage opens the panel, with the error that began it', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(1000);
  expect([said(), isPanel()]).toEqual(['Переподключение... | Нет связи', true]);
});

test('after a recovery the panel says so and hides', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  pass(1000);
  tell(() => websocket.become('connected'));
  expect([said(), isPanel()]).toEqual(['Подключено', true]);
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a connection that came without a word is no outage when the quiet ends', () => {
  const websocket = show({ connectionState: 'connecting' });
  websocket.set({ connectionState: 'connected' });
  pass(1000);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('the error of an outage ends with it', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(1000);
  tell(() => websocket.become('connected'));
  expect(said()).toBe('Подключено');
});

test('a short outage just after a recovery keeps the good news open, and the time begins anew', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  pass(1000);
  tell(() => websocket.become('connected'));
  pass(2500);
  tell(() => websocket.become('reconnecting'));
  pass(900);
  expect([said(), isPanel()]).toEqual(['Подключено', true]);
  tell(() => websocket.become('connected'));
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect(isPanel()).toBe(false);
});

test('both times are the page’s to choose', () => {
  const websocket = show(connected, { quietFor: 0, hideAfter: 50 });
  tell(() => websocket.become('reconnecting'));
  expect(isPanel()).toBe(true);
  tell(() => websocket.become('connected'));
  pass(49);
  expect(isPanel()).toBe(true);
  pass(1);
  expect(isPanel()).toBe(false);
});

test('failed and disconnected are told at once, also out of a quiet outage', () => {
  for (const [state, words] of [
    ['failed', 'Ошибка подключения'],
    ['disconnected', 'Отключено'],
  ] as const) {
    const websocket = show(connected);
    tell(() => websocket.become('reconnecting'));
    pass(500);
    tell(() => websocket.become(state));
    expect([said(), buttons()]).toEqual([words, ['Закрыть', 'Переподключить']]);
    pass(60_000);
    expect(said()).toBe(words);
    act(() => websocket.become('connected'));
    pass(3000);
    root().parentElement?.remove();
  }
});

test('a client that was never connected is «Офлайн» without a panel, which can be opened', () => {
  show({ connectionState: 'disconnected' });
  expect([said(), isPanel()]).toEqual(['Офлайн', false]);
  fireEvent.click(screen.getByRole('button'));
  expect([said(), buttons()]).toEqual(['Отключено', ['Закрыть', 'Переподключить']]);
});

test('an outage known on mounting obeys the time since the loss', () => {
  const lostAgo = (milliseconds: number): StatusReport => ({
    connectionState: 'reconnecting',
    stats: { lastDisconnectedAt: new Date(Date.now() - milliseconds) },
  });
  const { rerender } = render(<WebSocketStatus websocket={new StatusDouble(lostAgo(999))} />);
  expect(isPanel()).toBe(false);
  rerender(<WebSocketStatus websocket={new StatusDouble(lostAgo(1000))} />);
  expect(isPanel()).toBe(true);
});

test('closed by hand, the panel stays closed through the outage and opens for the next news', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect([said(), isPanel()]).toEqual(['Офлайн', false]);
  tell(() => websocket.emit('close', { code: 1006 }));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(60_000);
  expect(isPanel()).toBe(false);
  tell(() => websocket.become('failed'));
  expect(said()).toBe('Ошибка подключения | Нет связи');
});

test('closed by hand, it says nothing of the recovery', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  tell(() => websocket.become('connected'));
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a closed panel opens again from the compact form', () => {
  const websocket = show({ connectionState: 'failed' });
  tell(() => websocket.emit('error', { type: 'auth_error', message: 'Отказ', recoverable: false }));
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect(said()).toBe('Офлайн');
  fireEvent.click(screen.getByRole('button', { name: 'Открыть состояние соединения' }));
  expect(said()).toBe('Ошибка подключения | Отказ');
});

test('an error while connected opens the panel, which hides', () => {
  const websocket = show(connected);
  const tooLarge = { type: 'message_too_large', message: 'Слишком большое', recoverable: true };
  tell(() => websocket.emit('error', tooLarge));
  expect(said()).toBe('Подключено | Слишком большое');
  pass(2000);
  tell(() => websocket.emit('error', tooLarge));
  pass(2999);
  expect(isPanel()).toBe(true);
  pass(1);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an error under the pointer waits', () => {
  const websocket = show(connected);
  fireEvent.pointerEnter(root());
  tell(() => websocket.emit('error', { type: 'send_error', message: 'Не ушло', recoverable: true }));
  pass(60_000);
  expect(said()).toBe('Подключено | Не ушло');
  fireEvent.pointerLeave(root());
  pass(3000);
  expect(isPanel()).toBe(false);
});

test('an error that ends an outage is not kept quiet', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  tell(() => websocket.emit('error', { type: 'auth_error', message: 'Отказ', recoverable: false }));
  expect(said()).toBe('Переподключение... | Отказ');
});

test('an error in an outage that does not say how grave it is, is kept quiet', () => {
  const websocket = show(connected);
  tell(() => websocket.become('reconnecting'));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи' }));
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an error of a loss to come waits as a loss does, and is then shown as long as any', () => {
  const websocket = show(connected, { quietFor: 5000, hideAfter: 1000 });
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(4999);
  expect(said()).toBe('Онлайн');
  pass(1);
  expect(said()).toBe('Подключено | Нет связи');
  pass(1000);
  expect(said()).toBe('Онлайн');
});

test('closed by hand while such an error waits, the panel does not open for it', () => {
  const websocket = show({ connectionState: 'reconnecting' });
  tell(() => websocket.become('connected'));
  tell(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  pass(1000);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an error of unknown shape is told without its words', () => {
  const secret = 'wss://host/?token=secret';
  const websocket = show(connected);
  for (const error of [
    new Error(secret),
    { type: 'custom', message: secret },
    { type: 'network_error', message: { secret } },
    secret,
    undefined,
  ]) {
    tell(() => websocket.emit('error', error));
    expect(said()).toBe('Подключено | Произошла ошибка');
  }
});

test('a change nobody told of is noticed within five seconds', () => {
  const websocket = show(connected);
  websocket.set({ connectionState: 'failed' });
  pass(4999);
  expect(said()).toBe('Онлайн');
  pass(1);
  expect(said()).toBe('Ошибка подключения');
});

test('another client takes the place: the old one is left alone, the new one is shown', () => {
  const first = new StatusDouble({ connectionState: 'failed' });
  const second = new StatusDouble(connected);
  const { rerender, unmount } = render(<WebSocketStatus websocket={first} />);
  expect(first.listeners).toHaveLength(4);
  rerender(<WebSocketStatus websocket={second} />);
  expect([said(), first.listeners.length, second.listeners.length]).toEqual(['Онлайн', 0, 4]);
  rerender(<WebSocketStatus websocket={null} />);
  expect([second.listeners.length, vi.getTimerCount()]).toEqual([0, 0]);
  unmount();
});

test('nothing is left of it in any state', () => {
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

test('the countdown goes by the second; when it is over, that is said', () => {
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
  tell(() => {
    websocket.set({ nextAttemptAt: Date.now() + 8000, reconnectAttempts: 3 });
    websocket.emit('close', { code: 1006 });
  });
  expect(shownText()).toContain('Попытка 3/10Следующая попытка через 8 с');
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить сейчас' }));
  expect(websocket.reconnects).toBe(1);
});

test('the client is asked each second only while a countdown is shown', () => {
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

test('a client that tells no time of the next attempt gets no countdown', () => {
  show({ connectionState: 'reconnecting', reconnectAttempts: 1 });
  expect(shownText()).toBe('Переподключение...Попытка 1/10');
});

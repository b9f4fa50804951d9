// Tests of the form with details: the panel that is always open, the statistics, the sparkline of round-trip
// times.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type StatusReport } from '../../../web/react/status/status_source.js';
import { StatusDouble } from './support/status_double.js';
import {
  buttons,
  isPanel,
  pass,
  announcedText,
  setUpStatusTests,
  shownText,
} from './support/status_screen.js';

setUpStatusTests();

function show(report: StatusReport, props: object = {}): StatusDouble {
  const websocket = new StatusDouble(report);
  render(<WebSocketStatus websocket={websocket} showDetails {...props} />);
  return websocket;
}

function toggle(): HTMLElement {
  return screen.getByRole('button', { name: 'Статистика' });
}

/** The statistics by label. */
function facts(): Record<string, string | null> {
  const names = screen.getAllByRole('term').map(({ textContent }) => textContent);
  const values = screen.getAllByRole('definition').map(({ textContent }) => textContent);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
}

test('the panel is always open and has no close button', () => {
  const websocket = show({ connectionState: 'connected' });
  expect([announcedText(), isPanel(), buttons()]).toEqual(['Подключено', true, ['Статистика']]);
  act(() => websocket.become('reconnecting'));
  pass(1000);
  act(() => websocket.become('connected'));
  pass(10_000);
  expect([announcedText(), isPanel()]).toEqual(['Подключено', true]);
});

test('a short outage changes nothing visible', () => {
  const websocket = show({ connectionState: 'connected' });
  act(() => websocket.become('reconnecting', { reconnectAttempts: 1, nextAttemptAt: Date.now() + 5000 }));
  act(() => websocket.emit('error', { type: 'network_error', message: 'Нет связи', recoverable: true }));
  pass(999);
  expect(shownText()).toBe('ПодключеноСтатистика');
  pass(1);
  expect(shownText()).toBe(
    'Переподключение...Нет связиПопытка 1/10Следующая попытка через 4 сПереподключить сейчасСтатистика',
  );
});

test('connecting after disconnected is shown at once', () => {
  const websocket = show({ connectionState: 'disconnected' });
  act(() => websocket.become('connecting'));
  expect([announcedText(), buttons()]).toEqual(['Подключение...', ['Статистика']]);
});

test('an error while connected is hidden after a time, and the panel stays', () => {
  const websocket = show({ connectionState: 'connected' });
  act(() => websocket.emit('error', { type: 'send_error', message: 'Не ушло', recoverable: true }));
  expect(announcedText()).toBe('Подключено | Не ушло');
  pass(3000);
  expect([announcedText(), isPanel()]).toEqual(['Подключено', true]);
});

test('the toggle has aria-expanded and aria-controls for the statistics', () => {
  show({ connectionState: 'connected' });
  const statistics = document.getElementById(toggle().getAttribute('aria-controls') ?? '');
  expect([toggle().getAttribute('aria-expanded'), statistics?.hidden, statistics?.textContent]).toEqual([
    'false',
    true,
    '',
  ]);
  fireEvent.click(toggle());
  expect([toggle().getAttribute('aria-expanded'), statistics?.hidden]).toEqual(['true', false]);
  fireEvent.click(toggle());
  expect(statistics?.hidden).toBe(true);
});

test('the statistics are those of the client, refreshed every five seconds', () => {
  const lastConnectedAt = new Date(2026, 4, 6, 17, 8, 9);
  const websocket = show({
    connectionState: 'connected',
    lastPong: Date.now() - 3900,
    stats: {
      totalConnections: 4,
      totalReconnections: 3,
      totalMessages: 128,
      lastConnectedAt,
      averageLatency: 43.4,
    },
  });
  fireEvent.click(toggle());
  expect(facts()).toEqual({
    'Подключений:': '4',
    'Переподключений:': '3',
    'Сообщений:': '128',
    'Время подключения:': '17:08:09',
    'Последний pong:': '3 с назад',
    'Средний отклик:': '43 мс',
  });
  websocket.set({ stats: { totalMessages: 129 } });
  pass(5000);
  expect(facts()).toMatchObject({ 'Сообщений:': '129', 'Последний pong:': '8 с назад' });
});

test('unknown values are shown as a dash, missing counts as 0', () => {
  show({
    connectionState: 'connecting',
    lastPong: null,
    stats: { lastConnectedAt: null, averageLatency: 0 },
  });
  fireEvent.click(toggle());
  expect(Object.values(facts())).toEqual(['0', '0', '0', '–', '–', '–']);
});

test('a pong with a time in the future is shown as 0 seconds ago', () => {
  show({ connectionState: 'connected', lastPong: Date.now() + 60_000 });
  fireEvent.click(toggle());
  expect(facts()).toMatchObject({ 'Последний pong:': '0 с назад' });
});

test('the latest thirty valid round-trip times are drawn, with a text alternative', () => {
  const websocket = show({ connectionState: 'connected' });
  fireEvent.click(toggle());
  const measure = (roundTripTime: unknown): void => {
    act(() => websocket.emit('latency', { roundTripTime }));
  };
  measure(500);
  expect(screen.queryByRole('img')).toBeNull();
  for (const invalid of [NaN, Infinity, '7', undefined]) measure(invalid);
  act(() => websocket.emit('latency'));
  expect(screen.queryByRole('img')).toBeNull();
  for (let roundTripTime = 20; roundTripTime < 49; ++roundTripTime) measure(roundTripTime);
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Отклик 48 мс, от 20 до 500 мс');
  measure(12.6);
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Отклик 13 мс, от 13 до 48 мс');
  const points = screen.getByRole('img').firstElementChild?.getAttribute('points')?.split(' ');
  expect([points?.length, points?.[0], points?.at(-2), points?.at(-1)]).toEqual([
    30,
    '0,28',
    '28,0',
    '29,35',
  ]);
});

test('round-trip times that are all zero are drawn as a line', () => {
  const websocket = show({ connectionState: 'connected' });
  fireEvent.click(toggle());
  for (let count = 0; count < 2; ++count) act(() => websocket.emit('latency', { roundTripTime: 0 }));
  expect(screen.getByRole('img').getAttribute('viewBox')).toBe('0 0 1 1');
});

test('there is a latency listener only with details', () => {
  const websocket = new StatusDouble({ connectionState: 'connected' });
  const listenedEvents = (): string[] => websocket.listeners.map(([event]) => event);
  const { rerender } = render(<WebSocketStatus websocket={websocket} />);
  expect(listenedEvents()).not.toContain('latency');
  rerender(<WebSocketStatus websocket={websocket} showDetails />);
  expect(listenedEvents()).toContain('latency');
  rerender(<WebSocketStatus websocket={websocket} />);
  expect([listenedEvents().length, listenedEvents().includes('latency')]).toEqual([4, false]);
});

// Tests of the props: classes, position, language, replaced texts, and the errors for invalid props.
import { act, fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { textsByLocale } from '../../../web/react/status/status_texts.js';
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

const connected = { connectionState: 'connected' } as const;
const failed = { connectionState: 'failed' } as const;

test('className is added to the root element in every form', () => {
  const websocket = new StatusDouble(connected);
  const { rerender } = render(<WebSocketStatus websocket={websocket} className="fixed p-4" />);
  expect([root().className, isPanel()]).toEqual(['rws-status rws-compact fixed p-4', false]);
  act(() => websocket.become('failed'));
  expect([root().className, isPanel()]).toEqual(['rws-status rws-panel fixed p-4', true]);
  rerender(<WebSocketStatus websocket={websocket} className="mine" showDetails floating />);
  expect(root().className).toBe('rws-status rws-panel rws-floating rws-top-right mine');
});

test('the root is the same element in every form', () => {
  const websocket = new StatusDouble(connected);
  render(<WebSocketStatus websocket={websocket} />);
  const [element, region] = [root(), screen.getByRole('status')];
  act(() => websocket.become('failed'));
  fireEvent.click(screen.getByRole('button', { name: 'Закрыть' }));
  expect([root() === element, screen.getByRole('status') === region]).toEqual([true, true]);
});

test('floating takes a position; true is top-right', () => {
  const positions = [
    [true, 'rws-floating rws-top-right'],
    ['top-left', 'rws-floating rws-top-left'],
    ['bottom-left', 'rws-floating rws-bottom-left'],
    ['bottom-right', 'rws-floating rws-bottom-right'],
    [false, 'rws-compact'],
    [undefined, 'rws-compact'],
  ] as const;
  const websocket = new StatusDouble(connected);
  for (const [floating, classes] of positions) {
    const { unmount } = render(<WebSocketStatus websocket={websocket} floating={floating} />);
    expect(root().className.endsWith(` ${classes}`)).toBe(true);
    unmount();
  }
});

test('the client’s own text is shown for the state', () => {
  const websocket = Object.assign(new StatusDouble(failed), {
    getUserFriendlyStatus: () => ({ text: 'Свои слова клиента' }),
  });
  render(<WebSocketStatus websocket={websocket} />);
  expect(announcedText()).toBe('Свои слова клиента');
});

test('the language is the client’s; an unknown one is Russian', () => {
  const english = new StatusDouble(failed, { locale: 'en' });
  const { unmount } = render(<WebSocketStatus websocket={english} />);
  expect([announcedText(), buttons()]).toEqual(['Connection failed', ['Close', 'Reconnect']]);
  unmount();
  render(<WebSocketStatus websocket={new StatusDouble(failed, { locale: 'de' })} />);
  expect([announcedText(), buttons()]).toEqual(['Ошибка подключения', ['Закрыть', 'Переподключить']]);
});

test('the prop locale overrides the language; errors in the other language are replaced by a general text', () => {
  const websocket = new StatusDouble(failed);
  render(<WebSocketStatus websocket={websocket} locale="en" />);
  act(() => websocket.emit('error', { type: 'auth_error', message: 'Отказано', recoverable: false }));
  expect([announcedText(), buttons()]).toEqual([
    'Connection failed | Something went wrong',
    ['Close', 'Reconnect'],
  ]);
});

test('the prop texts replaces single texts', () => {
  const texts = { failed: 'Нет связи', reconnect: 'Ещё раз', queued: (count: number) => `ждут: ${count}` };
  const websocket = new StatusDouble({ ...failed, queuedMessages: 3 });
  render(<WebSocketStatus websocket={websocket} texts={texts} />);
  expect([announcedText(), buttons()]).toEqual(['Нет связи', ['Закрыть', 'Ещё раз']]);
  expect(shownText()).toContain('ждут: 3');
});

test('Russian plural forms of the queue are correct', () => {
  const forms = [1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112, 1000].map(textsByLocale.ru.queued);
  expect(forms).toEqual([
    '1 сообщение в очереди',
    '2 сообщения в очереди',
    '4 сообщения в очереди',
    '5 сообщений в очереди',
    '11 сообщений в очереди',
    '12 сообщений в очереди',
    '14 сообщений в очереди',
    '21 сообщение в очереди',
    '22 сообщения в очереди',
    '25 сообщений в очереди',
    '101 сообщение в очереди',
    '111 сообщений в очереди',
    '112 сообщений в очереди',
    '1000 сообщений в очереди',
  ]);
  expect([1, 2].map(textsByLocale.en.queued)).toEqual(['1 message queued', '2 messages queued']);
});

test('an unlimited number of attempts is shown as ∞', () => {
  const report = { connectionState: 'reconnecting', reconnectAttempts: 4 } as const;
  render(<WebSocketStatus websocket={new StatusDouble(report, { maxReconnectAttempts: Infinity })} />);
  expect(shownText()).toContain('Попытка 4/∞');
});

test('an invalid prop is reported on the console and ignored; with throwOnError it is thrown', () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const time = 'must be 0 to 2147483647 ms';
  const positions = 'must be one of false, true, top-left, top-right, bottom-left, bottom-right';
  const invalid: [object, string][] = [
    [{ quietFor: -1 }, `quietFor ${time}`],
    [{ quietFor: NaN }, `quietFor ${time}`],
    [{ quietFor: '1000' }, `quietFor ${time}`],
    [{ hideAfter: Infinity }, `hideAfter ${time}`],
    [{ hideAfter: 2 ** 31 }, `hideAfter ${time}`],
    [{ hideAfter: null }, `hideAfter ${time}`],
    [{ floating: 'top' }, `floating ${positions}`],
    [{ locale: 'de' }, 'locale must be ru or en'],
  ];
  for (const [props, rule] of invalid) {
    for (const websocket of [null, new StatusDouble(connected)]) {
      error.mockClear();
      render(<WebSocketStatus websocket={websocket} {...props} />).unmount();
      expect(error.mock.calls).toEqual([[`WebSocketStatus: ${rule}`]]);
      const shown = (): unknown => render(<WebSocketStatus websocket={websocket} {...props} throwOnError />);
      expect(shown).toThrow(new RangeError(`WebSocketStatus: ${rule}`));
    }
  }
  error.mockClear();
  render(<WebSocketStatus websocket={new StatusDouble({ connectionState: 'connecting' })} quietFor={-1} />);
  pass(999);
  expect(isPanel()).toBe(false);
  pass(1);
  expect(isPanel()).toBe(true);
  error.mockRestore();
});

test('the limits and undefined are valid', () => {
  const websocket = new StatusDouble(connected);
  for (const time of [0, 2 ** 31 - 1, undefined]) {
    render(
      <WebSocketStatus
        websocket={websocket}
        quietFor={time}
        hideAfter={time}
        locale={undefined}
        floating={undefined}
        texts={undefined}
        className={undefined}
        showDetails={undefined}
        onReconnect={undefined}
      />,
    ).unmount();
  }
  expect(vi.getTimerCount()).toBe(0);
});

// Tests of the text about messages of a session that wait for confirmation: when it is shown, and in which form.
import { act, cleanup, render } from '@testing-library/react';
import axe from 'axe-core';
import { expect, test, vi } from 'vitest';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { type StatusReport } from '../../../web/react/status/status_source.js';
import { createClient } from '../support/harness.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { StatusDouble } from './support/status_double.js';
import { announcedText, isPanel, pass, root, setUpStatusTests, shownText } from './support/status_screen.js';

setUpStatusTests();

const connected: StatusReport = { connectionState: 'connected' };

function show(report: StatusReport, props: object = {}): StatusDouble {
  const websocket = new StatusDouble(report);
  render(<WebSocketStatus websocket={websocket} {...props} />);
  return websocket;
}

const withSession = (unacknowledged: number, acknowledged = 0): Partial<StatusReport> => ({
  session: { unacknowledged, acknowledged },
});

test('messages that wait for longer than a second are shown beside «Онлайн», without opening the panel', () => {
  const websocket = show({ ...connected, ...withSession(0) });
  websocket.set(withSession(2));
  pass(1000);
  expect(shownText()).toBe('Онлайн');
  pass(1000);
  expect([shownText(), isPanel()]).toEqual(['Онлайн2 сообщения ждут подтверждения', false]);
  websocket.set(withSession(0, 2));
  pass(1000);
  expect(shownText()).toBe('Онлайн');
});

test('messages that are acknowledged within a second are never shown, however many are under way', () => {
  const websocket = show({ ...connected, ...withSession(0) });
  const shown = new Set<string>();
  for (let sent = 5; sent < 200; sent += 5) {
    websocket.set(withSession(5, sent - 5));
    pass(200);
    shown.add(shownText());
  }
  expect([...shown]).toEqual(['Онлайн']);
});

test.each([1100, 1700, 2100, 2600, 3400, 5000])(
  'the text does not flicker while each message is acknowledged after %i ms',
  (delay) => {
    const websocket = show({ ...connected, ...withSession(0) });
    const changes: boolean[] = [];
    for (let time = 0; time < 30_000; time += 100) {
      // Two messages a second.
      const sent = Math.floor(time / 500) + 1;
      const acknowledged = Math.max(0, Math.floor((time - delay) / 500) + 1);
      websocket.set(withSession(sent - acknowledged, acknowledged));
      pass(100);
      const isShown = shownText() !== 'Онлайн';
      if (isShown !== (changes.at(-1) ?? false)) changes.push(isShown);
    }
    // Whether a time between one and two seconds is noticed depends on when the status is read.
    expect(changes).toEqual(changes.length === 0 && delay < 2000 ? [] : [true]);
  },
);

test('the text ends when messages are acknowledged in time again', () => {
  const websocket = show({ ...connected, ...withSession(3) });
  pass(1000);
  expect(shownText()).toContain('3 сообщения ждут подтверждения');
  for (let acknowledged = 3; acknowledged < 40; acknowledged += 2) {
    websocket.set(withSession(2, acknowledged));
    pass(200);
  }
  expect(shownText()).toBe('Онлайн');
});

test('without a connection the panel shows them at once, with the queue', () => {
  const websocket = show({ ...connected, ...withSession(0) });
  websocket.set({ ...withSession(1), queuedMessages: 4, reconnectAttempts: 2 });
  act(() => websocket.become('reconnecting'));
  pass(999);
  expect(shownText()).toBe('Онлайн');
  pass(1);
  expect(shownText()).toBe(
    'Переподключение...Попытка 2/104 сообщения в очереди1 сообщение ждёт подтверждения',
  );
});

test('they are shown when the connection has ended, in the compact form too', () => {
  const websocket = show({ connectionState: 'disconnected', ...withSession(5) });
  expect([shownText(), isPanel()]).toEqual(['Офлайн5 сообщений ждут подтверждения', false]);
  act(() => websocket.become('failed', withSession(0)));
  expect([shownText(), isPanel()]).toEqual(['Ошибка подключенияПереподключить', true]);
});

test.each([undefined, null, {}])('a client whose status has the session %s shows none', (session) => {
  show({ connectionState: 'failed', ...(session !== undefined && { session }) });
  pass(10_000);
  expect(shownText()).toBe('Ошибка подключенияПереподключить');
});

const russian: [number, string][] = [
  [1, '1 сообщение ждёт подтверждения'],
  [2, '2 сообщения ждут подтверждения'],
  [4, '4 сообщения ждут подтверждения'],
  [5, '5 сообщений ждут подтверждения'],
  [11, '11 сообщений ждут подтверждения'],
  [21, '21 сообщение ждёт подтверждения'],
  [112, '112 сообщений ждут подтверждения'],
];

test.each(russian)('in Russian %i messages: %s', (count, text) => {
  show({ connectionState: 'disconnected', ...withSession(count) });
  expect(shownText()).toBe(`Офлайн${text}`);
});

test.each([
  [1, '1 message waits for confirmation'],
  [2, '2 messages wait for confirmation'],
])('in English %i messages: %s', (count, text) => {
  show({ connectionState: 'disconnected', ...withSession(count) }, { locale: 'en' });
  expect(shownText()).toBe(`Offline${text}`);
});

test('the text can be replaced', () => {
  const texts = { waiting: (count: number) => `${count} to go` };
  show({ connectionState: 'disconnected', ...withSession(3) }, { texts });
  expect(shownText()).toBe('Офлайн3 to go');
});

test('the count is not announced by screen readers', () => {
  show({ connectionState: 'disconnected', ...withSession(3) });
  expect(announcedText()).toBe('Офлайн');
});

test.each(['ru', 'en'] as const)('axe finds no violation in %s, compact and in the panel', async (locale) => {
  const { container } = render(
    <main>
      <h1>{locale}</h1>
      <WebSocketStatus
        websocket={new StatusDouble({ connectionState: 'disconnected', ...withSession(3) })}
        locale={locale}
      />
      <WebSocketStatus
        websocket={new StatusDouble({ connectionState: 'reconnecting', ...withSession(3) })}
        locale={locale}
        quietFor={0}
      />
    </main>,
  );
  vi.useRealTimers();
  const { violations } = await axe.run(container);
  expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([]);
});

test('with the real client: until the acknowledgement, and no timer is left at the unmount', () => {
  ScriptedWebSocket.install();
  const { websocket } = createClient({ session: true, enableHeartbeat: false });
  const view = render(<WebSocketStatus websocket={websocket} />);
  act(() => {
    void websocket.connect();
    ScriptedWebSocket.last.open();
    ScriptedWebSocket.last.deliverJson({
      ...{ rws: 'welcome', v: 1, session: 'a-session-id', resumed: false },
      ...{ received: 0, window: 100, maxMessage: 1000, ttl: 60_000 },
    });
  });
  pass(10_000);
  expect(shownText()).toBe('Онлайн');
  websocket.send('one');
  pass(2000);
  expect(shownText()).toBe('Онлайн1 сообщение ждёт подтверждения');
  ScriptedWebSocket.last.deliver('{"rws":"ack","received":1}');
  pass(1000);
  expect(shownText()).toBe('Онлайн');
  expect(root().outerHTML).not.toContain('a-session-id');
  websocket.destroy();
  view.unmount();
  cleanup();
  expect(vi.getTimerCount()).toBe(0);
});

test('a session that was taken is shown with its own text', () => {
  const websocket = show(connected);
  const message = 'Сессия открыта в другом месте. Подключитесь здесь снова, чтобы продолжить';
  act(() => websocket.emit('error', { type: 'session_taken', message, recoverable: false }));
  act(() => websocket.become('failed'));
  expect(announcedText()).toBe(`Ошибка подключения | ${message}`);
});

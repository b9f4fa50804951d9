// Tests of the status component with the real client: what a user sees from the first connect to the last
// attempt.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { type ResilientWebSocketOptions } from '../../../web/index.js';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { createClient, useScriptedWorld } from '../support/harness.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { buttons, isPanel, pass, root, announcedText, shownText } from './support/status_screen.js';

const scriptWorld = useScriptedWorld;
scriptWorld();
afterEach(cleanup);

/** Renders the component with a client that has begun to connect. */
function show(options: ResilientWebSocketOptions = {}, props: object = {}) {
  const { websocket } = createClient(options);
  websocket.connect().catch(() => undefined);
  return { websocket, ...render(<WebSocketStatus websocket={websocket} {...props} />) };
}

function onSocket(step: (socket: ScriptedWebSocket) => void): void {
  act(() => {
    step(ScriptedWebSocket.last);
  });
}

test('a quick first connect and a short outage show nothing but «Офлайн», then «Онлайн»', () => {
  show({ reconnectDelay: 300 });
  expect([announcedText(), isPanel()]).toEqual(['Офлайн', false]);
  pass(200);
  onSocket((socket) => socket.open());
  const online = root().outerHTML;
  expect(announcedText()).toBe('Онлайн');
  pass(20_000);
  onSocket((socket) => socket.break());
  pass(300);
  expect([root().outerHTML, ScriptedWebSocket.made.length]).toEqual([online, 2]);
  onSocket((socket) => socket.open());
  pass(20_000);
  expect(root().outerHTML).toBe(online);
});

test('a slow first connect opens the panel, which hides after the connect', () => {
  show();
  pass(1000);
  expect(announcedText()).toBe('Подключение...');
  onSocket((socket) => socket.open());
  expect([announcedText(), isPanel()]).toEqual(['Подключено', true]);
  pass(3000);
  expect([announcedText(), isPanel()]).toEqual(['Онлайн', false]);
});

test('an outage shows the countdown, the queue, the attempts and the recovery', () => {
  const { websocket } = show({ reconnectDelay: 5000 });
  onSocket((socket) => socket.open());
  pass(10_000);
  onSocket((socket) => socket.break());
  websocket.send('one');
  websocket.send('two');
  pass(1000);
  expect(shownText()).toBe(
    'Переподключение...Попытка 1/102 сообщения в очереди' +
      'Следующая попытка через 4 сПереподключить сейчас',
  );
  pass(3000);
  expect(shownText()).toContain('через 1 с');
  pass(1000);
  expect(shownText()).toContain('2 сообщения в очередиПодключаемся…');
  expect(ScriptedWebSocket.made).toHaveLength(2);
  onSocket((socket) => socket.break());
  expect(shownText()).toContain('Попытка 2/102 сообщения в очередиСледующая попытка через 10 с');
  pass(10_000);
  onSocket((socket) => socket.open());
  expect([shownText(), ScriptedWebSocket.last.userFrames]).toEqual(['Подключено', ['one', 'two']]);
  pass(3000);
  expect(announcedText()).toBe('Онлайн');
});

test('the button «Переподключить сейчас» connects at once', () => {
  show({ reconnectDelay: 30_000 });
  onSocket((socket) => socket.open());
  onSocket((socket) => socket.break());
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить сейчас' }));
  expect(ScriptedWebSocket.made).toHaveLength(2);
  expect(announcedText()).not.toContain('Онлайн');
  onSocket((socket) => socket.open());
  expect(announcedText()).toBe('Подключено');
});

test('when no attempts are left, the panel shows the failure and a button that connects again', () => {
  show({ maxReconnectAttempts: 2, reconnectDelay: 100 });
  onSocket((socket) => socket.break());
  pass(100);
  onSocket((socket) => socket.break());
  pass(200);
  expect(isPanel()).toBe(false);
  onSocket((socket) => socket.break());
  expect([announcedText(), buttons()]).toEqual([
    'Ошибка подключения | Нет связи с сервером',
    ['Закрыть', 'Переподключить'],
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить' }));
  expect([announcedText(), ScriptedWebSocket.made.length]).toEqual(['Подключение...', 4]);
  onSocket((socket) => socket.open());
  expect(announcedText()).toBe('Подключено');
});

test('a fatal close code is shown at once, in the client’s language', () => {
  show({ locale: 'en' });
  onSocket((socket) => socket.open());
  onSocket((socket) => socket.end(1008, 'token=secret'));
  expect(announcedText()).toBe('Connection failed | The server denied access');
  expect(document.body.innerHTML).not.toContain('secret');
});

test('the error of an open socket shows nothing by itself: its loss follows', () => {
  show({ reconnectDelay: 5000 });
  onSocket((socket) => socket.open());
  const online = root().outerHTML;
  onSocket((socket) => socket.fail());
  expect(root().outerHTML).toBe(online);
  pass(4000);
  expect(root().outerHTML).toBe(online);
});

test('a normal closure is shown at once', () => {
  show();
  onSocket((socket) => socket.open());
  onSocket((socket) => socket.end(1000));
  expect([announcedText(), buttons()]).toEqual(['Отключено', ['Закрыть', 'Переподключить']]);
});

test('a message that is too large is reported for three seconds', () => {
  const { websocket } = show({ maxMessageSize: 10 });
  onSocket((socket) => socket.open());
  act(() => void websocket.send('a message of the user'));
  expect(announcedText()).toBe('Подключено | Сообщение слишком большое');
  expect(shownText()).not.toContain('of the user');
  pass(3000);
  expect(announcedText()).toBe('Онлайн');
});

test('the details show what the client measured', () => {
  show({ pingInterval: 1000 }, { showDetails: true });
  onSocket((socket) => socket.open());
  fireEvent.click(screen.getByRole('button', { name: 'Статистика' }));
  for (let round = 0; round < 2; ++round) {
    pass(1000);
    vi.advanceTimersByTime(40);
    onSocket((socket) => socket.answerPing());
    pass(960);
  }
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Отклик 40 мс, от 40 до 40 мс');
  expect(shownText()).toContain('Подключений:1Переподключений:0Сообщений:0');
  expect(shownText()).toContain('Средний отклик:40 мс');
});

const moments: Record<string, () => void> = {
  connecting: () => undefined,
  connected: () => {
    onSocket((socket) => socket.open());
  },
  lost: () => {
    onSocket((socket) => socket.break());
  },
  waiting: () => {
    onSocket((socket) => socket.break());
    pass(1000);
  },
  refused: () => {
    onSocket((socket) => socket.end(1008));
  },
};

test.each(Object.keys(moments))('unmounted when %s, it leaves no timer and no listener', (moment) => {
  const { websocket, unmount } = show({ reconnectDelay: 60_000 });
  moments[moment]?.();
  unmount();
  const getStatus = vi.spyOn(websocket, 'getStatus');
  for (const event of ['stateChange', 'error', 'open', 'close', 'latency']) {
    Reflect.apply(websocket.emit, websocket, [event]);
  }
  pass(30_000);
  expect(getStatus).not.toHaveBeenCalled();
  websocket.destroy();
  expect(vi.getTimerCount()).toBe(0);
});

test('a destroyed client is shown as disconnected', () => {
  const { websocket } = show();
  onSocket((socket) => socket.open());
  act(() => {
    websocket.destroy();
  });
  pass(5000);
  expect(announcedText()).toBe('Отключено');
});

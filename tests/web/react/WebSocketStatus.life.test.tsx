// Owns the component over the real client: what a user sees from the first connect to the last attempt.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { type ResilientWebSocketOptions } from '../../../web/index.js';
import { WebSocketStatus } from '../../../web/react/status/websocket_status.js';
import { createClient, useScriptedWorld } from '../support/harness.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { buttons, isPanel, pass, root, said, shownText } from './support/status_screen.js';

const scriptWorld = useScriptedWorld;
scriptWorld();
afterEach(cleanup);

/** A client whose connecting has begun, and the component over it. */
function show(options: ResilientWebSocketOptions = {}, props: object = {}) {
  const { websocket } = createClient(options);
  websocket.connect().catch(() => undefined);
  return { websocket, ...render(<WebSocketStatus websocket={websocket} {...props} />) };
}

function play(step: (socket: ScriptedWebSocket) => void): void {
  act(() => {
    step(ScriptedWebSocket.last);
  });
}

test('a quick first connect, a short loss: nothing but «Офлайн», then «Онлайн»', () => {
  show({ reconnectDelay: 300 });
  expect([said(), isPanel()]).toEqual(['Офлайн', false]);
  pass(200);
  play((socket) => socket.open());
  const online = root().outerHTML;
  expect(said()).toBe('Онлайн');
  pass(20_000);
  play((socket) => socket.break());
  pass(300);
  expect([root().outerHTML, ScriptedWebSocket.made.length]).toEqual([online, 2]);
  play((socket) => socket.open());
  pass(20_000);
  expect(root().outerHTML).toBe(online);
});

test('a slow first connect', () => {
  show();
  pass(1000);
  expect(said()).toBe('Подключение...');
  play((socket) => socket.open());
  expect([said(), isPanel()]).toEqual(['Подключено', true]);
  pass(3000);
  expect([said(), isPanel()]).toEqual(['Онлайн', false]);
});

test('a loss: the countdown, the queue, the attempt, and the way back', () => {
  const { websocket } = show({ reconnectDelay: 5000 });
  play((socket) => socket.open());
  pass(10_000);
  play((socket) => socket.break());
  websocket.send('one');
  websocket.send('two');
  pass(1000);
  expect(shownText()).toBe(
    'Переподключение...Нет связи с серверомПопытка 1/102 сообщения в очереди' +
      'Следующая попытка через 4 сПереподключить сейчас',
  );
  pass(3000);
  expect(shownText()).toContain('через 1 с');
  pass(1000);
  expect(shownText()).toContain('2 сообщения в очередиПодключаемся…');
  expect(ScriptedWebSocket.made).toHaveLength(2);
  play((socket) => socket.break());
  expect(shownText()).toContain('Попытка 2/102 сообщения в очередиСледующая попытка через 10 с');
  pass(10_000);
  play((socket) => socket.open());
  expect([shownText(), ScriptedWebSocket.last.userFrames]).toEqual(['Подключено', ['one', 'two']]);
  pass(3000);
  expect(said()).toBe('Онлайн');
});

test('«Переподключить сейчас» does', () => {
  show({ reconnectDelay: 30_000 });
  play((socket) => socket.open());
  play((socket) => socket.break());
  pass(1000);
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить сейчас' }));
  expect(ScriptedWebSocket.made).toHaveLength(2);
  expect(said()).not.toContain('Онлайн');
  play((socket) => socket.open());
  expect(said()).toBe('Подключено');
});

test('out of attempts: failed, with a button that begins again', () => {
  show({ maxReconnectAttempts: 2, reconnectDelay: 100 });
  play((socket) => socket.break());
  pass(100);
  play((socket) => socket.break());
  pass(200);
  expect(isPanel()).toBe(false);
  play((socket) => socket.break());
  expect([said(), buttons()]).toEqual([
    'Ошибка подключения | Нет связи с сервером',
    ['Закрыть', 'Переподключить'],
  ]);
  fireEvent.click(screen.getByRole('button', { name: 'Переподключить' }));
  expect([said(), ScriptedWebSocket.made.length]).toEqual(['Подключение...', 4]);
  play((socket) => socket.open());
  expect(said()).toBe('Подключено');
});

test('a refusal is told at once, in the client’s language', () => {
  show({ locale: 'en' });
  play((socket) => socket.open());
  play((socket) => socket.end(1008, 'token=secret'));
  expect(said()).toBe('Connection failed | The server denied access');
  expect(document.body.innerHTML).not.toContain('secret');
});

test('an error of a connection that is about to be lost is no news before the loss is', () => {
  show({ reconnectDelay: 5000 });
  play((socket) => socket.open());
  const online = root().outerHTML;
  play((socket) => socket.fail());
  expect(root().outerHTML).toBe(online);
  pass(1000);
  expect(said()).toBe('Подключено | Нет связи с сервером');
  pass(3000);
  expect(root().outerHTML).toBe(online);
});

test('an ordinary end is told at once', () => {
  show();
  play((socket) => socket.open());
  play((socket) => socket.end(1000));
  expect([said(), buttons()]).toEqual(['Отключено', ['Закрыть', 'Переподключить']]);
});

test('a message too large for the client is told for three seconds', () => {
  const { websocket } = show({ maxMessageSize: 10 });
  play((socket) => socket.open());
  act(() => void websocket.send('a message of the user'));
  expect(said()).toBe('Подключено | Сообщение слишком большое');
  expect(shownText()).not.toContain('of the user');
  pass(3000);
  expect(said()).toBe('Онлайн');
});

test('the details show what the client measured', () => {
  show({ pingInterval: 1000 }, { showDetails: true });
  play((socket) => socket.open());
  fireEvent.click(screen.getByRole('button', { name: 'Статистика' }));
  for (let round = 0; round < 2; ++round) {
    pass(1000);
    vi.advanceTimersByTime(40);
    play((socket) => socket.answerPing());
    pass(960);
  }
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('Отклик 40 мс, от 40 до 40 мс');
  expect(shownText()).toContain('Подключений:1Переподключений:0Сообщений:0');
  expect(shownText()).toContain('Средний отклик:40 мс');
});

const moments: Record<string, () => void> = {
  connecting: () => undefined,
  connected: () => {
    play((socket) => socket.open());
  },
  lost: () => {
    play((socket) => socket.break());
  },
  waiting: () => {
    play((socket) => socket.break());
    pass(1000);
  },
  refused: () => {
    play((socket) => socket.end(1008));
  },
};

test.each(Object.keys(moments))('unmounted when %s, it leaves no timer and no listener', (moment) => {
  const { websocket, unmount } = show({ reconnectDelay: 60_000 });
  moments[moment]?.();
  unmount();
  const getStatus = vi.spyOn(websocket, 'getStatus');
  for (const event of ['stateChange', 'error', 'open', 'close', 'latency']) websocket.emit(event);
  pass(30_000);
  expect(getStatus).not.toHaveBeenCalled();
  websocket.destroy();
  expect(vi.getTimerCount()).toBe(0);
});

test('a client that was destroyed is shown as disconnected', () => {
  const { websocket } = show();
  play((socket) => socket.open());
  act(() => {
    websocket.destroy();
  });
  pass(5000);
  expect(said()).toBe('Отключено');
});

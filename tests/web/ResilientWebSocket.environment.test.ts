// @vitest-environment jsdom
// How events of the page and the network reach the core: only while the client is active.
import { beforeEach, expect, test, vi } from 'vitest';
import { createClient, createConnected, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const page = { hidden: false, online: true };
beforeEach(() => {
  page.hidden = false;
  page.online = true;
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => (page.hidden ? 'hidden' : 'visible'));
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => page.online);
});

function goOnline(online: boolean): void {
  page.online = online;
  window.dispatchEvent(new Event(online ? 'online' : 'offline'));
}

function showPage(visible: boolean): void {
  page.hidden = !visible;
  document.dispatchEvent(new Event('visibilitychange'));
}

function turnPage(type: 'pagehide' | 'pageshow', persisted: boolean): void {
  window.dispatchEvent(Object.assign(new Event(type), { persisted }));
}

function pings(): number {
  return ScriptedWebSocket.last.controlFrames.filter(({ type }) => type === 'ping').length;
}

test('offline and online are passed on, and each leads to a probe, not to a loss', () => {
  const { websocket } = createConnected();
  goOnline(false);
  expect(websocket.checkConnectionHealth().networkOnline).toBe(false);
  expect(websocket.getRecoveryRecommendations()).toEqual([
    { type: 'network', action: 'checkNetwork', message: 'Проверьте подключение к интернету' },
  ]);
  expect(pings()).toBe(1);
  expect(websocket.isConnected).toBe(true);
  goOnline(true);
  expect(websocket.checkConnectionHealth().networkOnline).toBe(true);
});

test('a disconnected client shows whether the browser is online', () => {
  page.online = false;
  const { websocket } = createClient();
  expect(websocket.checkConnectionHealth().networkOnline).toBe(false);
  expect(websocket.getRecoveryRecommendations()).toMatchObject([{ action: 'checkNetwork' }]);
  page.online = true;
  expect(websocket.checkConnectionHealth().networkOnline).toBe(true);
  websocket.destroy();
  page.online = false;
  expect(websocket.checkConnectionHealth().networkOnline).toBe(true);
});

test('online and a visible page end a wait early', () => {
  for (const revive of [() => goOnline(true), () => showPage(true)]) {
    const { websocket } = createConnected({ reconnectDelay: 30_000 });
    vi.advanceTimersByTime(5000);
    const made = ScriptedWebSocket.made.length;
    ScriptedWebSocket.last.break();
    vi.advanceTimersByTime(2000);
    expect(ScriptedWebSocket.made).toHaveLength(made);
    revive();
    vi.advanceTimersByTime(2000);
    expect(ScriptedWebSocket.made).toHaveLength(made + 1);
    websocket.destroy();
  }
});

test('a hidden page ends no wait early', () => {
  createConnected({ reconnectDelay: 30_000 });
  ScriptedWebSocket.last.break();
  showPage(false);
  vi.advanceTimersByTime(20_000);
  expect(ScriptedWebSocket.made).toHaveLength(1);
});

test('a client that gave up tries again when the browser is online', () => {
  const { websocket } = createConnected({ maxReconnectAttempts: 1 });
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  vi.advanceTimersByTime(60_000);
  goOnline(true);
  vi.advanceTimersByTime(2000);
  ScriptedWebSocket.last.open();
  expect(websocket.connectionState).toBe('connected');
});

test('a client that starts offline knows it, and connects all the same', () => {
  page.online = false;
  const { websocket } = createClient();
  void websocket.connect();
  expect(websocket.checkConnectionHealth().networkOnline).toBe(false);
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
});

test('after a pause the client learns the present state of the network', () => {
  page.online = false;
  const { websocket } = createConnected();
  websocket.disconnect();
  page.online = true;
  void websocket.connect();
  expect(websocket.checkConnectionHealth().networkOnline).toBe(true);
});

test.each<[string, () => void, () => void]>([
  ['the back/forward cache', () => turnPage('pagehide', true), () => turnPage('pageshow', true)],
  [
    'freezing',
    () => document.dispatchEvent(new Event('freeze')),
    () => document.dispatchEvent(new Event('resume')),
  ],
])('%s suspends the connection, and coming back resumes it', (_name, leave, comeBack) => {
  const { websocket } = createConnected();
  leave();
  expect(ScriptedWebSocket.last.closes).toHaveLength(1);
  expect(websocket.connectionState).toBe('reconnecting');
  vi.advanceTimersByTime(600_000);
  expect(ScriptedWebSocket.made).toHaveLength(1);
  comeBack();
  vi.advanceTimersByTime(2000);
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test('a page that is left for good is not suspended', () => {
  const { websocket } = createConnected();
  turnPage('pagehide', false);
  turnPage('pageshow', false);
  expect(websocket.isConnected).toBe(true);
});

test('listeners are there only while the client is active', () => {
  const added = [vi.spyOn(window, 'addEventListener'), vi.spyOn(document, 'addEventListener')];
  const removed = [vi.spyOn(window, 'removeEventListener'), vi.spyOn(document, 'removeEventListener')];
  const count = (spies: typeof added) => spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
  const { websocket } = createClient();
  websocket.send('queued');
  expect(count(added)).toBe(0);
  void websocket.connect();
  void websocket.connect();
  expect(count(added)).toBe(8);
  ScriptedWebSocket.last.end(1008);
  expect(websocket.connectionState).toBe('failed');
  expect(count(removed)).toBe(0);
  websocket.reconnect();
  expect(count(added)).toBe(8);
  websocket.disconnect();
  expect(count(removed)).toBe(8);
  websocket.reconnect();
  expect(count(added)).toBe(16);
  websocket.destroy();
  expect(count(removed)).toBe(16);
  const failed = createConnected().websocket;
  ScriptedWebSocket.last.end(1008);
  failed.destroy();
  expect(count(removed)).toBe(24);
  for (const [index, spy] of added.entries()) {
    const of = (calls: readonly (readonly unknown[])[]) => calls.map(([type, listener]) => [type, listener]);
    expect(of(removed[index]?.mock.calls ?? [])).toEqual(of(spy.mock.calls));
  }
});

test('another type of connection leads to a probe, another estimate of its speed does not', () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' });
  vi.stubGlobal('navigator', { onLine: true, connection });
  const { websocket } = createConnected();
  connection.dispatchEvent(new Event('change'));
  expect(pings()).toBe(0);
  connection.type = 'cellular';
  connection.dispatchEvent(new Event('change'));
  expect(pings()).toBe(1);
  expect(websocket.checkConnectionHealth().networkOnline).toBe(true);
  websocket.destroy();
});

// Firefox closes the sockets of a page right after beforeunload, and fires their close events.
test('nothing happens after beforeunload until the page has shown that it stays', () => {
  const { websocket, events } = createConnected();
  const before = events.length;
  window.dispatchEvent(new Event('beforeunload'));
  ScriptedWebSocket.last.fail();
  ScriptedWebSocket.last.end(1001);
  websocket.send('kept');
  vi.advanceTimersByTime(4999);
  expect(events.slice(before)).toEqual([]);
  expect(websocket.connectionState).toBe('connected');
  // A download, for example.
  vi.advanceTimersByTime(1);
  expect(events.slice(before).map(([name]) => name)).toContain('close');
  expect(websocket.connectionState).toBe('reconnecting');
  expect(websocket.messageQueue).toEqual(['kept']);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.userFrames).toEqual(['kept']);
});

test('no socket is opened after beforeunload until the page has shown that it stays', () => {
  createConnected();
  ScriptedWebSocket.last.break();
  window.dispatchEvent(new Event('beforeunload'));
  vi.advanceTimersByTime(4999);
  expect(ScriptedWebSocket.made).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test('a client that is destroyed after beforeunload opens no socket any more', () => {
  const { websocket } = createConnected();
  ScriptedWebSocket.last.break();
  window.dispatchEvent(new Event('beforeunload'));
  vi.advanceTimersByTime(1000);
  websocket.destroy();
  vi.advanceTimersByTime(10_000);
  expect(ScriptedWebSocket.made).toHaveLength(1);
});

test('a page that is shown again goes on at once', () => {
  const { websocket } = createConnected();
  window.dispatchEvent(new Event('beforeunload'));
  ScriptedWebSocket.last.end(1001);
  turnPage('pagehide', true);
  turnPage('pageshow', true);
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
});

test("a relative URL is resolved against the document's base URL", () => {
  const base = document.createElement('base');
  base.href = '/app/';
  document.head.append(base);
  createConnected({}, 'feed?x=1');
  expect(ScriptedWebSocket.last.url).toBe(`${location.origin.replace(/^http/, 'ws')}/app/feed?x=1`);
  base.remove();
});

test('in a srcdoc frame it is that of the parent, whatever the elements are named', () => {
  vi.stubGlobal('location', { href: 'about:srcdoc' });
  vi.stubGlobal('document', { baseURI: 'https://page.test/a/b' });
  createConnected({}, 'ws');
  expect(ScriptedWebSocket.last.url).toBe('wss://page.test/a/ws');
  vi.stubGlobal('location', { href: 'https://page.test/c/' });
  vi.stubGlobal('document', { baseURI: document.body });
  createConnected({}, '/ws');
  expect(ScriptedWebSocket.last.url).toBe('wss://page.test/ws');
});

test('a relative URL is resolved against the page', () => {
  createConnected({}, '/ws?x=1');
  expect(ScriptedWebSocket.last.url).toBe(`${location.origin.replace(/^http/, 'ws')}/ws?x=1`);
});

test('a relative URL stays with the page it was resolved against', () => {
  const { websocket } = createConnected({}, 'ws');
  const { url } = ScriptedWebSocket.last;
  history.pushState(null, '', '/elsewhere/page');
  websocket.reconnect();
  expect(ScriptedWebSocket.last.url).toBe(url);
  history.pushState(null, '', '/');
});

// Where the client connects to: URLs and subprotocols, as values and as functions.
import { expect, test, vi } from 'vitest';
import ResilientWebSocket, { type UrlSource } from '../../web/index.js';
import {
  createClient,
  createConnected,
  outcomeOf,
  serverUrl,
  settle,
  useScriptedWorld,
} from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const bad: [string, unknown][] = [
  ['an empty string', ''],
  ['a relative URL without a page', '/ws'],
  ['no URL', 'not a url'],
  ['a host without a scheme', 'example.com/ws'],
  ['a port without a scheme', 'localhost:8000'],
  ['another scheme', 'ftp://example.com/'],
  ['a javascript URL', 'javascript:alert(1)'],
  ['a fragment', 'wss://example.com/#top'],
  ['an empty fragment', 'wss://example.com/#'],
  ['a bad port', 'wss://example.com:99999/'],
  ['a URL object of another scheme', new URL('mailto:a@b.c')],
  ['undefined', undefined],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
];

test.each(bad)('%s is a SyntaxError before anything happens', (_name, url) => {
  let thrown: unknown;
  try {
    new ResilientWebSocket(url as UrlSource);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SyntaxError);
  expect(thrown).toHaveProperty('name', 'SyntaxError');
  expect(ScriptedWebSocket.made).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test('an error for a URL does not quote it', () => {
  expect(() => new ResilientWebSocket('ftp://example.com/?token=secret')).toThrow(/^((?!secret).)*$/);
});

test.each([
  ['ws://example.com', 'ws://example.com'],
  ['WSS://Example.com/Ä?q=ü', 'WSS://Example.com/Ä?q=ü'],
  ['wss://user:pass@example.com:8443/a/../b', 'wss://user:pass@example.com:8443/a/../b'],
  ['http://example.com/ws?x=1', 'ws://example.com/ws?x=1'],
  ['https://example.com', 'wss://example.com/'],
  ['wss://example.com/a\0b', 'wss://example.com/a%00b'],
])('the URL %j opens %j', (url, opened) => {
  const { websocket } = createClient({}, url);
  expect(websocket.url).toBe(url);
  void websocket.connect();
  expect(ScriptedWebSocket.last.url).toBe(opened);
});

test.each(['ws://example.com/', 'http://example.com/', 'ws://localhost/'])(
  'on a page loaded over https %s is for the browser to refuse, which is reported by its name',
  async (url) => {
    vi.stubGlobal('origin', 'https://example.com');
    vi.stubGlobal('location', { href: 'https://example.com/page' });
    createConnected({}, url);
    expect(ScriptedWebSocket.made).toHaveLength(1);
    class Refusing {
      constructor() {
        throw new DOMException('An insecure WebSocket connection may not be initiated', 'SecurityError');
      }
    }
    vi.stubGlobal('WebSocket', Refusing);
    const { websocket, getEvents } = createClient({ enableAutoReconnect: false }, url);
    const refused = outcomeOf(websocket.connect());
    expect(getEvents('close')).toMatchObject([[{ code: 1006, reason: 'SecurityError' }]]);
    expect(await refused).toMatchObject({ state: 'rejected', value: { name: 'ConnectionError' } });
  },
);

test('a URL object will do', () => {
  const { websocket } = createConnected({}, new URL('https://example.com/ws'));
  expect(websocket.url).toBe('https://example.com/ws');
  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/ws');
});

test('a URL function is called before every attempt, and the socket opens at once if it returns no promise', () => {
  let token = 0;
  const { websocket } = createClient({}, () => `wss://example.com/?token=${++token}`);
  expect(token).toBe(0);
  expect(websocket.url).toBe('');
  void websocket.connect();
  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/?token=1');
  expect(websocket.url).toBe('wss://example.com/?token=1');
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/?token=2');
  expect(token).toBe(2);
});

test('a URL function may return a promise', async () => {
  let answer: (url: string) => void = () => undefined;
  const { websocket, events } = createClient({}, () => new Promise<string>((resolve) => (answer = resolve)));
  void websocket.connect();
  vi.advanceTimersByTime(500);
  expect(ScriptedWebSocket.made).toEqual([]);
  expect(websocket.isConnecting).toBe(true);
  answer('wss://example.com/fresh');
  await settle();
  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/fresh');
  ScriptedWebSocket.last.open();
  expect(events.at(-1)).toEqual(['open']);
});

test.each<[string, () => never]>([
  [
    'throws',
    () => {
      throw new Error('secret');
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret')) as never],
  ['gives a bad URL', () => 'secret' as never],
  ['gives nothing', () => undefined as never],
  ['resolves to nothing', () => Promise.resolve() as never],
])('a URL function that %s is a failed attempt, tried again', async (_name, url) => {
  const { websocket, getEvents } = createClient({}, url);
  void websocket.connect();
  await settle();
  expect(websocket.connectionState).toBe('reconnecting');
  const [[close] = []] = getEvents('close');
  expect(close).toMatchObject({ code: 1006, wasClean: false, shouldReconnect: true });
  expect(close?.reason).toMatch(/URL/);
  expect(JSON.stringify(getEvents('error')) + close?.reason).not.toContain('secret');
  vi.advanceTimersByTime(1000);
  await settle();
  expect(getEvents('close')).toHaveLength(2);
  expect(ScriptedWebSocket.made).toEqual([]);
});

test('a retry is under way while its URL is awaited, and subscribers see its socket', async () => {
  let resolve = (url: string): void => void url;
  const url = vi.fn(() => serverUrl as string | Promise<string>);
  const { websocket } = createConnected({}, url);
  url.mockImplementation(() => new Promise<string>((done) => (resolve = done)));
  ScriptedWebSocket.last.break();
  expect(websocket.isConnecting).toBe(false);
  vi.advanceTimersByTime(1000);
  expect(websocket).toMatchObject({ connectionState: 'reconnecting', ws: null, isConnecting: true });
  expect(websocket.getStatus()).toMatchObject({ connecting: true, readyState: 3 });
  await settle();
  const states: number[] = [];
  websocket.subscribe(() => states.push(websocket.getSnapshot().readyState));
  resolve(serverUrl);
  await settle();
  expect(states).toEqual([0]);
});

test('a URL that comes after connectionTimeout is not used', async () => {
  const answers: ((url: string) => void)[] = [];
  const { websocket } = createClient(
    { connectionTimeout: 100 },
    () => new Promise<string>((resolve) => answers.push(resolve)),
  );
  void websocket.connect();
  vi.advanceTimersByTime(100);
  expect(websocket.connectionState).toBe('reconnecting');
  answers[0]?.('wss://example.com/late');
  await settle();
  expect(ScriptedWebSocket.made).toEqual([]);
  expect(websocket.url).toBe('');
  vi.advanceTimersByTime(1000);
  answers[0]?.('wss://example.com/later');
  answers[1]?.('wss://example.com/second');
  await settle();
  expect(ScriptedWebSocket.made.map(({ url }) => url)).toEqual(['wss://example.com/second']);
});

test.each(['disconnect', 'destroy'] as const)('a URL that comes after %s opens nothing', async (act) => {
  let answer: (url: string) => void = () => undefined;
  const { websocket } = createClient({}, () => new Promise<string>((resolve) => (answer = resolve)));
  void websocket.connect();
  websocket[act]();
  await settle();
  answer('wss://example.com/');
  await settle();
  expect(ScriptedWebSocket.made).toEqual([]);
});

test('a rejection that comes too late is not logged', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  let reject: (reason: Error) => void = () => undefined;
  const { websocket } = createClient(
    { logLevel: 'warn' },
    () => new Promise<string>((_resolve, fail) => (reject = fail)),
  );
  void websocket.connect();
  websocket.disconnect();
  reject(new Error('late'));
  await settle();
  expect(warn).not.toHaveBeenCalled();
});

test('a URL function may call the client', () => {
  const { websocket } = createClient({}, () => {
    websocket.disconnect();
    return 'wss://example.com/';
  });
  void websocket.connect();
  expect(websocket.connectionState).toBe('disconnected');
  const live = ScriptedWebSocket.made.filter(({ readyState }) => readyState < ScriptedWebSocket.CLOSING);
  expect(live).toEqual([]);
});

test.each([
  ['chat', ['chat']],
  [
    ['a', 'b.c'],
    ['a', 'b.c'],
  ],
  [() => 'one', ['one']],
  [() => Promise.resolve(['two', 'three']), ['two', 'three']],
])('protocols %s are offered', async (protocols, offered) => {
  const { websocket } = createClient({ protocols });
  void websocket.connect();
  await settle();
  expect([ScriptedWebSocket.last.protocols].flat()).toEqual(offered);
});

test('without protocols none are offered, be it by a function', () => {
  createConnected();
  expect([ScriptedWebSocket.last.protocols ?? []].flat()).toEqual([]);
  createConnected({ protocols: () => undefined });
  expect([ScriptedWebSocket.last.protocols ?? []].flat()).toEqual([]);
});

test('a protocols function is called before every attempt, and protocols can be assigned live', () => {
  let token = 0;
  const { websocket } = createConnected({ protocols: () => ['bearer', `t${++token}`] });
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.last.protocols).toEqual(['bearer', 't2']);
  websocket.options.protocols = 'plain';
  websocket.reconnect();
  expect([ScriptedWebSocket.last.protocols].flat()).toEqual(['plain']);
});

test.each([() => 'two words', () => ['a', 'a'], () => Promise.reject(new Error('no')), () => null as never])(
  'a protocols function with a bad answer is a failed attempt',
  async (protocols) => {
    const { websocket, getEvents } = createClient({ protocols });
    void websocket.connect();
    await settle();
    expect(websocket.connectionState).toBe('reconnecting');
    expect(getEvents('close')).toHaveLength(1);
    expect(ScriptedWebSocket.made).toEqual([]);
  },
);

test('a URL function that throws while protocols reject leaves no unhandled rejection', async () => {
  const { websocket } = createClient({ protocols: () => Promise.reject(new Error('no')) }, () => {
    throw new Error('no');
  });
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  void websocket.connect();
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(websocket.connectionState).toBe('reconnecting');
});

test('setUrl() sets the URL of the next attempt, a value or a function', () => {
  const { websocket } = createConnected();
  websocket.setUrl('https://other.test/a');
  expect([websocket.url, ScriptedWebSocket.made.length]).toEqual(['https://other.test/a', 1]);
  ScriptedWebSocket.last.end(1001);
  vi.advanceTimersByTime(1000);
  expect(ScriptedWebSocket.last.url).toBe('wss://other.test/a');
  websocket.setUrl(() => 'wss://third.test/');
  websocket.reconnect();
  expect([websocket.url, ScriptedWebSocket.last.url]).toEqual(['wss://third.test/', 'wss://third.test/']);
  expect(() => websocket.setUrl('ftp://server.test/')).toThrow(SyntaxError);
  expect(websocket.url).toBe('wss://third.test/');
  websocket.destroy();
  expect(() => websocket.setUrl('wss://server.test/')).toThrow('destroyed');
});

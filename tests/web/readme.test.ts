// Compares what README.md and docs say with the package: the JavaScript examples run as they are written, and the tables
// have every option, event, error and method with the right values. The examples of React are in react/readme.test.tsx.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test, vi } from 'vitest';
import ResilientWebSocket, {
  type ConnectionState,
  type DropReason,
  type ErrorType,
  type EventMap,
} from '@advakod/resilient-websocket';
import { getTexts } from '../../web/locales.js';
import { useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

const folder = 'build/readme_examples';
const readme = readFileSync('README.md', 'utf8');
const testing = readFileSync('docs/testing.md', 'utf8');

useScriptedWorld();

/** The text of one section of the README. */
function section(title: string): string {
  return new RegExp(`\n## ${title}\n(.*?)(?=\n## |$)`, 's').exec(readme)?.[1] ?? '';
}

/** The rows of all tables in a text, each as its cells, without the heads. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  const isHead = (index: number) => (lines[index + 1] ?? '').startsWith('| ---');
  return lines
    .filter((line, index) => !line.startsWith('| ---') && !isHead(index))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What stands between backticks. */
function codes(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/`([^`]*)`/g)].map(([, code = '']) => code);
}

describe('the JavaScript examples', () => {
  const examplesOf = (text: string) =>
    [...text.matchAll(/```javascript\n(.*?)```/gs)].map(([, code = '']) => code);

  /** Starts an example as a module; the promise resolves when it has run to its end. */
  function start(code: string, name: string): Promise<unknown> {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.mjs`);
    const flags = ['--bundle', '--format=esm', '--target=es2022', '--log-level=warning', `--outfile=${path}`];
    execFileSync('node_modules/.bin/esbuild', flags, { input: code });
    return import(/* @vite-ignore */ pathToFileURL(path).href);
  }

  /** The next socket that is created. Call it before the example starts. */
  function nextSocket(): Promise<ScriptedWebSocket> {
    return new Promise((resolve) => {
      class Noticed extends ScriptedWebSocket {
        constructor(url: string, protocols?: string[]) {
          super(url, protocols);
          resolve(this);
        }
      }
      Noticed.install();
    });
  }

  it('are five in the README and one in docs/testing.md', () => {
    expect([examplesOf(readme), examplesOf(testing)].map(({ length }) => length)).toEqual([5, 1]);
  });

  it('the first connects, sends, and shows what arrives', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const socket = nextSocket();
    const finished = start(examplesOf(readme)[0] ?? '', 'first');
    const opened = await socket;
    opened.open();
    await finished;
    expect(opened.url).toBe('wss://example.com/ws');
    expect(opened.userFrames).toEqual(['{"type":"chat","message":"Hello!"}']);
    opened.deliverJson({ type: 'chat', message: 'Hi!' });
    const lines = log.mock.calls.filter(([text]) => !String(text).startsWith('ResilientWebSocket:'));
    expect(lines).toEqual([
      ['State:', 'connecting'],
      ['State:', 'connected'],
      ['Message:', { type: 'chat', message: 'Hi!' }],
    ]);
  });

  it('the second fetches a token, offers a subprotocol, disconnects and ends', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('fresh')));
    const socket = nextSocket();
    const finished = start(examplesOf(readme)[1] ?? '', 'second');
    const opened = await socket;
    expect([opened.url, opened.protocols]).toEqual(['wss://example.com/ws?token=fresh', ['chat.v2']]);
    opened.open();
    await finished;
    expect(opened.closes[0]?.[0]).toBe(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('the third pings in the form of another protocol', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const socket = nextSocket();
    const finished = start(examplesOf(readme)[2] ?? '', 'third');
    const opened = await socket;
    await finished;
    opened.open();
    vi.advanceTimersByTime(30_000);
    expect(opened.sent).toEqual([expect.stringMatching(/^\{"op":"ping","at":\d+\}$/)]);
    opened.deliverJson({ op: 'pong' });
    vi.advanceTimersByTime(29_000);
    expect(opened.closes).toEqual([]);
    vi.advanceTimersByTime(20_000);
    expect(opened.closes).toHaveLength(1);
  });

  it('the fourth authenticates before its first message is sent', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('fresh')));
    const socket = nextSocket();
    const finished = start(examplesOf(readme)[3] ?? '', 'fourth');
    const opened = await socket;
    opened.open();
    const auth = '{"type":"auth","token":"fresh"}';
    await vi.waitFor(() => {
      expect(opened.userFrames).toEqual([auth]);
    });
    opened.deliverJson({ type: 'welcome' });
    await finished;
    expect(opened.userFrames).toEqual([auth, '{"type":"chat","message":"Hello!"}']);
  });

  it('the fifth greets over every connection, and shows what arrives as it is', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const socket = nextSocket();
    await start(examplesOf(readme)[4] ?? '', 'fifth');
    const first = await socket;
    expect([first.url, first.protocols]).toEqual(['wss://example.com/ws', ['chat.v2']]);
    first.open();
    expect(first.sent).toEqual(['hello']);
    first.deliver('{"a":1}');
    expect(log.mock.calls).toEqual([['{"a":1}']]);
    first.end(1001);
    await vi.advanceTimersByTimeAsync(1000);
    const { last } = ScriptedWebSocket;
    last.open();
    expect(last.sent).toEqual(['hello']);
    last.end(1000);
  });

  it('the double of docs/testing.md gets the queued message', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await start(examplesOf(testing)[0] ?? '', 'double');
    expect(log.mock.calls).toEqual([['queued']]);
  });
});

describe('the table of options', () => {
  /** For a range as the table writes it: values that it allows and values that it does not. */
  const ranges: Readonly<Record<string, readonly [good: unknown[], bad: unknown[]]>> = {
    'integer ≥ 0, `Infinity`': [
      [0, 1, Infinity],
      [-1, 1.5, '1'],
    ],
    'integer ≥ 0': [
      [0, 1],
      [-1, 1.5, Infinity],
    ],
    '≥ 0': [
      [0, 0.5],
      [-1, Infinity, '1'],
    ],
    '≥ 1': [
      [1, 1.5],
      [0, 0.5, Infinity],
    ],
    '0 to 1': [
      [0, 0.3, 1],
      [-0.1, 1.1, NaN],
    ],
    'at most 100 integers, 1000 to 4999': [
      [[], [1000, 4999]],
      [[999], [5000], Array(101).fill(4000)],
    ],
    boolean: [
      [true, false],
      [1, 'true', null],
    ],
    'name, list, (async) function': [
      ['a', ['a', 'b'], () => 'a'],
      ['a b', ['a', 'a'], 1],
    ],
    'boolean, object': [
      [true, false, { message: 'ping' }, { silence: 1 }],
      [{}, 'ping', null],
    ],
    'boolean, settings': [
      [true, false, {}, { onSessionLost: 'resend', ackDelay: 0, window: 1, auth: () => 'token' }],
      [
        1,
        null,
        { window: 0 },
        { window: 1.5 },
        { ackDelay: -1 },
        { auth: 'token' },
        { onSessionLost: '' },
        { x: 1 },
      ],
    ],
    function: [[() => true], [true, 'x']],
    class: [[class {}], [{}, 'ws']],
  };
  const table = rows(section('Options'));

  it('has every option with its default', () => {
    const parse = (cell = ''): unknown =>
      cell === 'none' ? undefined : JSON.parse(cell.replaceAll('`', '').replaceAll("'", '"'));
    const documented = Object.fromEntries(
      table.map(([name, value]) => [codes(name)[0] ?? '', parse(value)] as const),
    );
    const websocket = new ResilientWebSocket('wss://example.com/ws');
    expect(documented).toEqual({ ...websocket.options });
    websocket.destroy();
  });

  it.each(table)('%s: the range of the table is the rule', (name, _default, _unit, range = '') => {
    const option = codes(name)[0] ?? '';
    const [good, bad] = ranges[range] ?? [codes(range).map((code) => code.slice(1, -1)), ['other', 1]];
    expect(good.length).toBeGreaterThan(0);
    const websocket = new ResilientWebSocket('wss://example.com/ws');
    for (const value of good) Object.assign(websocket.options, { [option]: value });
    for (const value of bad) {
      expect(() => Object.assign(websocket.options, { [option]: value })).toThrow(RangeError);
    }
    websocket.destroy();
  });
});

test('the tables of events, errors, drop reasons and states have each of them', () => {
  const events: Record<keyof EventMap, true> = {
    open: true,
    close: true,
    message: true,
    error: true,
    stateChange: true,
    maxReconnectAttemptsReached: true,
    reconnectScheduled: true,
    messageDropped: true,
    messageDelivered: true,
    messageUnconfirmed: true,
    sessionResumed: true,
    sessionLost: true,
    sessionTaken: true,
    messageSent: true,
    authRecoveryNeeded: true,
    errorRecoveryAttempt: true,
    maxRecoveryAttemptsReached: true,
    errorRecoveryReset: true,
    queueCleared: true,
    recommendPageReload: true,
    contactSupportRecommended: true,
    latency: true,
  };
  const errors: Record<ErrorType, true> = {
    auth_error: true,
    server_error: true,
    network_error: true,
    unknown_error: true,
    send_error: true,
    message_too_large: true,
    invalid_message: true,
    heartbeat_unanswered: true,
    session_unsupported: true,
    session_taken: true,
  };
  const reasons: Record<DropReason, true> = {
    overflow: true,
    expired: true,
    disconnected: true,
    cleared: true,
    destroyed: true,
    identity: true,
    too_large: true,
  };
  const [eventTable = '', errorTable = ''] = section('Events').split('| type of an `error`');
  const names = (text: string) => rows(text).flatMap(([name]) => codes(name));
  expect(names(eventTable).sort()).toEqual(Object.keys(events).sort());
  expect(names(`| type of an \`error\`${errorTable}`).sort()).toEqual(Object.keys(errors).sort());
  expect(codes(section('How messages end'))).toEqual(expect.arrayContaining(Object.keys(reasons)));
  const states = rows(section('States')).map(([state, , texts]) => [codes(state)[0], texts]);
  const textOf = (state: string) =>
    `${getTexts('ru').states[state as ConnectionState]} / ${getTexts('en').states[state as ConnectionState]}`;
  expect(states).toEqual(Object.keys(getTexts('en').states).map((state) => [state, textOf(state)]));
});

test('every member of the class is in the section about methods', () => {
  const members = [
    ResilientWebSocket.prototype,
    Object.getPrototypeOf(ResilientWebSocket.prototype) as object,
  ]
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
    .filter((name) => name !== 'constructor' && name !== 'options');
  const documented = codes(section('Methods')).map((code) => code.split('(')[0]);
  expect(members.filter((name) => !documented.includes(name))).toEqual([]);
  expect(members.length).toBeGreaterThan(20);
});

describe('every link leads to something that exists', () => {
  const folders = ['docs', 'tests/scenarios', 'tests/simulation', 'tests/bench'];
  const documents = folders.flatMap((name) =>
    readdirSync(name)
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(name, file)),
  );

  const textOf = (path: string) => readFileSync(path, 'utf8').replaceAll(/```.*?```/gs, '');
  const anchorsOf = (path: string) =>
    [...textOf(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );

  it.each(['README.md', ...documents])('%s', (path) => {
    const targets = [...textOf(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const isBroken = (target: string) => {
      if (/^https?:/.test(target)) return false;
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      return !existsSync(found) || (anchor !== undefined && !anchorsOf(found).includes(anchor));
    };
    expect(targets.filter(isBroken)).toEqual([]);
  });
});

// @vitest-environment jsdom
// The timer of a Worker, which wakes the clients of a hidden page: one Worker for all, while it is needed.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type ResilientWebSocket from '../../web/index.js';
import { createClient, createConnected, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

/** A Worker that keeps the time by a clock of its own, which a test moves. */
class ScriptedWorker {
  static made: ScriptedWorker[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  isTerminated = false;
  readonly waits: { wake: number; due: number }[] = [];
  #now = 0;

  constructor(readonly url: string) {
    ScriptedWorker.made.push(this);
  }

  postMessage([wake = 0, delay = 0]: number[]): void {
    this.waits.push({ wake, due: this.#now + delay });
  }

  terminate(): void {
    this.isTerminated = true;
  }

  /** So much time passes here, and the page's own timers stand still. */
  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const next = this.waits.sort((one, other) => one.due - other.due)[0];
      if (next === undefined || next.due > end) break;
      this.waits.shift();
      this.#now = next.due;
      this.onmessage?.({ data: next.wake });
    }
    this.#now = end;
  }

  static get last(): ScriptedWorker {
    const worker = ScriptedWorker.made.at(-1);
    if (worker === undefined) throw new Error('No Worker was made.');
    return worker;
  }
}

const page = { isHidden: false };
beforeEach(() => {
  page.isHidden = false;
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() =>
    page.isHidden ? 'hidden' : 'visible',
  );
  ScriptedWorker.made = [];
  vi.stubGlobal('Worker', ScriptedWorker);
  URL.createObjectURL = () => 'blob:a-worker';
});

function showPage(isVisible: boolean): void {
  page.isHidden = !isVisible;
  document.dispatchEvent(new Event('visibilitychange'));
}

const pings = (): number =>
  ScriptedWebSocket.made.flatMap(({ controlFrames }) => controlFrames).filter(({ type }) => type === 'ping')
    .length;

test('a timer that is running when the page hides goes on in the Worker, with the time that is left', () => {
  createConnected({ reconnectDelay: 300_000, maxReconnectDelay: 300_000 });
  ScriptedWebSocket.last.break();
  vi.advanceTimersByTime(100_000);
  showPage(false);
  ScriptedWorker.last.pass(199_999);
  expect(ScriptedWebSocket.made).toHaveLength(1);
  ScriptedWorker.last.pass(1);
  expect(ScriptedWebSocket.made).toHaveLength(2);
});

test('a visible page has no Worker, and one that is hidden for less than a wait stops it', () => {
  createConnected();
  vi.advanceTimersByTime(15_000);
  showPage(false);
  vi.advanceTimersByTime(10_000);
  showPage(true);
  expect(pings()).toBe(1);
  ScriptedWebSocket.last.answerPing();
  expect(ScriptedWorker.made.map(({ isTerminated }) => isTerminated)).toEqual([true]);
  vi.advanceTimersByTime(25_000);
  expect(pings()).toBe(2);
  expect(ScriptedWorker.made).toHaveLength(1);
});

test('a hidden page whose own timers stand still pings by the Worker, and notices a dead peer', () => {
  page.isHidden = true;
  const { getEvents } = createConnected({ enableErrorRecovery: false });
  for (let ping = 1; ping <= 3; ++ping) {
    ScriptedWorker.last.pass(29_999);
    expect(pings()).toBe(ping - 1);
    ScriptedWorker.last.pass(1);
    expect(pings()).toBe(ping);
    ScriptedWebSocket.last.answerPing();
  }
  ScriptedWorker.last.pass(30_000);
  ScriptedWorker.last.pass(13_000);
  expect(getEvents('close')).toMatchObject([[{ reason: 'Pong timeout' }]]);
  expect(ScriptedWorker.made).toHaveLength(1);
  expect(ScriptedWorker.last.url).toBe('blob:a-worker');
});

test('whichever timer fires first wakes the client, and the other does nothing', () => {
  page.isHidden = true;
  createConnected();
  const { waits, onmessage } = ScriptedWorker.last;
  const [late] = waits;
  vi.advanceTimersByTime(30_000);
  expect(pings()).toBe(1);
  ScriptedWebSocket.last.answerPing();
  const set = vi.spyOn(globalThis, 'setTimeout');
  onmessage?.({ data: late?.wake });
  onmessage?.({ data: late?.wake });
  expect(set).not.toHaveBeenCalled();
  ScriptedWorker.last.pass(30_000);
  expect(pings()).toBe(2);
  expect(vi.getTimerCount()).toBe(1);
});

test('all clients of the page share one Worker, which ends with the last', () => {
  page.isHidden = true;
  const clients = [createConnected(), createConnected()];
  expect(ScriptedWorker.made).toHaveLength(1);
  expect(ScriptedWorker.last.waits.length).toBeGreaterThan(1);
  clients[0]?.websocket.destroy();
  expect(ScriptedWorker.last.isTerminated).toBe(false);
  clients[1]?.websocket.destroy();
  expect(ScriptedWorker.last.isTerminated).toBe(true);
});

test('the Worker ends when the page is shown, and when nothing is left to wait for', () => {
  page.isHidden = true;
  const { websocket } = createConnected({ maxReconnectAttempts: 0 });
  showPage(true);
  expect(ScriptedWorker.last.isTerminated).toBe(true);
  ScriptedWebSocket.last.answerPing();
  showPage(false);
  vi.advanceTimersByTime(30_000);
  expect(ScriptedWorker.made).toHaveLength(2);
  ScriptedWebSocket.last.break();
  expect(websocket.connectionState).toBe('failed');
  expect(ScriptedWorker.last.isTerminated).toBe(false);
  ScriptedWorker.last.pass(600_000);
  expect(ScriptedWorker.last.isTerminated).toBe(true);
});

test('with the option off there is none', () => {
  page.isHidden = true;
  const { websocket } = createConnected({ enableWorkerTimer: false });
  expect(ScriptedWorker.made).toEqual([]);
  websocket.options.enableWorkerTimer = true;
  vi.advanceTimersByTime(30_000);
  expect(ScriptedWorker.made).toHaveLength(1);
});

test('without Workers the page has its own timers, and nothing is said of it', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.stubGlobal('Worker', undefined);
  page.isHidden = true;
  createConnected({ logLevel: 'warn' });
  vi.advanceTimersByTime(30_000);
  expect(pings()).toBe(1);
  expect(warn).not.toHaveBeenCalled();
});

describe('in a page of its own', () => {
  async function createAnother(): Promise<ResilientWebSocket> {
    vi.resetModules();
    // It works whether there is WebAssembly or not.
    const { default: Another } = await import('../../web/entries/no_wasm.js');
    const websocket = new Another(serverUrl, { jitter: 0, logLevel: 'warn' });
    websocket.connect().catch(() => undefined);
    ScriptedWebSocket.last.open();
    return websocket;
  }

  const refusals: [string, () => void][] = [
    [
      'throws',
      () => {
        vi.stubGlobal('Worker', function () {
          throw new DOMException('', 'SecurityError');
        });
      },
    ],
    [
      'ends in an error event',
      () => {
        vi.stubGlobal(
          'Worker',
          class extends ScriptedWorker {
            constructor(url: string) {
              super(url);
              queueMicrotask(() => this.onerror?.());
            }
          },
        );
      },
    ],
  ];

  test.each(refusals)(
    'a Worker that %s is noted in the log once, and not asked for again',
    async (_, refuse) => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
      page.isHidden = true;
      refuse();
      const websocket = await createAnother();
      for (let ping = 1; ping <= 3; ++ping) {
        await vi.advanceTimersByTimeAsync(30_000);
        expect(pings()).toBe(ping);
        ScriptedWebSocket.last.answerPing();
      }
      expect(ScriptedWorker.made.filter(({ isTerminated }) => !isTerminated)).toEqual([]);
      expect(ScriptedWorker.made.length).toBeLessThanOrEqual(1);
      expect(warn.mock.calls).toEqual([[expect.stringMatching(/^ResilientWebSocket: no Worker: /)]]);
      websocket.destroy();
    },
  );

  test('where scripts must be trusted, the URL of the Worker is', async () => {
    const createScriptURL = (url: string) => `trusted ${url}`;
    const createPolicy = vi.fn(() => ({ createScriptURL }));
    vi.stubGlobal('trustedTypes', { createPolicy });
    page.isHidden = true;
    const websocket = await createAnother();
    expect(ScriptedWorker.last.url).toBe('trusted blob:a-worker');
    showPage(true);
    showPage(false);
    // What was still waited for in the visible page has its end there.
    await vi.advanceTimersByTimeAsync(30_000);
    expect(ScriptedWorker.made).toHaveLength(2);
    expect(createPolicy.mock.calls).toEqual([
      ['resilient-websocket', { createScriptURL: expect.any(Function) as unknown }],
    ]);
    websocket.destroy();
  });
});

test('a client that never connected needs none', () => {
  page.isHidden = true;
  createClient().websocket.send('queued');
  expect(ScriptedWorker.made).toEqual([]);
});

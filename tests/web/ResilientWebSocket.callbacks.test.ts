// @vitest-environment jsdom
// Commands inside callbacks (the url and protocols functions, shouldReconnect): each has the effect, in the same order,
// that it has outside. The side effects too: page listeners, promises, events, the Worker's timer.
import { beforeEach, expect, test, vi } from 'vitest';
import { type CloseDetails, type ConnectionError, type ResilientWebSocket } from '../../web/index.js';
import { createClient, createConnected, outcomeOf, serverUrl, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

const page = { isOnline: true, isHidden: false };
beforeEach(() => {
  page.isOnline = true;
  page.isHidden = false;
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => page.isOnline);
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() =>
    page.isHidden ? 'hidden' : 'visible',
  );
});

/** Whether the client gets the events of the page. One that gets none shows what the browser reports when it is asked. */
function hasPageListeners(websocket: ResilientWebSocket): boolean {
  window.dispatchEvent(new Event('offline'));
  const { networkOnline } = websocket.checkConnectionHealth();
  window.dispatchEvent(new Event('online'));
  return networkOnline !== page.isOnline;
}

/** Calls `act` once, inside the callback, in the turn of a connect(), a retry or a loss. */
type Scene = (act: (websocket: ResilientWebSocket) => void) => ReturnType<typeof createClient>;

const scenes: [string, Scene][] = [
  [
    'the url function of connect()',
    (act) => {
      let isFirst = true;
      const client = createClient({}, () => {
        if (isFirst) {
          isFirst = false;
          act(client.websocket);
        }
        return serverUrl;
      });
      void client.websocket.connect();
      return client;
    },
  ],
  [
    'the url function of a retry',
    (act) => {
      let calls = 0;
      const client = createClient({}, () => {
        if (++calls === 2) act(client.websocket);
        return serverUrl;
      });
      void client.websocket.connect();
      ScriptedWebSocket.last.break();
      vi.advanceTimersByTime(1000);
      return client;
    },
  ],
  [
    'the protocols function of a retry',
    (act) => {
      let calls = 0;
      const client = createClient({
        protocols: () => {
          if (++calls === 2) act(client.websocket);
          return 'chat';
        },
      });
      void client.websocket.connect();
      ScriptedWebSocket.last.break();
      vi.advanceTimersByTime(1000);
      return client;
    },
  ],
  ...[1006, 1008, 1000].map((code): [string, Scene] => [
    `shouldReconnect for the code ${code}`,
    (act) => {
      let isFirst = true;
      const client = createConnected({
        shouldReconnect: () => {
          if (isFirst) {
            isFirst = false;
            act(client.websocket);
          }
          return undefined;
        },
      });
      ScriptedWebSocket.last.end(code);
      return client;
    },
  ]),
];

test.each(scenes)(
  'disconnect() and connect() in %s: the client connects and gets page events',
  async (_name, scene) => {
    let promise: Promise<void> | undefined;
    const { websocket, getEvents } = scene((client) => {
      client.disconnect();
      promise = client.connect();
    });
    expect(websocket.connectionState).toBe('connecting');
    expect(await outcomeOf(promise as Promise<void>)).toEqual({ state: 'pending' });
    expect(getEvents('stateChange').slice(-2)).toEqual([['disconnected'], ['connecting']]);
    ScriptedWebSocket.last.open();
    expect(websocket.isConnected).toBe(true);
    expect(await outcomeOf(promise as Promise<void>)).toEqual({ state: 'resolved', value: undefined });
    expect(hasPageListeners(websocket)).toBe(true);
  },
);

test.each(scenes)(
  'disconnect() in %s: the client is disconnected, and gets no page events',
  async (_name, scene) => {
    const { websocket } = scene((client) => {
      client.disconnect();
    });
    await outcomeOf(Promise.resolve());
    expect(websocket.connectionState).toBe('disconnected');
    expect(hasPageListeners(websocket)).toBe(false);
    vi.advanceTimersByTime(600_000);
    for (const socket of ScriptedWebSocket.made) {
      expect(socket.readyState).toBeGreaterThanOrEqual(ScriptedWebSocket.CLOSING);
    }
  },
);

test.each(scenes)('connect() and disconnect() in %s: the promise rejects', async (_name, scene) => {
  let promise: Promise<void> | undefined;
  const { websocket } = scene((client) => {
    promise = client.connect();
    client.disconnect();
  });
  expect(websocket.connectionState).toBe('disconnected');
  expect(await outcomeOf(promise as Promise<void>)).toMatchObject({
    state: 'rejected',
    value: { name: 'ConnectionError', state: 'disconnected', code: undefined },
  });
});

test.each(scenes)(
  'connect(), disconnect() and connect() in %s: only the second promise resolves',
  async (_name, scene) => {
    const promises: Promise<void>[] = [];
    const { websocket } = scene((client) => {
      promises.push(client.connect());
      client.disconnect();
      promises.push(client.connect());
    });
    ScriptedWebSocket.last.open();
    expect(websocket.isConnected).toBe(true);
    const outcomes = await Promise.all(promises.map(outcomeOf));
    expect(outcomes.map(({ state }) => state)).toEqual(['rejected', 'resolved']);
  },
);

test.each(scenes)('destroy() in %s rejects the promises made before it there', async (_name, scene) => {
  let promise: Promise<void> | undefined;
  const { websocket } = scene((client) => {
    promise = client.connect();
    client.destroy();
  });
  expect(await outcomeOf(promise as Promise<void>)).toMatchObject({
    state: 'rejected',
    value: { name: 'DestroyedError' },
  });
  expect(hasPageListeners(websocket)).toBe(false);
});

test.each([
  [1008, 'failed'],
  [1000, 'disconnected'],
] as const)(
  'connect() in shouldReconnect for the code %i starts again, after the loss was concluded',
  async (code, state) => {
    let second: Promise<void> | undefined;
    const { websocket, getEvents } = createClient({
      shouldReconnect: () => {
        second ??= websocket.connect();
        return undefined;
      },
    });
    const first = websocket.connect();
    ScriptedWebSocket.last.end(code);
    expect(await outcomeOf(first)).toMatchObject({ state: 'rejected', value: { state, code } });
    expect(await outcomeOf(second as Promise<void>)).toEqual({ state: 'pending' });
    expect(getEvents('stateChange')).toEqual([['connecting'], [state], ['connecting']]);
    ScriptedWebSocket.last.open();
    expect((await outcomeOf(second as Promise<void>)).state).toBe('resolved');
  },
);

test('connect() in the url function of an attempt that fails rejects with that attempt', async () => {
  let promise: Promise<void> | undefined;
  const { websocket } = createClient({ enableAutoReconnect: false }, () => {
    promise = websocket.connect();
    throw new Error('no token');
  });
  const outer = websocket.connect();
  expect(websocket.connectionState).toBe('failed');
  for (const each of [outer, promise as Promise<void>]) {
    expect(await outcomeOf(each)).toMatchObject({
      state: 'rejected',
      value: { state: 'failed', code: 1006 },
    });
  }
});

test('whenConnected() in shouldReconnect waits for the next connection', async () => {
  let promise: Promise<void> | undefined;
  const { websocket } = createConnected({
    shouldReconnect: () => {
      promise ??= websocket.whenConnected();
      return undefined;
    },
  });
  ScriptedWebSocket.last.end(1006);
  expect((await outcomeOf(promise as Promise<void>)).state).toBe('pending');
  vi.advanceTimersByTime(1000);
  ScriptedWebSocket.last.open();
  expect((await outcomeOf(promise as Promise<void>)).state).toBe('resolved');
});

test('an abort in a callback disconnects if no other connect() is pending', async () => {
  const controller = new AbortController();
  const { websocket } = createClient({}, () => {
    controller.abort(new Error('changed my mind'));
    return serverUrl;
  });
  const promise = websocket.connect({ signal: controller.signal });
  expect(await outcomeOf(promise)).toMatchObject({ state: 'rejected', value: new Error('changed my mind') });
  expect(websocket.connectionState).toBe('disconnected');
  expect(hasPageListeners(websocket)).toBe(false);
});

test.each(scenes)('events that %s causes are delivered when the turn has ended', (_name, scene) => {
  const { getEvents } = scene((client) => {
    client.applyRecoveryRecommendation('pageReload');
    client.send(undefined);
  });
  expect(getEvents('recommendPageReload')).toEqual([[]]);
  expect(getEvents('error').filter(([{ type }]) => type === 'invalid_message')).toHaveLength(1);
});

test('messages sent in a url function keep their order among those outside', () => {
  const { websocket } = createClient({}, () => {
    for (const text of ['b', 'c']) expect(websocket.send(text)).toBe(false);
    return serverUrl;
  });
  websocket.send('a');
  void websocket.connect();
  websocket.send('d');
  ScriptedWebSocket.last.open();
  expect(ScriptedWebSocket.last.sent).toEqual(['a', 'b', 'c', 'd']);
});

test('reconnect() in shouldReconnect replaces the retry', () => {
  const infos: CloseDetails[] = [];
  const { websocket } = createConnected({
    shouldReconnect: (info) => {
      infos.push(info);
      if (infos.length === 1) websocket.reconnect();
      return false;
    },
  });
  ScriptedWebSocket.last.end(1006);
  expect(ScriptedWebSocket.made).toHaveLength(2);
  ScriptedWebSocket.last.open();
  expect(websocket.isConnected).toBe(true);
  expect(hasPageListeners(websocket)).toBe(true);
});

test('a client that disconnects and connects in a callback of a hidden page is woken by the Worker', () => {
  const waits: number[] = [];
  vi.stubGlobal(
    'Worker',
    class {
      postMessage([, delay = 0]: number[]): void {
        waits.push(delay);
      }
      terminate(): void {
        waits.length = 0;
      }
    },
  );
  URL.createObjectURL = () => 'blob:a-worker';
  page.isHidden = true;
  let isFirst = true;
  const { websocket } = createClient({}, () => {
    if (isFirst) {
      isFirst = false;
      websocket.disconnect();
      websocket.connect().catch((error: ConnectionError) => error);
    }
    return serverUrl;
  });
  void websocket.connect();
  expect(waits).toEqual([10_000]);
});

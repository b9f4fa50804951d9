// The end of a client: in every phase, from anywhere, for good.
import { expect, test, vi } from 'vitest';
import { type CoreClient } from '#core';
import { loadCore } from '../../web/core/load.js';
import ResilientWebSocket, { DestroyedError } from '../../web/index.js';
import { createClient, createConnected, serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

type Client = ReturnType<typeof createClient>;
const phases: [string, () => Client][] = [
  ['at rest', () => createClient()],
  [
    'with a queue',
    () => {
      const client = createClient();
      client.websocket.send('kept');
      return client;
    },
  ],
  [
    'connecting',
    () => {
      const client = createClient();
      void client.websocket.connect();
      return client;
    },
  ],
  ['connected', () => createConnected()],
  [
    'waiting to retry',
    () => {
      const client = createConnected();
      ScriptedWebSocket.last.break();
      return client;
    },
  ],
  [
    'retrying',
    () => {
      const client = createConnected();
      ScriptedWebSocket.last.break();
      vi.advanceTimersByTime(1000);
      return client;
    },
  ],
  [
    'disconnecting',
    () => {
      const client = createConnected();
      client.websocket.disconnect();
      return client;
    },
  ],
  [
    'failed',
    () => {
      const client = createConnected();
      ScriptedWebSocket.last.end(1008);
      return client;
    },
  ],
];

test.each(phases)('destroy %s leaves no socket, timer, attempt or event', async (_name, create) => {
  const { websocket, events } = create();
  websocket.destroy();
  expect(websocket.connectionState).toMatch(/disconnected|failed/);
  expect(websocket.ws).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
  const count = events.length;
  const made = ScriptedWebSocket.made.length;
  await settle();
  for (const socket of ScriptedWebSocket.made) {
    expect(socket.readyState).toBeGreaterThanOrEqual(ScriptedWebSocket.CLOSING);
    socket.open();
    socket.deliver('"late"');
    socket.break();
  }
  vi.advanceTimersByTime(600_000);
  websocket.destroy();
  expect(events).toHaveLength(count);
  expect(ScriptedWebSocket.made).toHaveLength(made);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(phases)(
  'after destroy %s the client refuses to act and can still be read',
  async (_name, create) => {
    const { websocket } = create();
    const { options } = websocket;
    options.pingInterval = 4321;
    websocket.destroy();
    for (const moment of ['at once', 'later']) {
      if (moment === 'later') await settle();
      const listener = () => undefined;
      expect(() => websocket.send('x')).toThrow(DestroyedError);
      expect(() => websocket.disconnect()).toThrow(DestroyedError);
      expect(() => websocket.reconnect()).toThrow(DestroyedError);
      expect(() => websocket.resetErrorRecovery()).toThrow(DestroyedError);
      expect(() => websocket.applyRecoveryRecommendation('pageReload')).toThrow(DestroyedError);
      expect(() => (options.pingInterval = 5)).toThrow(DestroyedError);
      await expect(websocket.connect()).rejects.toThrow(DestroyedError);
      await expect(websocket.whenConnected()).rejects.toThrow(DestroyedError);
      expect(websocket.on('open', listener).once('open', listener).off('open', listener)).toBe(websocket);
      expect(Reflect.apply(websocket.emit, websocket, ['custom'])).toBe(false);
      expect(options.pingInterval).toBe(4321);
      expect({ ...options }.fatalCloseCodes).toEqual([1003, 1008]);
      expect(websocket.getStatus()).toMatchObject({
        connected: false,
        queuedMessages: 0,
        nextAttemptAt: null,
      });
      expect(websocket.getUserFriendlyStatus().icon).toBeTypeOf('string');
      expect(websocket.checkConnectionHealth().isHealthy).toBe(false);
      expect(websocket.getRecoveryRecommendations()).toBeInstanceOf(Array);
      expect(websocket.messageQueue).toEqual([]);
      expect(websocket.reconnectAttempts).toBeTypeOf('number');
      expect(websocket.connectionStats.totalMessages).toBe(0);
      expect(websocket.url).toBe(serverUrl);
      expect(websocket.lastPong).toBeNull();
    }
  },
);

test('a kept onmessage handler does nothing after destroy, at once and later', async () => {
  const { websocket, events } = createConnected();
  const other = createConnected();
  const { onmessage } = ScriptedWebSocket.made[0] ?? {};
  websocket.destroy();
  const count = events.length;
  for (let round = 0; round < 2; ++round) {
    for (const data of ['"late"', '{"type":"pong","timestamp":1}', '{"type":"ping"}', new ArrayBuffer(1)]) {
      expect(() => onmessage?.({ data })).not.toThrow();
    }
    await settle();
  }
  expect(events).toHaveLength(count);
  expect(ScriptedWebSocket.made[0]?.controlFrames).toEqual([]);
  expect(other.websocket.isConnected).toBe(true);
  expect(other.getEvents('message')).toEqual([]);
});

test('a kept onmessage handler of a freed client is no sign of life for the next one', async () => {
  const { websocket } = createConnected();
  const { onmessage } = ScriptedWebSocket.last;
  websocket.destroy();
  await settle();
  // It may get the memory of the first one.
  const next = createConnected({ pingInterval: 1000, pongTimeout: 500 });
  vi.advanceTimersByTime(1400);
  onmessage?.({ data: '"late"' });
  onmessage?.({ data: '{"type":"pong","timestamp":1}' });
  vi.advanceTimersByTime(100);
  expect(next.getEvents('close')).toMatchObject([[{ reason: 'Pong timeout' }]]);
});

test('the events of destroy are delivered before it returns', () => {
  const { websocket, events } = createConnected();
  ScriptedWebSocket.last.break();
  const message = { kept: true };
  websocket.send(message);
  events.length = 0;
  websocket.destroy();
  expect(events).toContainEqual(['messageDropped', { reason: 'destroyed', data: message, id: 1 }]);
  expect(events.at(-1)).toEqual(['stateChange', 'disconnected']);
});

test('the close of a destroyed connection is reported once', () => {
  const { websocket, getEvents } = createConnected();
  const socket = ScriptedWebSocket.last;
  websocket.destroy();
  socket.end(1000);
  expect(getEvents('close')).toMatchObject([[{ code: 1000, shouldReconnect: false }]]);
  expect(socket.closes).toHaveLength(1);
});

test('destroy by a listener: the other listeners get the event, and then the events of destroy', async () => {
  const { websocket, names, getEvents } = createConnected();
  const later = vi.fn();
  websocket.on('message', () => {
    websocket.destroy();
    websocket.send('thrown, logged, no harm');
  });
  websocket.on('message', later);
  ScriptedWebSocket.last.deliver('"last"');
  expect(later).toHaveBeenCalledTimes(1);
  expect(getEvents('close')).toHaveLength(1);
  const count = names().length;
  await settle();
  vi.advanceTimersByTime(600_000);
  expect(names()).toHaveLength(count);
});

test('destroy inside a URL function, shouldReconnect or a send is survived', async () => {
  const first = createClient({}, () => {
    first.websocket.destroy();
    return serverUrl;
  });
  void first.websocket.connect();
  const second = createConnected({
    shouldReconnect: () => {
      second.websocket.send('queued', { ttl: 5 });
      second.websocket.destroy();
      return true;
    },
  });
  ScriptedWebSocket.last.end(1006);
  const third = createConnected();
  vi.spyOn(ScriptedWebSocket.last, 'send').mockImplementation(() => {
    third.websocket.destroy();
    throw new Error('gone');
  });
  expect(third.websocket.send('x')).toBe(false);
  await settle();
  for (const { websocket } of [first, second, third]) {
    expect(websocket.connectionState).toBe('disconnected');
    expect(() => websocket.send('x')).toThrow(DestroyedError);
  }
  for (const [drop] of second.getEvents('messageDropped')) expect(drop.data).toBe('queued');
  vi.advanceTimersByTime(600_000);
  const live = ScriptedWebSocket.made.filter(({ readyState }) => readyState < ScriptedWebSocket.CLOSING);
  expect(live).toEqual([]);
});

test('Symbol.dispose destroys', () => {
  expect(Symbol.dispose).toBeTypeOf('symbol');
  const { websocket } = createConnected();
  websocket[Symbol.dispose]();
  expect(() => websocket.send('x')).toThrow(DestroyedError);
  expect(Object.keys(ResilientWebSocket.prototype)).toEqual([]);
});

test('the C++ object is freed once, and freed when the constructor throws', async () => {
  const { prototype } = loadCore().module.ResilientWebSocket as unknown as { prototype: CoreClient };
  const freed = vi.spyOn(prototype, 'delete');
  const { websocket } = createConnected();
  websocket.destroy();
  expect(freed).not.toHaveBeenCalled();
  websocket.destroy();
  await settle();
  expect(freed).toHaveBeenCalledTimes(1);
  expect(() => new ResilientWebSocket(serverUrl, { jitter: 2 })).toThrow(RangeError);
  await settle();
  expect(freed).toHaveBeenCalledTimes(2);
});

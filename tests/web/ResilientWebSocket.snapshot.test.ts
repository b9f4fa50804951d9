// The status as a store: one frozen object for each state, and subscribers that learn of each change.
import { expect, test, vi } from 'vitest';
import { createClient, createConnected, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('the snapshot is frozen, equals the status and has a revision', () => {
  const { websocket } = createClient();
  const { revision, ...status } = websocket.getSnapshot();
  expect(status).toEqual(websocket.getStatus());
  expect(revision).toBe(1);
  expect(Object.isFrozen(websocket.getSnapshot())).toBe(true);
  expect(Object.isFrozen(websocket.getSnapshot().stats)).toBe(true);
});

test('the snapshot is the same object until the status changes, whatever is sent and received', () => {
  const { websocket } = createConnected();
  const before = websocket.getSnapshot();
  for (let count = 0; count < 10; ++count) {
    websocket.send('m');
    ScriptedWebSocket.last.deliverJson({ count });
  }
  expect(websocket.getSnapshot()).toBe(before);
  ScriptedWebSocket.last.break();
  const after = websocket.getSnapshot();
  expect(after).toMatchObject({ connectionState: 'reconnecting', connected: false });
  expect(after.revision).toBeGreaterThan(before.revision);
});

test('a callback of the user gets a snapshot that equals the status', () => {
  const compare = (name: string) => {
    const { revision, ...snapshot } = websocket.getSnapshot();
    seen.push({ name, revision, snapshot, status: websocket.getStatus() });
  };
  const seen: { name: string; revision: number; snapshot: unknown; status: unknown }[] = [];
  const { websocket } = createClient({
    session: {
      auth: () => {
        compare('auth');
      },
    },
    shouldReconnect: () => {
      compare('shouldReconnect');
      return true;
    },
  });
  websocket.getSnapshot();
  void websocket.connect();
  websocket.getSnapshot();
  ScriptedWebSocket.last.open();
  ScriptedWebSocket.last.break();
  expect(seen.map(({ name, revision }) => [name, revision])).toEqual([
    ['auth', 3],
    ['shouldReconnect', 4],
  ]);
  for (const { snapshot, status } of seen) expect(snapshot).toEqual(status);
});

test('so does a function of the heartbeat that is called while the queue is sent', () => {
  const seen: unknown[] = [];
  const message = () => {
    seen.push([websocket.getSnapshot().connectionState, websocket.getStatus().connectionState]);
    return 'ping';
  };
  const { websocket } = createClient({ heartbeat: { message } });
  void websocket.connect();
  for (const letter of ['a', 'b']) websocket.send(letter.repeat(40_000));
  websocket.getSnapshot();
  ScriptedWebSocket.last.open();
  expect(seen).toEqual([['connected', 'connected']]);
});

test('a subscriber is called for each change, a queued message and the begin of a retry too', async () => {
  const { websocket } = createClient();
  const seen: unknown[] = [];
  const unsubscribe = websocket.subscribe(() => {
    const { connectionState, queuedMessages, nextAttemptAt } = websocket.getSnapshot();
    seen.push([connectionState, queuedMessages, nextAttemptAt !== null]);
  });
  void websocket.connect();
  websocket.send('a');
  ScriptedWebSocket.last.open();
  ScriptedWebSocket.last.break();
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toEqual([
    ['connecting', 0, false],
    ['connecting', 1, false],
    ['connected', 0, false],
    ['reconnecting', 0, true],
    ['reconnecting', 0, false],
  ]);
  unsubscribe();
  websocket.disconnect();
  expect(seen).toHaveLength(5);
});

test('a listener of an event sees the new status, and the subscribers still learn of it', () => {
  const { websocket } = createClient();
  const seen: unknown[] = [];
  websocket.on('stateChange', () => seen.push(websocket.getSnapshot().connectionState));
  websocket.subscribe(() => seen.push(`subscriber ${websocket.getSnapshot().connectionState}`));
  void websocket.connect();
  expect(seen).toEqual(['connecting', 'subscriber connecting']);
});

test('each subscription counts, and one that throws harms no other', () => {
  const { websocket } = createClient();
  const listener = vi.fn();
  websocket.subscribe(() => {
    throw new Error('bad');
  });
  const first = websocket.subscribe(listener);
  websocket.subscribe(listener);
  websocket.send('a');
  expect(listener).toHaveBeenCalledTimes(2);
  first();
  first();
  websocket.send('b');
  expect(listener).toHaveBeenCalledTimes(3);
});

test('destroy() is visible, and gives the dropped messages its reason', async () => {
  const one = createClient();
  const other = createClient();
  one.websocket.send('a');
  other.websocket.send('b');
  expect(one.websocket.isDestroyed).toBe(false);
  one.websocket.destroy('identity');
  other.websocket.destroy();
  expect(one.websocket.isDestroyed).toBe(true);
  expect(one.getEvents('messageDropped')).toMatchObject([[{ reason: 'identity', data: 'a' }]]);
  expect(other.getEvents('messageDropped')).toMatchObject([[{ reason: 'destroyed', data: 'b' }]]);
  await settle();
  expect(one.websocket.getSnapshot().connectionState).toBe('disconnected');
});

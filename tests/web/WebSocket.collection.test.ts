// What becomes of an object of the class `WebSocket` that nothing refers to any more.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import WebSocket from '../../web/websocket/index.js';
import { ResilientWebSocket } from '../../web/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

useScriptedWorld();

test('only a CLOSED socket that is no longer used is collected, and its client with it', async () => {
  vi.useRealTimers();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const destroy = vi.spyOn(ResilientWebSocket.prototype, 'destroy');
  const refs = {
    open: [] as WeakRef<object>[],
    closed: [] as WeakRef<object>[],
    ended: [] as WeakRef<object>[],
  };
  const create = (options = {}) => new WebSocket(serverUrl, null, { jitter: 0, ...options });
  // In functions of their own: nothing refers to the sockets afterwards.
  await (async () => {
    for (let round = 0; round < 10; ++round) {
      const [open, closed, ended] = [create(), create(), create({ enableAutoReconnect: false })];
      for (const socket of [open, closed, ended]) socket.onclose = () => socket.readyState;
      await settle();
      const [ofOpen, ofClosed, ofEnded] = ScriptedWebSocket.made.splice(0);
      ofOpen?.open();
      ofClosed?.open();
      closed.close();
      ofClosed?.end(1000);
      ofEnded?.break();
      refs.open.push(new WeakRef(open));
      refs.closed.push(new WeakRef(closed), new WeakRef(create({ startClosed: true })));
      refs.ended.push(new WeakRef(ended));
    }
  })();
  const isAlive = (ref: WeakRef<object>) => ref.deref() !== undefined;
  await vi.waitFor(
    () => {
      collect();
      expect([...refs.closed, ...refs.ended].filter(isAlive)).toEqual([]);
      expect(destroy).toHaveBeenCalledTimes(30);
    },
    { timeout: 10_000, interval: 1 },
  );
  expect(refs.open.filter(isAlive)).toHaveLength(10);
  for (const ref of refs.open) (ref.deref() as WebSocket).client.destroy();
});

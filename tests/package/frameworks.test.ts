// Checks that frameworks which wrap objects in proxies leave a client usable: Vue and MobX, as they are.
import { expect, it } from 'vitest';
import { createProject } from './support/consumers.js';
import { runNode } from './support/run.js';

const used = {
  message: { hello: 'world' },
  states: ['connecting', 'connected', 'reconnecting', 'connected', 'disconnected'],
  isConnected: true,
  pingInterval: 5000,
  connections: 2,
  queued: 0,
};

it("a client works inside Vue's refs and reactive objects and MobX's observables", async () => {
  const cwd = createProject('modern', 'frameworks', ['frameworks']);
  const results = JSON.parse(await runNode(['wrapped.mjs'], { cwd })) as unknown;
  expect(results).toEqual({
    'ref()': used,
    'shallowRef()': used,
    'reactive()': used,
    'readonly()': used,
    'observable()': used,
    'observable.map()': used,
    component: { seen: ['connecting', 'connected', 'disconnected'], isSame: true },
    store: { counts: [0, 1], messages: [{ n: 1 }] },
  });
});

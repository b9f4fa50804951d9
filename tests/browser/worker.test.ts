// Checks that the client works in a dedicated worker, under the demo's content security policy.
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './support/client_bundle.js';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';

let fixture: DemoFixture;

// Served by the demo: in a worker whose script comes from playwright's route(), no WebSocket opens.
const workerFile = 'build/demo/page/test-worker.js';

const workerSource = `
  import ResilientWebSocket from '@advakod/resilient-websocket';
  self.onmessage = ({ data: url }) => {
    const websocket = new ResilientWebSocket(url, { reconnectDelay: 50, jitter: 0, logLevel: 'silent' });
    const states = [];
    websocket.on('stateChange', (state) => states.push(state));
    websocket.on('message', (message) => {
      if (message.type === 'connection_established' && states.length < 3) {
        websocket.ws.close(4000);
      } else if (message.type === 'connection_established') {
        websocket.send({ type: 'typing', is_typing: true, session_id: 77 });
      } else if (message.session_id === 77) {
        self.postMessage({ states, reconnections: websocket.getStatus().stats.totalReconnections });
        websocket.destroy();
      }
    });
    websocket.connect();
  };
`;

beforeAll(async () => {
  writeFileSync(workerFile, await bundleScript(workerSource));
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(async () => {
  await fixture.close();
  rmSync(workerFile);
});

describe('the client in a dedicated worker', () => {
  it('connects, reconnects after a loss and sends', async () => {
    const { page, errors } = await fixture.open();
    const result = await page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/test-worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(url);
        }),
      `ws://localhost:${fixture.demo.port}/general?token=demo-worker`,
    );
    expect(result).toEqual({
      states: ['connecting', 'connected', 'reconnecting', 'connected'],
      reconnections: 1,
    });
    expect(errors).toEqual([]);
  });
});

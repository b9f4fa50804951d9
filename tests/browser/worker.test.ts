// Owns the check that the client works in a dedicated worker, under the demo's content rules.
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './support/client_bundle.js';
import { setStage, type Stage } from './support/stage.js';

let stage: Stage;

// Served by the demo itself: in a worker whose script was answered by the test, no WebSocket opens.
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
  stage = await setStage();
});

afterEach(() => stage.clear());

afterAll(async () => {
  await stage.close();
  rmSync(workerFile);
});

describe('the client in a dedicated worker', () => {
  it('connects, returns after a loss and sends', async () => {
    const { page, complaints } = await stage.open();
    const result = await page.evaluate(
      (url) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('/test-worker.js');
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(url);
        }),
      `ws://localhost:${stage.demo.port}/general?token=demo-worker`,
    );
    expect(result).toEqual({
      states: ['connecting', 'connected', 'reconnecting', 'connected'],
      reconnections: 1,
    });
    expect(complaints).toEqual([]);
  });
});

// Checks that the guided tour runs to its end in a browser's console and in Node.
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { demonstrateResilientWebSocket, type DemonstrationSummary } from '../../demo/websocket-demo.js';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';

let fixture: DemoFixture;

beforeAll(async () => {
  fixture = await startDemoFixture();
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await fixture.reset();
});

afterAll(() => fixture.close());

function expectComplete(summary: DemonstrationSummary): void {
  expect(summary).toMatchObject({
    completed: true,
    states: ['connecting', 'connected', 'reconnecting', 'connected'],
    messagesReturned: [9001, 9002, 9003, 9004, 9005],
    queuedWhileDown: 2,
  });
  expect(summary.stats).toMatchObject({ totalConnections: 2, totalReconnections: 1, totalMessages: 5 });
  expect(summary.retryDelays).toHaveLength(1);
}

describe('demonstrateResilientWebSocket', () => {
  it("runs in the console of the demo page with the page's own server, whatever its port", async () => {
    const { page } = await fixture.open();
    expectComplete(await page.evaluate<DemonstrationSummary>('demonstrateResilientWebSocket()'));
  });

  it('runs in the console of the demo page with the URL that it is given', async () => {
    const { page } = await fixture.open();
    const url = `ws://localhost:${fixture.demo.port}/general?token=demo-tour`;
    expectComplete(
      await page.evaluate<DemonstrationSummary>(`demonstrateResilientWebSocket({ url: '${url}' })`),
    );
  });

  it('runs in Node with a WebSocket from the caller', async () => {
    vi.stubGlobal('WebSocket', WebSocket);
    const lines: string[] = [];
    const summary = await demonstrateResilientWebSocket({
      url: `ws://127.0.0.1:${fixture.demo.port}/general?token=demo-node`,
      log: (line) => lines.push(line),
    });
    expectComplete(summary);
    expect(lines.join('\n')).not.toContain('token');
  });

  it('resolves with completed: false and an explanation when there is no server', async () => {
    vi.stubGlobal('WebSocket', WebSocket);
    const lines: string[] = [];
    const summary = await demonstrateResilientWebSocket({
      url: 'ws://127.0.0.1:1/general',
      timeout: 1500,
      log: (line) => lines.push(line),
    });
    expect(summary.completed).toBe(false);
    expect(lines.join('\n')).toContain('npm run demo');
  });
});

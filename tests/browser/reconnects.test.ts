// Owns the check that ten thousand reconnections in one page leave nothing behind.
import { WebSocketServer } from 'ws';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './support/client_bundle.js';
import { launchBrowser } from './support/stage.js';

const warmUp = 1500;
const reconnections = 10_000;
/** Clients that share the work, each with a loopback address: Chromium opens one WebSocket an address at a time. */
const clients = 4;
/** Growth that counts as noise of the browser's own, bytes: 13 for each reconnection. */
const allowedGrowth = 131_072;

let browser: Browser;
const servers: WebSocketServer[] = [];
let port = 0;

/** Accepts everyone and sends them away at once with a code that is retried. */
async function serve(host: string): Promise<void> {
  const server = new WebSocketServer({ port, host, perMessageDeflate: false });
  servers.push(server);
  server.on('connection', (socket) => {
    socket.close(1011);
  });
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
}

beforeAll(async () => {
  browser = await launchBrowser();
  // The first finds a free port, the others take the same one on their own addresses.
  for (let i = 1; i <= clients; ++i) await serve(`127.0.0.${i}`);
});

afterAll(async () => {
  await browser.close();
  for (const server of servers) server.close();
});

// Chromium's own Runtime.queryObjects ends the page once it holds a WebAssembly module, so the page counts.
const source = `
  let live = 0;
  const registry = new FinalizationRegistry(() => { live -= 1; });
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parameters) {
      super(...parameters);
      live += 1;
      registry.register(this);
    }
  };
  globalThis.liveWebSockets = () => live;
  import ResilientWebSocket from '@advakod/resilient-websocket';
  const options = { reconnectDelay: 0, jitter: 0, maxReconnectAttempts: Infinity, logLevel: 'silent' };
  const clients = Array.from({ length: CLIENTS }, (_, i) => new ResilientWebSocket('ws://127.0.0.' + (i + 1) + ':PORT/', options));
  let opened = 0;
  let target = 0;
  let reached = () => {};
  for (const client of clients) {
    client.on('open', () => {
      opened += 1;
      if (opened < target) return;
      for (const each of clients) each.disconnect();
      reached(opened);
    });
  }
  globalThis.untilOpened = (count) => new Promise((resolve) => {
    target = count;
    reached = resolve;
    for (const client of clients) client.connect().catch(() => {});
  });
`;

/** WebSockets that a full collection of garbage has left. */
async function liveWebSockets(page: Page, session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return page.evaluate<number>('liveWebSockets()');
}

async function heapSize(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

describe('ten thousand reconnections in one page', () => {
  it('leave no WebSocket and no memory behind', { timeout: 300_000 }, async () => {
    const page = await (await browser.newContext()).newPage();
    const session = await page.context().newCDPSession(page);
    await page.addScriptTag({
      content: (await bundleScript(source)).replace('PORT', String(port)).replace('CLIENTS', String(clients)),
    });
    await page.evaluate(`untilOpened(${warmUp})`);
    await expect.poll(() => liveWebSockets(page, session), { timeout: 10_000 }).toBeLessThanOrEqual(clients);
    const before = await heapSize(session);
    const opened = await page.evaluate<number>(`untilOpened(${warmUp + reconnections})`);
    expect(opened).toBeGreaterThanOrEqual(warmUp + reconnections);
    await expect.poll(() => liveWebSockets(page, session), { timeout: 10_000 }).toBeLessThanOrEqual(clients);
    expect((await heapSize(session)) - before).toBeLessThan(allowedGrowth);
  });
});

// Owns the check that ten thousand reconnections in one page leave nothing behind.
import { WebSocketServer } from 'ws';
import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './support/client_bundle.js';
import { launchBrowser } from './support/stage.js';

const warmUp = 500;
const reconnections = 10_000;
/** Growth that counts as noise of the browser's own, bytes: 26 for each reconnection. */
const allowedGrowth = 262_144;

let browser: Browser;
let server: WebSocketServer;
let port: number;

beforeAll(async () => {
  browser = await launchBrowser();
  // Accepts everyone and sends them away at once with a code that is retried.
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket) => {
    socket.close(1011);
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(async () => {
  await browser.close();
  server.close();
});

const source = `
  import ResilientWebSocket from '@advakod/resilient-websocket';
  const options = { reconnectDelay: 0, jitter: 0, maxReconnectAttempts: Infinity, logLevel: 'silent' };
  const websocket = new ResilientWebSocket('ws://127.0.0.1:PORT/', options);
  let opened = 0;
  let target = 0;
  let reached = () => {};
  websocket.on('open', () => {
    opened += 1;
    if (opened < target) return;
    websocket.disconnect();
    reached(opened);
  });
  globalThis.untilOpened = (count) => new Promise((resolve) => {
    target = count;
    reached = resolve;
    websocket.connect().catch(() => {});
  });
`;

async function liveObjects(session: CDPSession, prototype: string): Promise<number> {
  const { result } = await session.send('Runtime.evaluate', { expression: prototype });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
  });
  const { result: count } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true,
  });
  await session.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return Number(count.value);
}

async function measure(session: CDPSession): Promise<{ webSockets: number; heap: number }> {
  await session.send('HeapProfiler.collectGarbage');
  const webSockets = await liveObjects(session, 'WebSocket.prototype');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return { webSockets, heap: usedSize };
}

describe('ten thousand reconnections in one page', () => {
  it('leave no WebSocket and no memory behind', { timeout: 300_000 }, async () => {
    const page = await (await browser.newContext()).newPage();
    const session = await page.context().newCDPSession(page);
    await page.addScriptTag({ content: (await bundleScript(source)).replace('PORT', String(port)) });
    await page.evaluate(`untilOpened(${warmUp})`);
    const before = await measure(session);
    const opened = await page.evaluate(`untilOpened(${warmUp + reconnections})`);
    const after = await measure(session);
    expect(opened).toBe(warmUp + reconnections);
    expect(before.webSockets).toBeLessThanOrEqual(1);
    expect(after.webSockets).toBeLessThanOrEqual(1);
    expect(after.heap - before.heap).toBeLessThan(allowedGrowth);
  });
});

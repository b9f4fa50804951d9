// Counts at the server the connections that mounted components make.
import { WebSocketServer } from 'ws';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from './support/demo_fixture.js';
import { preparePages, type OpenPage } from './support/component_pages.js';

let browser: Browser;
let openPage: OpenPage;
let server: WebSocketServer;
let accepted: string[] = [];

/** Calls a function of the page. */
function call(page: Page, name: 'show' | 'mountAndUnmount', ...args: unknown[]): Promise<void> {
  return page.evaluate(`${name}(...${JSON.stringify(args)})`);
}

async function open(): Promise<Page> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return openPage({ query: { url: `ws://127.0.0.1:${port}` } });
}

beforeAll(async () => {
  browser = await launchBrowser();
  openPage = await preparePages(browser, 'mounts_page.tsx');
});

beforeEach(async () => {
  accepted = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, { url = '' }) => {
    accepted.push(url.split('?')[0] ?? '');
    socket.send(
      JSON.stringify({ type: 'new_message', data: { id: 1, content: 'hello', role: 'assistant' } }),
    );
  });
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
});

afterEach(async () => {
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

afterAll(() => browser.close());

describe('components in StrictMode', () => {
  it('share one connection for each session', async () => {
    const page = await open();
    await call(page, 'show', 20, [1, 2, 3]);
    await page.locator('section[data-connected=true]').nth(59).waitFor();
    expect([...accepted].sort()).toEqual(['/session/1', '/session/2', '/session/3']);
    // Every component gets the messages.
    expect(await page.locator('section', { hasText: /^1/ }).count()).toBe(60);
    await page.close();
  });

  it('keep the connection while one of them is mounted, and close it within a second of the last unmount', async () => {
    const page = await open();
    await call(page, 'show', 20, [1]);
    await page.locator('section[data-connected=true]').nth(19).waitFor();
    await call(page, 'show', 1, [1]);
    await call(page, 'show', 20, [1]);
    await page.locator('section[data-connected=true]').nth(19).waitFor();
    expect(accepted).toEqual(['/session/1']);
    await call(page, 'show', 0, []);
    await vi.waitUntil(() => server.clients.size === 0, { timeout: 1000, interval: 20 });
    await page.close();
  });

  it('leave no connection at the server after a thousand mounts and unmounts', async () => {
    const page = await open();
    await call(page, 'mountAndUnmount', 1000);
    await vi.waitUntil(() => server.clients.size === 0, { timeout: 1000, interval: 20 });
    // The mounts follow each other faster than the grace time, so there is at most one connection.
    expect(accepted.length).toBeLessThanOrEqual(1);
    await call(page, 'show', 1, [1]);
    await page.locator('section[data-connected=true]').waitFor();
    expect(server.clients.size).toBe(1);
    await page.close();
  });
});

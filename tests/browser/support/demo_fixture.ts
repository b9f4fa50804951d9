// The fixture of tests of the demo: the demo on free ports, one Chromium, and pages whose errors are
// recorded.
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type ConsoleMessage, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { startDemo, type Demo } from '../../../demo/server/supervisor.js';
import { userIdFromToken } from '../../../demo/server/users.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface DemoFixture {
  readonly demo: Demo;
  readonly browser: Browser;
  /** Opens the demo's page in a new browser profile, by default as a new user. */
  readonly open: (query?: Readonly<Record<string, string>>) => Promise<DemoPage>;
  /** Closes all pages and ends all faults of the server; resolves when the server runs. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface DemoPage {
  readonly page: Page;
  readonly token: string;
  /**
   * Errors and warnings on the console, including violations of the content security policy, and uncaught
   * errors.
   */
  readonly errors: readonly string[];
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

export async function startDemoFixture(): Promise<DemoFixture> {
  const buildFolder = fileURLToPath(new URL('../../../build/demo', import.meta.url));
  const demo = await startDemo({ port: 0, pagePort: 0, buildFolder });
  const browser = await launchBrowser();
  let users = 0;
  return {
    demo,
    browser,
    open: async (query = {}) => {
      users += 1;
      const token = query['token'] ?? `demo-user${users}`;
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      const page = await context.newPage();
      const errors = recordErrors(page);
      const search = new URLSearchParams({ lang: 'en', jitter: '0', ...query, token });
      await page.goto(`${demo.url}?${search.toString()}`);
      return { page, token, errors };
    },
    reset: async () => {
      for (const context of browser.contexts()) await context.close();
      demo.control.run('heal');
      // A process takes its time to start on a busy machine.
      await vi.waitUntil(() => demo.control.status.phase === 'running', { timeout: 30_000 });
    },
    close: async () => {
      await browser.close();
      await demo.close();
    },
  };
}

function recordErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => {
    errors.push(error.message);
  });
  return errors;
}

/** The user's messages in the server's store, all sessions together. */
export function storedContents({ store }: Demo, token: string): string[] {
  const userId = userIdFromToken(token);
  if (userId === null) throw new RangeError(`not a token of the demo: ${token}`);
  return store
    .sessions(userId)
    .flatMap(({ id }) => store.messages(id))
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content);
}

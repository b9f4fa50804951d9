// Owns what every browser test stands on: the demo on free ports, one Chromium, pages that report.
// Refuses to know any test's subject.
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type ConsoleMessage, type Page } from 'playwright-core';
import { vi } from 'vitest';
import { startDemo, type Demo } from '../../../demo/server/supervisor.js';
import { userOfToken } from '../../../demo/server/users.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Stage {
  readonly demo: Demo;
  readonly browser: Browser;
  /** Opens the demo's page as a user of its own, in a browser profile of its own. */
  readonly open: (query?: Readonly<Record<string, string>>) => Promise<DemoPage>;
  /** Undoes what was done to the server and closes all pages; resolves when the server runs. */
  readonly clear: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface DemoPage {
  readonly page: Page;
  readonly token: string;
  /** Errors and warnings of the console, page errors and broken content rules, as they came. */
  readonly complaints: readonly string[];
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

export async function setStage(): Promise<Stage> {
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
      const complaints = listen(page);
      const search = new URLSearchParams({ lang: 'en', jitter: '0', ...query, token });
      await page.goto(`${demo.url}?${search.toString()}`);
      return { page, token, complaints };
    },
    clear: async () => {
      for (const context of browser.contexts()) await context.close();
      demo.control.run('heal');
      await vi.waitUntil(() => demo.control.status.phase === 'running');
    },
    close: async () => {
      await browser.close();
      await demo.close();
    },
  };
}

function listen(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => {
    complaints.push(error.message);
  });
  return complaints;
}

/** What the user has written, as the server's store has it, all sessions together. */
export function storedContents({ store }: Demo, token: string): string[] {
  const userId = userOfToken(token);
  if (userId === null) throw new RangeError(`not a token of the demo: ${token}`);
  return store
    .sessions(userId)
    .flatMap(({ id }) => store.messages(id))
    .filter(({ role }) => role === 'user')
    .map(({ content }) => content);
}

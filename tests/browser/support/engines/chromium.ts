// Debian's Chromium, driven by puppeteer-core over the DevTools protocol. The flags by which puppeteer
// prevents throttling of hidden pages are removed, so that pages are hidden and frozen as for users.
import puppeteer, { type BrowserContext, type CDPSession, type Page } from 'puppeteer-core';
import type { Engine, EnginePage } from './engine.js';
import { setHidden } from './tabs.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Intensive throttling (timers fire once a minute) begins after 10 s instead of the usual 5 minutes.
  '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10',
];

const removedFlags = [
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

export async function launchChromium(): Promise<Engine> {
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    // For one command, ms; some take minutes.
    protocolTimeout: 600_000,
    args: flags,
    ignoreDefaultArgs: removedFlags,
    acceptInsecureCerts: true,
  });
  return {
    name: 'chromium',
    version: (await browser.version()).replace(/^\D*/, ''),
    process: browser.process()?.pid ?? 0,
    open: async (url) => {
      // Each context has its own window, so that no page is hidden behind another.
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.goto(url);
      return createPage(context, page, await page.createCDPSession());
    },
    close: () => browser.close(),
  };
}

function createPage(context: BrowserContext, page: Page, session: CDPSession): EnginePage {
  return {
    evaluate: async <Result>(expression: string) => (await page.evaluate(expression)) as Result,
    visit: async (url) => {
      await page.goto(url);
    },
    back: async () => {
      await page.goBack();
    },
    close: () => context.close(),
    setHidden: (isHidden) => setHidden(page, isHidden),
    setOffline: (isOffline) => page.setOfflineMode(isOffline),
    setFrozen: async (isFrozen) => {
      await session.send('Page.setWebLifecycleState', { state: isFrozen ? 'frozen' : 'active' });
    },
    heapSize: async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    },
  };
}

// Owns Debian's Chromium as an engine, driven by puppeteer-core over the DevTools protocol.
// Refuses the flags by which drivers keep hidden pages awake: pages are to be hidden and frozen as they are for users.
import puppeteer, { type BrowserContext, type CDPSession, type Page } from 'puppeteer-core';
import type { Engine, EnginePage } from './engine.js';
import { setHidden } from './tabs.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Timers of a page hidden for 10 s fire once a minute; users have 5 minutes.
  '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/10',
];

const wakefulFlags = [
  '--disable-backgrounding-occluded-windows',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

export async function launchChromium(): Promise<Engine> {
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    // Of one command, ms; some wait for much.
    protocolTimeout: 600_000,
    args: flags,
    ignoreDefaultArgs: wakefulFlags,
    acceptInsecureCerts: true,
  });
  return {
    name: 'chromium',
    version: (await browser.version()).replace(/^\D*/, ''),
    process: browser.process()?.pid ?? 0,
    open: async (url) => {
      // A context is a window of its own: no page is hidden behind another.
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.goto(url);
      return pageOf(context, page, await page.createCDPSession());
    },
    close: () => browser.close(),
  };
}

function pageOf(context: BrowserContext, page: Page, session: CDPSession): EnginePage {
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

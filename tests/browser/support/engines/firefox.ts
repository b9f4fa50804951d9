// Owns Firefox ESR as an engine, driven by puppeteer-core over WebDriver BiDi.
// Refuses to know what is tested.
import puppeteer, { type Page } from 'puppeteer-core';
import type { Engine, EnginePage } from './engine.js';
import { setHidden } from './tabs.js';

export async function launchFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    // Of one command, ms; some wait for much.
    protocolTimeout: 600_000,
    acceptInsecureCerts: true,
  });
  return {
    name: 'firefox',
    version: (await browser.version()).replace(/^\D*/, ''),
    process: browser.process()?.pid ?? 0,
    open: async (url) => {
      // A window of its own: no page is hidden behind another.
      const page = await browser.newPage({ type: 'window' });
      await page.goto(url);
      return pageOf(page);
    },
    close: () => browser.close(),
  };
}

function pageOf(page: Page): EnginePage {
  return {
    evaluate: async <Result>(expression: string) => (await page.evaluate(expression)) as Result,
    visit: async (url) => {
      await page.goto(url);
    },
    back: async () => {
      await page.goBack();
    },
    close: () => page.close(),
    setHidden: (isHidden) => setHidden(page, isHidden),
  };
}

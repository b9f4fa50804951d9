// Firefox ESR, driven by puppeteer-core over WebDriver BiDi.
import puppeteer, { type Page } from 'puppeteer-core';
import type { Engine, EnginePage } from './engine.js';
import { setHidden } from './tabs.js';

export async function launchFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    // For one command, ms; some take minutes.
    protocolTimeout: 600_000,
    acceptInsecureCerts: true,
  });
  return {
    name: 'firefox',
    version: (await browser.version()).replace(/^\D*/, ''),
    process: browser.process()?.pid ?? 0,
    open: async (url) => {
      // Each page has its own window, so that no page is hidden behind another.
      const page = await browser.newPage({ type: 'window' });
      await page.goto(url);
      return createPage(page);
    },
    close: () => browser.close(),
  };
}

function createPage(page: Page): EnginePage {
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

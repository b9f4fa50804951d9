// Checks the status component in Chromium: screenshots of all appearances in build/screenshots/, contrasts,
// and styles that need a browser.
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { launchBrowser } from './support/demo_fixture.js';
import { preparePages, type OpenPage, type PageOptions } from './support/component_pages.js';

const folder = 'build/screenshots';
const axeSource = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let browser: Browser;
let openStatusPage: OpenPage;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  browser = await launchBrowser();
  openStatusPage = await preparePages(browser, 'status_page.tsx');
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

afterAll(() => browser.close());

async function show(options: PageOptions): Promise<Page> {
  const page = await openStatusPage(options);
  await page.locator('html[data-ready]').waitFor();
  return page;
}

/**
 * Violations that axe finds, contrasts included. It cannot compute the contrast of the compact form, whose
 * button covers the text; that is the contrast of text and surface, which the tests of styles.css compute.
 */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found = await page.evaluate<string[]>(`axe.run('main').then(({ violations, incomplete }) =>
    [...violations, ...incomplete.filter(({ id }) => id === 'color-contrast')].flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => [id, target, failureSummary].join(' '))))`);
  return found.filter((text) => !/rws-compact.*overlapped by another element/s.test(text));
}

/** Starts a server on this port; 0: a free one. */
async function startServer(port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return server;
}

async function stopServer(server: WebSocketServer): Promise<void> {
  for (const client of server.clients) client.terminate();
  await new Promise((resolve) => server.close(resolve));
}

async function style(page: Page, selector: string, property: string): Promise<string> {
  const script = `getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`;
  return page.evaluate<string>(script);
}

async function height(page: Page, selector: string): Promise<number> {
  return (await page.locator(selector).boundingBox())?.height ?? 0;
}

const variants = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    ['ru', 'en'].map((lang) => [width, colorScheme, lang] as const),
  ),
);

describe('the status component', () => {
  it.each(variants)(
    'is photographed at %i px, %s, %s, with AA contrasts',
    async (width, colorScheme, lang) => {
      const page = await show({ width, colorScheme, reducedMotion: 'reduce', query: { lang } });
      await page.screenshot({ path: `${folder}/status-${width}-${colorScheme}-${lang}.png`, fullPage: true });
      expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  it.each(['top-left', 'top-right', 'bottom-left', 'bottom-right'])(
    'floats %s, inside the window',
    async (place) => {
      for (const width of [390, 1280]) {
        const query = { case: 'panel-waiting', floating: place };
        const page = await show({ width, colorScheme: width === 390 ? 'dark' : 'light', query });
        await page.screenshot({ path: `${folder}/status-floating-${place}-${width}.png` });
        const box = await page.locator('.rws-status').boundingBox();
        const [top, left, right] = [box?.y ?? -1, box?.x ?? -1, (box?.x ?? 0) + (box?.width ?? 0)];
        expect([left >= 16, right <= width - 16]).toEqual([true, true]);
        expect(place.includes('top') ? top : Math.round(top + (box?.height ?? 0))).toBe(
          place.includes('top') ? 16 : 784,
        );
        expect(place.includes('left') ? left : right).toBe(place.includes('left') ? 16 : width - 16);
      }
    },
  );

  it('is photographed with forced colours, right to left, and with the style sheet that it adopts', async () => {
    const forced = await show({ forcedColors: 'active', colorScheme: 'dark' });
    await forced.screenshot({ path: `${folder}/status-forced-colors.png`, fullPage: true });
    const reversed = await show({ width: 390, attributes: 'dir="rtl"' });
    await reversed.screenshot({ path: `${folder}/status-rtl.png`, fullPage: true });
    expect(await reversed.evaluate('document.documentElement.scrollWidth')).toBe(390);
    const bare = await show({ around: null });
    await bare.screenshot({ path: `${folder}/status-adopted.png`, fullPage: true });
    expect(await bare.evaluate('document.adoptedStyleSheets.length')).toBe(1);
  });

  it('has the same height with and without the button, so that the layout does not move', async () => {
    const page = await show({});
    const [waiting, attempting] = [
      await height(page, '[data-case=panel-waiting] .rws-reconnect'),
      await height(page, '[data-case=panel-attempting] .rws-reconnect'),
    ];
    expect(waiting).toBe(attempting);
    expect(await height(page, '[data-case=compact-online] .rws-status')).toBe(
      await height(page, '[data-case=compact-offline] .rws-status'),
    );
  });

  it.each(['row', 'column'])(
    'is in its compact form no wider than its content, where it grows in a flex %s',
    async (direction) => {
      const query = { case: 'compact-online' };
      const width = async (page: Page): Promise<number> =>
        (await page.locator('.rws-compact').boundingBox())?.width ?? 0;
      const flex = `section { display: flex; flex-direction: ${direction} } .rws-status { flex: 1 1 0% }`;
      const growing = await show({ query, around: [flex, ''] });
      expect(await width(growing)).toBe(await width(await show({ query })));
    },
  );

  it('shows a focus ring', async () => {
    const page = await show({ query: { case: 'panel-failed' } });
    for (const name of ['close', 'button']) {
      await page.keyboard.press('Tab');
      expect(await style(page, `.rws-${name}:focus-visible`, 'outline-width')).toBe('2px');
    }
    await page.screenshot({ path: `${folder}/status-focus.png` });
    await page.locator('.rws-close').press('Enter');
    expect(await style(page, '.rws-compact:focus-visible', 'outline-style')).toBe('solid');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('.rws-panel:focus').count()).toBe(1);
  });

  it('animates its icon while connecting, except with prefers-reduced-motion', async () => {
    const icon = '[data-case=panel-waiting] .rws-icon-reconnecting > path';
    expect(await style(await show({}), icon, 'animation-name')).toBe('rws-turn');
    expect(await style(await show({ reducedMotion: 'reduce' }), icon, 'animation-name')).toBe('none');
  });

  it('follows the page’s colour scheme rather than the system’s', async () => {
    const [white, dark] = ['rgb(255, 255, 255)', 'rgb(23, 28, 35)'];
    const background = async (options: PageOptions): Promise<string> =>
      style(await show(options), '.rws-status', 'background-color');
    expect(await background({})).toBe(white);
    expect(await background({ colorScheme: 'dark' })).toBe(dark);
    expect(await background({ attributes: 'data-theme="dark"' })).toBe(dark);
    expect(await background({ colorScheme: 'dark', attributes: 'data-theme="light"' })).toBe(white);
    expect(await background({ around: [':root { --rws-color-scheme: dark }', ''] })).toBe(dark);
    expect(await background({ around: [':root { --rws-surface: #fefefe }', ''] })).toBe('rgb(254, 254, 254)');
  });

  it('is overridden by a class of the page, but not by a reset of all elements', async () => {
    const utilities = '.rws-status { padding: 33px; border-radius: 1px } .rws-button { color: rgb(1, 2, 3) }';
    const reset =
      '* { border: 0 solid; margin: 0; padding: 0 } button { padding: 0; font: inherit; color: inherit }';
    const page = await show({ query: { case: 'panel-failed' }, around: [utilities, reset] });
    expect(await style(page, '.rws-status', 'padding-top')).toBe('33px');
    expect(await style(page, '.rws-status', 'border-top-left-radius')).toBe('1px');
    expect(await style(page, '.rws-button', 'color')).toBe('rgb(1, 2, 3)');
    expect(await style(page, '.rws-button', 'padding-left')).toBe('12px');
    expect(await style(page, '.rws-status', 'border-top-width')).toBe('1px');
  });

  it('shows a real outage of a real client and its end', async () => {
    let server = await startServer(0);
    const { port } = server.address() as { port: number };
    const open = await preparePages(browser, 'status_page_client.tsx');
    const page = await open({ query: { port: String(port) } });
    const statusText = page.getByRole('status');
    await statusText.getByText('Онлайн').waitFor();
    await stopServer(server);
    await statusText.getByText('Переподключение...').waitFor();
    await page.getByText(/^Следующая попытка через \d с$/).waitFor();
    await page.getByText(/^Попытка 2\/10$/).waitFor();
    await page.screenshot({ path: `${folder}/status-real-outage.png` });
    server = await startServer(port);
    await page.getByRole('button', { name: 'Переподключить сейчас' }).click();
    await statusText.getByText('Подключено').waitFor();
    await statusText.getByText('Онлайн').waitFor();
    await stopServer(server);
  });
});

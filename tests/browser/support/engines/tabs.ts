// Owns the hiding of a page behind another tab of its window, for the engines that puppeteer-core drives.
// Refuses to believe that a page is hidden before the page says so.
import type { Page } from 'puppeteer-core';
import { vi } from 'vitest';

const covers = new WeakMap<Page, Page>();

// One at a time: a new tab opens in the window that was in front last.
let turn: Promise<void> = Promise.resolve();

/** A hidden page is still to be closed by its owner; so is the cover, with the page's window. */
export function setHidden(page: Page, isHidden: boolean): Promise<void> {
  const done = turn.then(() => (isHidden ? hide(page) : show(page)));
  turn = done.catch(() => undefined);
  return done;
}

async function hide(page: Page): Promise<void> {
  await page.bringToFront();
  const cover = await page.browserContext().newPage();
  covers.set(page, cover);
  await cover.bringToFront();
  await untilVisibilityIs(page, 'hidden');
}

async function show(page: Page): Promise<void> {
  await page.bringToFront();
  await covers.get(page)?.close();
  covers.delete(page);
  await untilVisibilityIs(page, 'visible');
}

async function untilVisibilityIs(page: Page, state: string): Promise<void> {
  const isSo = async (): Promise<boolean> => (await page.evaluate('document.visibilityState')) === state;
  await vi.waitUntil(isSo, { timeout: 10_000 });
}

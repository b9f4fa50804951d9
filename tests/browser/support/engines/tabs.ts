// Hides a page behind another tab of its window, for the engines that puppeteer-core drives, and waits until
// the page's visibilityState has changed.
import type { Page } from 'puppeteer-core';
import { vi } from 'vitest';

/** Longest time for a tab to open, and for a page to change its visibilityState, ms. */
const timeout = 15_000;

const covers = new WeakMap<Page, Page>();

/** The covering tab is closed when the page is shown again, or with the page's window. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  if (isHidden) {
    const cover = await openCover(page);
    covers.set(page, cover);
    await cover.bringToFront();
  } else {
    await page.bringToFront();
    await covers.get(page)?.close();
    covers.delete(page);
  }
  const state = isHidden ? 'hidden' : 'visible';
  const hasChanged = async (): Promise<boolean> =>
    (await page.evaluate('document.visibilityState')) === state;
  await vi.waitUntil(hasChanged, { timeout });
}

/** The page opens the tab itself: a tab that the driver opens may appear in another window. */
async function openCover(page: Page): Promise<Page> {
  let cover: Page | null = null;
  page.once('popup', (opened) => {
    cover = opened;
  });
  await page.evaluate(`void open('about:blank', '_blank', 'noopener')`);
  return vi.waitUntil(() => cover, { timeout });
}

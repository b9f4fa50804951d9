// Owns the hiding of a page behind another tab of its window, for the engines that puppeteer-core drives.
// Refuses to believe that a page is hidden before the page says so.
import type { Page } from 'puppeteer-core';
import { vi } from 'vitest';

/** Longest time that a tab may take to open, and a page to know that it is hidden or shown, ms. */
const patience = 15_000;

const covers = new WeakMap<Page, Page>();

/** A hidden page is still to be closed by its owner; so is the cover, with the page's window. */
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
  const isSo = async (): Promise<boolean> => (await page.evaluate('document.visibilityState')) === state;
  await vi.waitUntil(isSo, { timeout: patience });
}

/** The page opens it itself: a tab that the driver opens comes up in whichever window was in front last. */
async function openCover(page: Page): Promise<Page> {
  let cover: Page | null = null;
  page.once('popup', (opened) => {
    cover = opened;
  });
  await page.evaluate(`void open('about:blank', '_blank', 'noopener')`);
  return vi.waitUntil(() => cover, { timeout: patience });
}

// Owns the hiding of a page behind another tab of its window, for the engines that puppeteer-core drives.
import type { Page } from 'puppeteer-core';

const covers = new WeakMap<Page, Page>();

/** A hidden page is still to be closed by its owner; so is the cover, with the page's window. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  if (isHidden) {
    const cover = await page.browserContext().newPage();
    covers.set(page, cover);
    await cover.bringToFront();
    return;
  }
  await page.bringToFront();
  await covers.get(page)?.close();
  covers.delete(page);
}

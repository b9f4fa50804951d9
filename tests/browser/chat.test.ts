// Owns the check that the demo's chat works in a real browser while nothing is broken.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setStage, storedContents, type Stage } from './support/stage.js';
import { lastAnswer, ownMessages, press, untilReady, write } from './support/steps.js';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterEach(() => stage.clear());

afterAll(() => stage.close());

/** Has the page write down every length that the latest answer is shown with. */
async function recordGrowth(page: Page): Promise<void> {
  await page.evaluate(() => {
    const lengths: number[] = [];
    const note = (): void => {
      const bubbles = document.querySelectorAll<HTMLElement>('[data-role=assistant] .bubble');
      const length = bubbles[bubbles.length - 1]?.innerText.length ?? 0;
      if (length !== lengths.at(-1)) lengths.push(length);
    };
    const options = { childList: true, subtree: true, characterData: true };
    new MutationObserver(note).observe(document.body, options);
    Object.assign(globalThis, { lengths });
  });
}

function growth(page: Page): Promise<number[]> {
  return page.evaluate<number[]>('lengths');
}

describe('the chat of the demo', () => {
  it('shows an answer growing word by word to its end, with no complaint of the browser', async () => {
    const { page, complaints } = await stage.open();
    await untilReady(page);
    await recordGrowth(page);
    await write(page, 'hello there');
    await page.locator('[data-role=assistant][data-progress=complete]').waitFor();
    const lengths = await growth(page);
    expect(lengths.length).toBeGreaterThan(20);
    expect(lengths).toEqual([...lengths].sort((left, right) => left - right));
    expect(await ownMessages(page, 'echoed').allInnerTexts()).toEqual(['hello there']);
    expect(complaints).toEqual([]);
  });

  it('stops an answer when asked, and the server keeps what was written of it', async () => {
    const { page } = await stage.open();
    await untilReady(page);
    await write(page, 'count to 900');
    await page.locator('[data-progress=generating]').waitFor();
    await press(page, 'Stop the answer');
    await page.locator('[data-progress=stopped]').waitFor();
    const stopped = await lastAnswer(page).locator('.bubble').innerText();
    await page.reload();
    await page.locator('[data-progress=stopped]').waitFor();
    expect(await lastAnswer(page).locator('.bubble').innerText()).toBe(stopped);
  });

  it('shows a message in every tab of the same user, and in no tab of another', async () => {
    const first = await stage.open({ token: 'demo-twice' });
    const second = await stage.open({ token: 'demo-twice' });
    const stranger = await stage.open({ token: 'demo-stranger' });
    await Promise.all([first, second, stranger].map(({ page }) => untilReady(page)));
    await write(first.page, 'seen by both');
    await ownMessages(second.page, 'echoed').getByText('seen by both').waitFor();
    await write(stranger.page, 'seen by one');
    await ownMessages(stranger.page, 'echoed').getByText('seen by one').waitFor();
    expect(await ownMessages(second.page, 'echoed').allInnerTexts()).toEqual(['seen by both']);
  });

  it('keeps the messages of two sessions apart', async () => {
    const { page, token } = await stage.open();
    await untilReady(page);
    await write(page, 'in the first');
    await ownMessages(page, 'echoed').getByText('in the first').waitFor();
    await press(page, 'New chat');
    await page.locator('.starters').waitFor();
    await write(page, 'in the second');
    await ownMessages(page, 'echoed').getByText('in the second').waitFor();
    expect(await ownMessages(page, 'echoed').allInnerTexts()).toEqual(['in the second']);
    await press(page, /^in the first/);
    await ownMessages(page, 'echoed').getByText('in the first').waitFor();
    expect(storedContents(stage.demo, token).sort()).toEqual(['in the first', 'in the second']);
  });
});

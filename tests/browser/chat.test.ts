// Checks the demo's chat in a real browser without faults.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoFixture, storedContents, type DemoFixture } from './support/demo_fixture.js';
import { lastAnswer, userMessages, clickButton, waitUntilReady, writeMessage } from './support/demo_page.js';

let fixture: DemoFixture;

beforeAll(async () => {
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

/** Records every text length that the latest answer is shown with. */
async function recordLengths(page: Page): Promise<void> {
  await page.evaluate(() => {
    const lengths: number[] = [];
    const record = (): void => {
      const bubbles = document.querySelectorAll<HTMLElement>('[data-role=assistant] .bubble');
      const length = bubbles[bubbles.length - 1]?.innerText.length ?? 0;
      if (length !== lengths.at(-1)) lengths.push(length);
    };
    const options = { childList: true, subtree: true, characterData: true };
    new MutationObserver(record).observe(document.body, options);
    Object.assign(globalThis, { lengths });
  });
}

function readLengths(page: Page): Promise<number[]> {
  return page.evaluate<number[]>('lengths');
}

describe('the chat of the demo', () => {
  it('shows an answer as it grows to its end, without errors in the browser', async () => {
    const { page, errors } = await fixture.open();
    await waitUntilReady(page);
    await recordLengths(page);
    await writeMessage(page, 'hello there');
    await page.locator('[data-role=assistant][data-progress=complete]').waitFor();
    const lengths = await readLengths(page);
    expect(lengths.length).toBeGreaterThan(20);
    expect(lengths).toEqual([...lengths].sort((left, right) => left - right));
    expect(await userMessages(page, 'echoed').allInnerTexts()).toEqual(['hello there']);
    expect(errors).toEqual([]);
  });

  it('stops an answer on request, and the server keeps the part that was written', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await writeMessage(page, 'count to 900');
    await page.locator('[data-progress=generating]').waitFor();
    await clickButton(page, 'Stop the answer');
    await page.locator('[data-progress=stopped]').waitFor();
    const stopped = await lastAnswer(page).locator('.bubble').innerText();
    await page.reload();
    await page.locator('[data-progress=stopped]').waitFor();
    expect(await lastAnswer(page).locator('.bubble').innerText()).toBe(stopped);
  });

  it('shows a message in every tab of the same user and in no tab of another user', async () => {
    const first = await fixture.open({ token: 'demo-twice' });
    const second = await fixture.open({ token: 'demo-twice' });
    const otherUser = await fixture.open({ token: 'demo-other' });
    await Promise.all([first, second, otherUser].map(({ page }) => waitUntilReady(page)));
    await writeMessage(first.page, 'seen by both');
    await userMessages(second.page, 'echoed').getByText('seen by both').waitFor();
    await writeMessage(otherUser.page, 'seen by one');
    await userMessages(otherUser.page, 'echoed').getByText('seen by one').waitFor();
    expect(await userMessages(second.page, 'echoed').allInnerTexts()).toEqual(['seen by both']);
  });

  it('keeps the messages of two sessions apart', async () => {
    const { page, token } = await fixture.open();
    await waitUntilReady(page);
    await writeMessage(page, 'in the first');
    await userMessages(page, 'echoed').getByText('in the first').waitFor();
    await clickButton(page, 'New chat');
    await page.locator('.starters').waitFor();
    await writeMessage(page, 'in the second');
    await userMessages(page, 'echoed').getByText('in the second').waitFor();
    expect(await userMessages(page, 'echoed').allInnerTexts()).toEqual(['in the second']);
    await clickButton(page, /^in the first/);
    await userMessages(page, 'echoed').getByText('in the first').waitFor();
    expect(storedContents(fixture.demo, token).sort()).toEqual(['in the first', 'in the second']);
  });
});

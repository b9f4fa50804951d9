// Owns opening the pages of consumers in Chromium, and what a user of the chat sees there.
// Refuses to wait for a time: each step waits for what is seen.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { userIdFromToken } from '../../../demo/server/users.js';
import type { DemoFixture } from '../../browser/support/demo_fixture.js';

export const token = 'demo-package';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console and page errors, as they came. */
  readonly complaints: readonly string[];
}

/** Opens a page as somebody who has logged in before: with a token of the demo's in localStorage. */
export async function openPage({ browser }: DemoFixture, url: string): Promise<OpenPage> {
  const context = await browser.newContext();
  await context.addInitScript((stored) => {
    localStorage.setItem('token', stored);
  }, token);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(url);
  return { page, complaints };
}

/** The chat of consumers/chat: connects, tells so, gets back what is sent, and has the package's style. */
export async function expectWorkingChat(
  fixture: DemoFixture,
  address: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const session = fixture.demo.store.createSession(userIdFromToken(token) ?? 0);
  const search = new URLSearchParams({ session: String(session.id), ...parameters });
  const { page, complaints } = await openPage(fixture, `${address}?${search.toString()}`);
  await chat(page).catch((error: unknown) => {
    throw new Error(`The chat does not work; the console says: ${complaints.join('\n')}`, { cause: error });
  });
  expect(await isStyled(page)).toBe(true);
  expect(complaints).toEqual([]);
}

async function chat(page: Page): Promise<void> {
  await page.getByTestId('state').getByText('connected', { exact: true }).waitFor();
  await page.getByRole('status').getByText('Онлайн').waitFor();
  await page.getByRole('button', { name: 'Отправить' }).click();
  await page.getByRole('listitem').getByText('Привет!').waitFor();
}

/** Whether the status looks otherwise with the page's style sheets than without them. */
function isStyled(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const look = (): string => {
      const style = getComputedStyle(document.querySelector('.rws-status') ?? document.body);
      return `${style.display} ${style.color} ${style.fontSize} ${style.borderRadius}`;
    };
    const dressed = look();
    for (const sheet of document.styleSheets) sheet.disabled = true;
    return look() !== dressed;
  });
}

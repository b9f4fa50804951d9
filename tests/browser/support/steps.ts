// Owns what a user does and sees on the demo's page, in words the tests read well with.
// Refuses to wait for a time: each step waits for what is seen.
import type { Locator, Page } from 'playwright-core';
import type { ConnectionState } from '../../../web/types.js';

export async function untilState(page: Page, state: ConnectionState): Promise<void> {
  await page.locator(`[data-testid=state][data-state=${state}]`).waitFor();
}

/** Connected and with the session loaded, so that a message can be written. */
export async function untilReady(page: Page): Promise<void> {
  await untilState(page, 'connected');
  await page.locator('.session[aria-current=page]').waitFor();
}

export async function write(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^(Message|Сообщение)$/ }).fill(text);
  await page.keyboard.press('Enter');
}

/** The answer after the last message of the user. */
export function lastAnswer(page: Page): Locator {
  return page.locator('[data-testid=messages] > [data-role=assistant]').last();
}

export function ownMessages(page: Page, delivery: string): Locator {
  return page.locator(`[data-role=user]:has([data-delivery=${delivery}]) .bubble`);
}

export function logLine(page: Page, name: string, detail = ''): Locator {
  return page.locator('[data-testid=log] > li', { hasText: name }).filter({ hasText: detail });
}

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
}

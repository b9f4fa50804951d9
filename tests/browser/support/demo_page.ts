// What tests do and read on the demo's page. Waits are for visible changes, never for a fixed time.
import type { Locator, Page } from 'playwright-core';
import type { ConnectionState } from '../../../web/types.js';

export async function waitForState(page: Page, state: ConnectionState): Promise<void> {
  await page.locator(`[data-testid=state][data-state=${state}]`).waitFor();
}

/** Waits until the page is connected and its session is loaded, so that a message can be written. */
export async function waitUntilReady(page: Page): Promise<void> {
  await waitForState(page, 'connected');
  await page.locator('.session[aria-current=page]').waitFor();
}

export async function writeMessage(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: /^(Message|Сообщение)$/ }).fill(text);
  await page.keyboard.press('Enter');
}

/** The latest answer. */
export function lastAnswer(page: Page): Locator {
  return page.locator('[data-testid=messages] > [data-role=assistant]').last();
}

export function userMessages(page: Page, delivery: string): Locator {
  return page.locator(`[data-role=user]:has([data-delivery=${delivery}]) .bubble`);
}

export function logLine(page: Page, name: string, detail = ''): Locator {
  return page.locator('[data-testid=log] > li', { hasText: name }).filter({ hasText: detail });
}

export async function clickButton(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
}

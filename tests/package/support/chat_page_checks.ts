// Opens the pages of consumers in Chromium and checks that their chat works. Waits are for visible changes,
// never for a fixed time.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { userIdFromToken } from '../../../demo/server/users.js';
import type { DemoFixture } from '../../browser/support/demo_fixture.js';

export const token = 'demo-package';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings on the console, and uncaught errors. */
  readonly errors: readonly string[];
}

/** Opens a page with a token of the demo in localStorage. */
export async function openPage({ browser }: DemoFixture, url: string): Promise<OpenPage> {
  const context = await browser.newContext();
  await context.addInitScript((value) => {
    localStorage.setItem('token', value);
  }, token);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(url);
  return { page, errors };
}

/**
 * Checks the chat of consumers/chat: it connects, shows the state, gets its message back, and has the
 * package's style.
 */
export async function expectWorkingChat(
  fixture: DemoFixture,
  address: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<void> {
  const session = fixture.demo.store.createSession(userIdFromToken(token) ?? 0);
  const search = new URLSearchParams({ session: String(session.id), ...parameters });
  const { page, errors } = await openPage(fixture, `${address}?${search.toString()}`);
  await useChat(page).catch((error: unknown) => {
    throw new Error(`The useChat does not work; console: ${errors.join('\n')}`, { cause: error });
  });
  expect(await isStyled(page)).toBe(true);
  expect(errors).toEqual([]);
}

async function useChat(page: Page): Promise<void> {
  await page.getByTestId('state').getByText('connected', { exact: true }).waitFor();
  await page.getByRole('status').getByText('Онлайн').waitFor();
  await page.getByRole('button', { name: 'Отправить' }).click();
  await page.getByRole('listitem').getByText('Привет!').waitFor();
}

/** Whether the status component looks different without the style sheets. */
function isStyled(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const describeStyle = (): string => {
      const style = getComputedStyle(document.querySelector('.rws-status') ?? document.body);
      return `${style.display} ${style.color} ${style.fontSize} ${style.borderRadius}`;
    };
    const styled = describeStyle();
    for (const sheet of document.styleSheets) sheet.disabled = true;
    return describeStyle() !== styled;
  });
}

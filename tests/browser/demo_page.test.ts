// Checks what the page of the demo shows: the layout on each screen, and that no two parts contradict each
// other.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';
import {
  clickButton,
  lastAnswer,
  logLine,
  userMessages,
  waitForState,
  waitUntilReady,
  writeMessage,
} from './support/demo_page.js';

const laptop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const desktop = { width: 1920, height: 1080 };

let fixture: DemoFixture;

beforeAll(async () => {
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

function fact(page: Page, name: string): Promise<string> {
  return page.locator('.fact', { hasText: name }).locator('dd').innerText();
}

/** The distance from the top of the page to the lower end of an element, px. */
async function bottom(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not visible`);
  return box.y + box.height;
}

describe.each([laptop, phone, desktop])('the demo page with $width × $height', (size) => {
  it('begins with its name and one sentence that says what to try', async () => {
    const { page } = await fixture.open();
    await page.setViewportSize(size);
    await waitUntilReady(page);
    const heading = page.getByRole('heading', { level: 1 });
    expect(await heading.innerText()).toBe('Resilient WebSocket');
    expect(await heading.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    const sentence = page.locator('.intro');
    expect(await sentence.innerText()).toMatch(/^[^.]*“Kill the server”[^.]*\.$/);
    expect(await bottom(page, '.intro')).toBeLessThan(200);
    expect(await bottom(page, '.starters')).toBeLessThan(size.height);
  });

  it('has one status panel', async () => {
    const { page } = await fixture.open({ reconnectDelay: '30000' });
    await page.setViewportSize(size);
    await waitUntilReady(page);
    fixture.demo.control.run('kill');
    await waitForState(page, 'reconnecting');
    await page.locator('.rws-countdown').waitFor();
    expect(await page.locator('.rws-status:visible').count()).toBe(1);
  });

  it('keeps the buttons that break the server in place, whatever happens', async () => {
    const { page } = await fixture.open({ maxReconnectAttempts: '2', reconnectDelay: '1500' });
    await page.setViewportSize(size);
    await waitUntilReady(page);
    const button = page.getByRole('button', { name: /^Kill the server/ });
    const before = await button.boundingBox();
    const positions = [];
    fixture.demo.control.run('freeze', { seconds: 600 });
    await page.getByRole('button', { name: 'Thaw' }).waitFor();
    positions.push(await button.boundingBox());
    fixture.demo.control.run('kill', { seconds: 600 });
    await waitForState(page, 'reconnecting');
    for (const text of ['first', 'second', 'third']) await writeMessage(page, text);
    await page.locator('.rws-countdown').waitFor();
    positions.push(await button.boundingBox());
    await waitForState(page, 'failed');
    positions.push(await button.boundingBox());
    expect(positions).toEqual([before, before, before]);
  });
});

describe('the demo page', () => {
  it('shows every control of the server without scrolling on 1280 × 800', async () => {
    for (const lang of ['ru', 'en']) {
      const { page } = await fixture.open({ lang });
      await page.setViewportSize(laptop);
      await waitUntilReady(page);
      expect(await bottom(page, '.faults')).toBeLessThan(laptop.height);
      expect(await bottom(page, '.states')).toBeLessThan(laptop.height);
    }
  });

  it('does not become longer with the messages of the chat', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    const length = (): Promise<number> => page.evaluate('document.documentElement.scrollHeight');
    const before = await length();
    for (let count = 1; count <= 20; count += 1) await writeMessage(page, `count to ${count % 2}`);
    await expect.poll(() => userMessages(page, 'echoed').count(), { timeout: 20_000 }).toBe(20);
    // The statistics have got a second line.
    expect((await length()) - before).toBeLessThan(60);
  });

  it('never shows Connected beside an uptime of a connection that is lost', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await page.evaluate(() => {
      const contradictions: string[] = [];
      const read = (selector: string): string =>
        document.querySelector<HTMLElement>(selector)?.innerText ?? '';
      const check = (): void => {
        const state = read('[data-testid=state] .rws-state');
        const uptime = read('.fact:nth-child(3) dd');
        if ((state === 'Connected') !== (uptime !== '–')) contradictions.push(`${state}, ${uptime}`);
      };
      // At the end of the frame, after all changes of the same moment.
      new MutationObserver(() => requestAnimationFrame(() => setTimeout(check))).observe(document.body, {
        childList: true,
        subtree: true,
        characterData: true,
      });
      Object.assign(globalThis, { contradictions });
    });
    fixture.demo.control.run('kill', { seconds: 1 });
    await waitForState(page, 'reconnecting');
    await waitForState(page, 'connected');
    expect(await page.evaluate('contradictions')).toEqual([]);
  });

  it('shows the effect of refused handshakes at once', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await page.getByRole('switch', { name: /^Refuse handshakes/ }).click();
    await waitForState(page, 'reconnecting');
    await clickButton(page, 'End all faults');
    await waitForState(page, 'connected');
  });
});

describe('a message on the demo page', () => {
  it('that the client refuses is shown as not sent', async () => {
    const { page } = await fixture.open({ maxMessageSize: '200' });
    await waitUntilReady(page);
    await writeMessage(page, 'x'.repeat(300));
    await logLine(page, 'error', 'message_too_large').waitFor();
    expect(await page.locator('[data-role=user] .message-note').innerText()).toContain('not sent: too large');
    expect(await fact(page, 'Sent')).toBe('0');
  });

  it('that was sent to a server which never read it is shown as not confirmed', async () => {
    const { page } = await fixture.open({ closeGrace: '500', reconnectDelay: '100' });
    await waitUntilReady(page);
    fixture.demo.control.run('freeze');
    await page.getByRole('button', { name: 'Thaw' }).waitFor();
    await writeMessage(page, 'into the void');
    fixture.demo.control.run('kill', { seconds: 0 });
    await logLine(page, 'messageUnconfirmed', '№').waitFor();
    await waitForState(page, 'connected');
    expect(await page.locator('[data-role=user] .message-note').innerText()).toContain('not confirmed');
  });

  it('is counted as one, without the typing signals', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await page.getByRole('textbox', { name: 'Message' }).pressSequentially('hello', { delay: 20 });
    await page.keyboard.press('Enter');
    await userMessages(page, 'echoed').getByText('hello').waitFor();
    expect(await fact(page, 'Sent')).toBe('1');
  });

  it('ends the answer to the one before, and the page says so', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await writeMessage(page, 'count to 900');
    await page.locator('[data-progress=generating]').waitFor();
    await writeMessage(page, 'hello');
    const ended = page.locator('[data-progress=superseded]');
    await ended.waitFor();
    expect(await ended.locator('.message-note').innerText()).toBe('ended by your next message');
    await expect.poll(() => lastAnswer(page).getAttribute('data-progress')).toMatch(/generating|complete/);
  });
});

// Takes screenshots of the demo in every state, size, theme and language, in build/screenshots/, and checks
// that nothing is wider than the screen. Their appearance must be checked by people.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../web/types.js';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';
import {
  logLine,
  userMessages,
  clickButton,
  waitUntilReady,
  waitForState,
  writeMessage,
} from './support/demo_page.js';

const folder = 'build/screenshots';
const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 1920, height: 1080 },
];

let fixture: DemoFixture;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

async function waitForAnswer(page: Page): Promise<void> {
  await waitUntilReady(page);
  await writeMessage(page, 'Что будет, если убить сервер?');
  await page.locator('[data-role=assistant][data-progress=complete]').waitFor();
}

async function takeScreenshots(page: Page, state: ConnectionState, prefix = ''): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const language of ['ru', 'en'] as const) {
        await clickButton(page, language.toUpperCase());
        await page.evaluate('scrollTo(0, 0)');
        const path = `${folder}/${prefix}${state}-${size.width}-${colorScheme}-${language}.png`;
        await page.screenshot({ path, fullPage: true });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(size.width);
        expect(await page.locator('[data-testid=state]').getAttribute('data-state')).toBe(state);
      }
    }
  }
}

describe('the demo page', () => {
  it('is photographed while connected', async () => {
    const { page } = await fixture.open();
    await waitForAnswer(page);
    await logLine(page, 'message', 'session_update').first().waitFor();
    await takeScreenshots(page, 'connected');
  });

  it('is photographed while reconnecting, with a countdown and a queue', async () => {
    const { page } = await fixture.open({ reconnectDelay: '4000', maxReconnectDelay: '120000' });
    await waitForAnswer(page);
    await writeMessage(page, 'Посчитай до 900');
    await page.locator('[data-progress=generating]').waitFor();
    fixture.demo.control.run('kill');
    await waitForState(page, 'reconnecting');
    const written = [
      'Вы меня слышите?',
      'Я подожду.',
      'Сообщение подлиннее: оно не помещается в одну строку очереди.',
    ];
    for (const text of written) await writeMessage(page, text);
    await expect.poll(() => userMessages(page, 'queued').count()).toBe(written.length);
    await logLine(page, 'reconnectScheduled', '#3').waitFor();
    await page.locator('.card .rws-countdown').waitFor();
    await takeScreenshots(page, 'reconnecting');
  });

  it('is photographed in the state failed', async () => {
    const { page } = await fixture.open();
    await waitForAnswer(page);
    fixture.demo.control.run('close', { code: 1008, reason: 'token expired' });
    await waitForState(page, 'failed');
    await takeScreenshots(page, 'failed');
  });

  it('is photographed in the state disconnected', async () => {
    const { page } = await fixture.open();
    await waitForAnswer(page);
    fixture.demo.control.run('close', { code: 1000, reason: 'bye' });
    await waitForState(page, 'disconnected');
    await takeScreenshots(page, 'disconnected');
  });

  it('is photographed with a session, after faults and during one', async () => {
    const { page } = await fixture.open({ session: 'on', reconnectDelay: '30000', jitter: '0' });
    await waitForAnswer(page);
    await writeMessage(page, 'Коды закрытия');
    fixture.demo.control.run('reset');
    await waitForState(page, 'reconnecting');
    await clickButton(page, /^Reconnect now$/);
    await logLine(page, 'sessionResumed').waitFor();
    await expect
      .poll(() => page.locator('[data-testid=counts] dd').allInnerTexts())
      .toEqual(['2', '2', '2', '0']);
    await takeScreenshots(page, 'connected', 'session-');
    fixture.demo.control.run('freeze');
    await writeMessage(page, 'Вы меня слышите?');
    await writeMessage(page, 'Я подожду.');
    await page.locator('.rws-status', { hasText: /(wait for confirmation|ждут подтверждения)/ }).waitFor();
    await waitForState(page, 'reconnecting');
    await takeScreenshots(page, 'reconnecting', 'session-');
  });

  it('is photographed without a session, with an unconfirmed message', async () => {
    const { page } = await fixture.open({ closeGrace: '500', reconnectDelay: '100' });
    await waitForAnswer(page);
    fixture.demo.control.run('freeze');
    await page.getByRole('button', { name: 'Thaw' }).waitFor();
    await writeMessage(page, 'Вы меня слышите?');
    fixture.demo.control.run('kill', { seconds: 0 });
    await logLine(page, 'messageUnconfirmed').waitFor();
    await waitForState(page, 'connected');
    await takeScreenshots(page, 'connected', 'unconfirmed-');
  });

  it('is photographed while connecting to a server that does not answer', async () => {
    fixture.demo.control.run('freeze');
    const { page } = await fixture.open({ connectionTimeout: '60000' });
    await waitForState(page, 'connecting');
    await takeScreenshots(page, 'connecting');
  });
});

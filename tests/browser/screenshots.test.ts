// Owns the pictures of the demo in every state, size, theme and language, in build/screenshots/.
// What they look like is for people; that nothing is wider than the screen is checked here.
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../web/types.js';
import { setStage, type Stage } from './support/stage.js';
import { logLine, ownMessages, press, untilReady, untilState, write } from './support/steps.js';

const folder = 'build/screenshots';
const sizes = [
  { width: 1280, height: 860 },
  { width: 390, height: 844 },
];

let stage: Stage;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  stage = await setStage();
});

afterEach(() => stage.clear());

afterAll(() => stage.close());

async function converse(page: Page): Promise<void> {
  await untilReady(page);
  await write(page, 'Что будет, если убить сервер?');
  await page.locator('[data-role=assistant][data-progress=complete]').waitFor();
}

async function photograph(page: Page, state: ConnectionState): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const language of ['ru', 'en'] as const) {
        await press(page, language.toUpperCase());
        await page.evaluate('scrollTo(0, 0)');
        const path = `${folder}/${state}-${size.width}-${colorScheme}-${language}.png`;
        await page.screenshot({ path, fullPage: true });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(size.width);
        expect(await page.locator('[data-testid=state]').getAttribute('data-state')).toBe(state);
      }
    }
  }
}

describe('the demo page', () => {
  it('is pictured connected', async () => {
    const { page } = await stage.open();
    await converse(page);
    await logLine(page, 'message', 'session_update').first().waitFor();
    await photograph(page, 'connected');
  });

  it('is pictured reconnecting, with a countdown and a queue', async () => {
    const { page } = await stage.open({ reconnectDelay: '4000', maxReconnectDelay: '120000' });
    await converse(page);
    await write(page, 'Посчитай до 900');
    await page.locator('[data-progress=generating]').waitFor();
    stage.demo.control.run('kill');
    await untilState(page, 'reconnecting');
    const written = [
      'Вы меня слышите?',
      'Я подожду.',
      'Сообщение подлиннее: оно не помещается в одну строку очереди.',
    ];
    for (const text of written) await write(page, text);
    await expect.poll(() => ownMessages(page, 'queued').count()).toBe(written.length);
    await logLine(page, 'reconnectScheduled', '#3').waitFor();
    await page.locator('.card .rws-countdown').waitFor();
    await photograph(page, 'reconnecting');
  });

  it('is pictured failed', async () => {
    const { page } = await stage.open();
    await converse(page);
    stage.demo.control.run('close', { code: 1008, reason: 'token expired' });
    await untilState(page, 'failed');
    await photograph(page, 'failed');
  });

  it('is pictured disconnected', async () => {
    const { page } = await stage.open();
    await converse(page);
    stage.demo.control.run('close', { code: 1000, reason: 'bye' });
    await untilState(page, 'disconnected');
    await photograph(page, 'disconnected');
  });

  it('is pictured connecting to a server that does not answer', async () => {
    stage.demo.control.run('freeze');
    const { page } = await stage.open({ connectionTimeout: '60000' });
    await untilState(page, 'connecting');
    await photograph(page, 'connecting');
  });
});

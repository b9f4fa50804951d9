// Checks the demo's switch "Session": with it every message arrives once and in order, whatever is broken; without it
// the counts differ.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ControlBody } from '../../demo/server/control.js';
import { startDemoFixture, storedContents, type DemoFixture } from './support/demo_fixture.js';
import { logLine, userMessages, waitForState, waitUntilReady, writeMessage } from './support/demo_page.js';

let fixture: DemoFixture;

beforeAll(async () => {
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

/** The four counts of the panel: sent, confirmed, on the server, unconfirmed. */
async function counts(page: Page): Promise<number[]> {
  const texts = await page.locator('[data-testid=counts] dd').allInnerTexts();
  return texts.map(Number);
}

const session = { session: 'on', reconnectDelay: '200', closeGrace: '500' };

const faults: [name: string, action: string, body: ControlBody, endsBy: string | null][] = [
  ['a kill of the server process', 'kill', { seconds: 1 }, null],
  ['a kill that is ended by hand', 'kill', {}, 'start'],
  ['a frozen server', 'freeze', { seconds: 7 }, null],
  ['a TCP reset', 'reset', {}, null],
  ['a close with 1011', 'close', { code: 1011 }, null],
  ['a close with an application code', 'close', { code: 4000 }, null],
  ['unanswered pings', 'faults', { mutePings: true }, 'heal'],
  ['refused handshakes', 'faults', { refuseHandshakes: true }, 'heal'],
  ['delayed replies', 'faults', { latency: 1500 }, null],
];

describe('with a session', () => {
  it.each(faults)(
    'every message arrives once and in order through %s',
    async (_name, action, body, endsBy) => {
      const { page, token } = await fixture.open(session);
      await waitUntilReady(page);
      const written: string[] = [];
      const write = async (count: number): Promise<void> => {
        for (let index = 0; index < count; index += 1) {
          written.push(`message ${written.length + 1}`);
          await writeMessage(page, written.at(-1) ?? '');
        }
      };
      await write(2);
      fixture.demo.control.run(action, body);
      await write(4);
      await page.waitForTimeout(500);
      if (endsBy !== null) {
        await page.waitForTimeout(5500);
        fixture.demo.control.run(endsBy);
      }
      await write(2);
      await expect.poll(() => counts(page), { timeout: 40_000 }).toEqual([8, 8, 8, 0]);
      expect(storedContents(fixture.demo, token)).toEqual(written);
      expect(await userMessages(page, 'echoed').allInnerTexts()).toEqual(written);
      expect(await logLine(page, 'sessionLost').count()).toBe(0);
      await waitForState(page, 'connected');
    },
  );

  it('messages that a killed server has read, and not handled, are handled once', async () => {
    const { page, token } = await fixture.open(session);
    await waitUntilReady(page);
    for (let round = 0; round < 4; round += 1) {
      for (let index = 0; index < 5; index += 1) await writeMessage(page, `${round} ${index}`);
      fixture.demo.control.run('kill', { seconds: 0 });
      await logLine(page, 'sessionResumed').nth(round).waitFor();
      await waitForState(page, 'connected');
    }
    await expect.poll(() => counts(page), { timeout: 40_000 }).toEqual([20, 20, 20, 0]);
    const written = [0, 1, 2, 3].flatMap((round) => [0, 1, 2, 3, 4].map((index) => `${round} ${index}`));
    expect(storedContents(fixture.demo, token)).toEqual(written);
  });

  it('an answer goes on after a connection was cut', async () => {
    const { page } = await fixture.open(session);
    await waitUntilReady(page);
    await writeMessage(page, 'count to 60');
    await page.locator('[data-progress=generating]').waitFor();
    fixture.demo.control.run('reset');
    await page.locator('[data-role=assistant][data-progress=complete]', { hasText: '59 60' }).waitFor();
    expect(await logLine(page, 'sessionResumed').count()).toBe(1);
  });

  it('the status says how many messages wait for confirmation', async () => {
    const { page } = await fixture.open({ ...session, reconnectDelay: '30000' });
    await waitUntilReady(page);
    fixture.demo.control.run('freeze');
    await page.getByRole('button', { name: 'Thaw' }).waitFor();
    await writeMessage(page, 'one');
    await writeMessage(page, 'two');
    await page.locator('.rws-status', { hasText: / messages wait for confirmation/ }).waitFor();
    fixture.demo.control.run('heal');
    await expect
      .poll(() => page.locator('.rws-status').innerText(), { timeout: 20_000 })
      .not.toContain('confirmation');
  });
});

describe('without a session', () => {
  it('a message that a server never read counts as sent and as unconfirmed', async () => {
    const { page } = await fixture.open({ closeGrace: '500', reconnectDelay: '100' });
    await waitUntilReady(page);
    await writeMessage(page, 'arrives');
    await expect.poll(() => counts(page)).toEqual([1, 1, 1, 0]);
    fixture.demo.control.run('freeze');
    await page.getByRole('button', { name: 'Thaw' }).waitFor();
    await writeMessage(page, 'into the void');
    fixture.demo.control.run('kill', { seconds: 0 });
    await expect.poll(() => counts(page), { timeout: 20_000 }).toEqual([2, 1, 1, 1]);
  });
});

describe('the switch', () => {
  it('opens a connection of the other kind, and the counts begin anew', async () => {
    const { page } = await fixture.open();
    await waitUntilReady(page);
    await writeMessage(page, 'plain');
    await expect.poll(() => counts(page)).toEqual([1, 1, 1, 0]);
    const choice = page.getByRole('switch', { name: /^Session/ });
    expect(await choice.isChecked()).toBe(false);
    await choice.click();
    await waitForState(page, 'connected');
    expect(await counts(page)).toEqual([0, 0, 0, 0]);
    const hasSession = (): Promise<boolean> => page.evaluate('websocket.getStatus().session !== null');
    await vi.waitUntil(hasSession, { timeout: 20_000 });
    await writeMessage(page, 'in a session');
    await expect.poll(() => counts(page)).toEqual([1, 1, 1, 0]);
    await choice.click();
    await vi.waitUntil(async () => !(await hasSession()), { timeout: 20_000 });
    await waitForState(page, 'connected');
    expect(await userMessages(page, 'echoed').allInnerTexts()).toEqual(['plain', 'in a session']);
  });
});

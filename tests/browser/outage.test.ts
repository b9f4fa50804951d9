// Checks real outages of the demo: a killed server, a reset connection, a frozen server.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoFixture, storedContents, type DemoFixture } from './support/demo_fixture.js';
import {
  lastAnswer,
  logLine,
  userMessages,
  waitUntilReady,
  waitForState,
  writeMessage,
} from './support/demo_page.js';

let fixture: DemoFixture;

beforeAll(async () => {
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

const quick = { reconnectDelay: '100', maxReconnectDelay: '400', maxReconnectAttempts: 'Infinity' };

describe('an outage of the server', () => {
  it('loses and repeats no message that was written while the server was down, and keeps the order', async () => {
    const { page, token } = await fixture.open(quick);
    await waitUntilReady(page);
    await writeMessage(page, 'count to 900');
    await page.locator('[data-progress=generating]').waitFor();
    fixture.demo.control.run('kill');
    await waitForState(page, 'reconnecting');
    const written = ['first', 'second', 'third', 'fourth', 'fifth'];
    for (const text of written) await writeMessage(page, text);
    await expect.poll(() => userMessages(page, 'queued').allInnerTexts()).toEqual(written);
    // Several attempts have failed at the closed port before the server starts again.
    await logLine(page, 'reconnectScheduled', '#3').waitFor();
    expect(storedContents(fixture.demo, token)).toEqual(['count to 900']);
    fixture.demo.control.run('start');
    await expect
      .poll(() => userMessages(page, 'echoed').allInnerTexts(), { timeout: 10_000 })
      .toEqual(['count to 900', ...written]);
    expect(storedContents(fixture.demo, token)).toEqual(['count to 900', ...written]);
    await page.locator('[data-progress=interrupted]').waitFor();
  });

  it('by a TCP reset during an answer is followed by a reconnect, and the answer goes on', async () => {
    const { page } = await fixture.open(quick);
    await waitUntilReady(page);
    await writeMessage(page, 'tell me about the codes');
    await page.locator('[data-progress=generating]').waitFor();
    fixture.demo.control.run('reset');
    await logLine(page, 'close', '1006').waitFor();
    await waitForState(page, 'connected');
    await page.locator('[data-progress=complete][data-role=assistant]').waitFor();
    expect(await lastAnswer(page).locator('.bubble').innerText()).toMatch(/tries again\.$/);
  });

  it('by freezing its process is noticed, and the client reconnects when it continues', async () => {
    const { page, token } = await fixture.open({
      ...quick,
      pingInterval: '500',
      pongTimeout: '500',
      connectionTimeout: '1000',
      closeGrace: '1000',
    });
    await waitUntilReady(page);
    fixture.demo.control.run('freeze');
    await logLine(page, 'close', 'Pong timeout').waitFor();
    await waitForState(page, 'reconnecting');
    await writeMessage(page, 'written while frozen');
    fixture.demo.control.run('thaw');
    await waitForState(page, 'connected');
    await userMessages(page, 'echoed').getByText('written while frozen').waitFor();
    expect(storedContents(fixture.demo, token)).toEqual(['written while frozen']);
  });

  it('is assumed when the server leaves pings unanswered', async () => {
    const { page } = await fixture.open({ ...quick, pingInterval: '500', pongTimeout: '500' });
    await waitUntilReady(page);
    fixture.demo.control.run('faults', { mutePings: true });
    await logLine(page, 'close', 'Pong timeout').waitFor();
    fixture.demo.control.run('heal');
    await waitForState(page, 'connected');
  });

  it('is not assumed for slow replies, whose latency is shown as round-trip time', async () => {
    const { page } = await fixture.open({ pingInterval: '200', pongTimeout: '3000' });
    await waitUntilReady(page);
    fixture.demo.control.run('faults', { latency: 300 });
    const shown = page.locator('.fact', { hasText: 'Ping' }).locator('dd');
    await expect
      .poll(async () => Number.parseFloat(await shown.innerText()), { timeout: 10_000 })
      .toBeGreaterThanOrEqual(295);
  });
});

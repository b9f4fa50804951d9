// Owns the check that real outages end well: a killed server, a reset connection, a frozen peer.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setStage, storedContents, type Stage } from './support/stage.js';
import { lastAnswer, logLine, ownMessages, untilReady, untilState, write } from './support/steps.js';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterEach(() => stage.clear());

afterAll(() => stage.close());

const quick = { reconnectDelay: '100', maxReconnectDelay: '400', maxReconnectAttempts: 'Infinity' };

describe('an outage of the server', () => {
  it('loses nothing written while the server is dead, repeats nothing and keeps the order', async () => {
    const { page, token } = await stage.open(quick);
    await untilReady(page);
    await write(page, 'count to 900');
    await page.locator('[data-progress=generating]').waitFor();
    stage.demo.control.run('kill');
    await untilState(page, 'reconnecting');
    const written = ['first', 'second', 'third', 'fourth', 'fifth'];
    for (const text of written) await write(page, text);
    await expect.poll(() => ownMessages(page, 'queued').allInnerTexts()).toEqual(written);
    // More than one attempt has met a closed port before the server returns.
    await logLine(page, 'reconnectScheduled', '#3').waitFor();
    expect(storedContents(stage.demo, token)).toEqual(['count to 900']);
    stage.demo.control.run('start');
    await expect
      .poll(() => ownMessages(page, 'echoed').allInnerTexts(), { timeout: 10_000 })
      .toEqual(['count to 900', ...written]);
    expect(storedContents(stage.demo, token)).toEqual(['count to 900', ...written]);
    await page.locator('[data-progress=interrupted]').waitFor();
  });

  it('returns after a TCP reset in the middle of an answer, and the answer goes on', async () => {
    const { page } = await stage.open(quick);
    await untilReady(page);
    await write(page, 'tell me about the codes');
    await page.locator('[data-progress=generating]').waitFor();
    stage.demo.control.run('reset');
    await logLine(page, 'close', '1006').waitFor();
    await untilState(page, 'connected');
    await page.locator('[data-progress=complete][data-role=assistant]').waitFor();
    expect(await lastAnswer(page).locator('.bubble').innerText()).toMatch(/tries again\.$/);
  });

  it('notices a peer that is silent while TCP is up, and returns when it wakes', async () => {
    const { page, token } = await stage.open({
      ...quick,
      pingInterval: '500',
      pongTimeout: '500',
      connectionTimeout: '1000',
      closeGrace: '1000',
    });
    await untilReady(page);
    stage.demo.control.run('freeze');
    await logLine(page, 'close', 'Pong timeout').waitFor();
    await untilState(page, 'reconnecting');
    await write(page, 'written into the silence');
    stage.demo.control.run('thaw');
    await untilState(page, 'connected');
    await ownMessages(page, 'echoed').getByText('written into the silence').waitFor();
    expect(storedContents(stage.demo, token)).toEqual(['written into the silence']);
  });

  it('notices a server that leaves its pings unanswered', async () => {
    const { page } = await stage.open({ ...quick, pingInterval: '500', pongTimeout: '500' });
    await untilReady(page);
    stage.demo.control.run('faults', { mutePings: true });
    await logLine(page, 'close', 'Pong timeout').waitFor();
    stage.demo.control.run('heal');
    await untilState(page, 'connected');
  });

  it('shows the delay of the replies as round-trip time', async () => {
    const { page } = await stage.open({ pingInterval: '200', pongTimeout: '3000' });
    await untilReady(page);
    stage.demo.control.run('faults', { latency: 300 });
    const shown = page.locator('.fact', { hasText: 'Ping' }).locator('dd');
    await expect
      .poll(async () => Number.parseFloat(await shown.innerText()), { timeout: 10_000 })
      .toBeGreaterThanOrEqual(295);
  });
});

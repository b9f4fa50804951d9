// Checks the state of the client after each kind of close and refused handshake by the server.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';
import {
  logLine,
  userMessages,
  clickButton,
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

const quick = { reconnectDelay: '100', maxReconnectDelay: '100' };

describe('a close by the server', () => {
  it.each([
    { code: 1000, state: 'disconnected' },
    { code: 1003, state: 'failed' },
    { code: 1008, state: 'failed' },
  ] as const)('with $code ends in $state, and the user can connect again', async ({ code, state }) => {
    const { page } = await fixture.open(quick);
    await waitUntilReady(page);
    fixture.demo.control.run('close', { code, reason: 'go' });
    await waitForState(page, state);
    expect(await logLine(page, 'close').first().innerText()).toContain(`${code} · go · clean · final`);
    expect(await logLine(page, 'reconnectScheduled').count()).toBe(0);
    await clickButton(page, 'Reconnect');
    await waitForState(page, 'connected');
  });

  it.each([1001, 1011, 4000])('with %d is followed by a reconnect', async (code) => {
    const { page } = await fixture.open(quick);
    await waitUntilReady(page);
    fixture.demo.control.run('close', { code, reason: '' });
    await logLine(page, 'close', `${code} · clean · retry`).waitFor();
    await waitForState(page, 'connected');
  });

  it('with 1012 and a retryAfterMs hint is followed by at least that delay', async () => {
    const { page } = await fixture.open(quick);
    await waitUntilReady(page);
    fixture.demo.control.run('close', { code: 1012, reason: '{"retryAfterMs":700}' });
    const scheduled = logLine(page, 'reconnectScheduled').first();
    await scheduled.waitFor();
    const wait = Number(/#1 · (\d+) ms/.exec(await scheduled.innerText())?.[1]);
    expect(wait).toBeGreaterThanOrEqual(700);
    await waitForState(page, 'connected');
  });
});

describe('a refused handshake', () => {
  it('because of an invalid token is retried, reports authRecoveryNeeded after three, and ends in failed', async () => {
    const { page } = await fixture.open({ ...quick, token: 'expired', maxReconnectAttempts: '4' });
    await logLine(page, 'authRecoveryNeeded').first().waitFor();
    await waitForState(page, 'failed');
    expect(await logLine(page, 'close', '1006').count()).toBe(5);
    expect(await logLine(page, 'maxReconnectAttemptsReached').count()).toBe(1);
  });

  it('during an outage keeps the queue until the server accepts the user again', async () => {
    const { page } = await fixture.open({ ...quick, maxReconnectAttempts: 'Infinity' });
    await waitUntilReady(page);
    fixture.demo.control.run('faults', { refuseHandshakes: true });
    fixture.demo.control.run('reset');
    await waitForState(page, 'reconnecting');
    await writeMessage(page, 'waiting');
    await logLine(page, 'authRecoveryNeeded').first().waitFor();
    expect(await userMessages(page, 'queued').allInnerTexts()).toEqual(['waiting']);
    fixture.demo.control.run('heal');
    await userMessages(page, 'echoed').getByText('waiting').waitFor();
  });
});

describe('the user', () => {
  it('disconnects with code 1000, sees queued messages as dropped, and can send them again', async () => {
    const { page } = await fixture.open({ reconnectDelay: '30000' });
    await waitUntilReady(page);
    fixture.demo.control.run('faults', { refuseHandshakes: true });
    fixture.demo.control.run('reset');
    await waitForState(page, 'reconnecting');
    await writeMessage(page, 'too late');
    await userMessages(page, 'queued').getByText('too late').waitFor();
    await clickButton(page, 'Disconnect');
    await waitForState(page, 'disconnected');
    await userMessages(page, 'dropped').getByText('too late').waitFor();
    expect(await logLine(page, 'messageDropped', 'disconnected').count()).toBe(1);
    fixture.demo.control.run('heal');
    await clickButton(page, 'Reconnect');
    await waitForState(page, 'connected');
    await clickButton(page, 'Send again');
    await userMessages(page, 'echoed').getByText('too late').waitFor();
  });
});

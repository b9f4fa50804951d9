// Owns the check that each way a server can send the client off ends in the state it must.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setStage, type Stage } from './support/stage.js';
import { logLine, ownMessages, press, untilReady, untilState, write } from './support/steps.js';

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterEach(() => stage.clear());

afterAll(() => stage.close());

const quick = { reconnectDelay: '100', maxReconnectDelay: '100' };

describe('a close by the server', () => {
  it.each([
    { code: 1000, state: 'disconnected' },
    { code: 1003, state: 'failed' },
    { code: 1008, state: 'failed' },
  ] as const)('with $code ends in $state, and the user can connect again', async ({ code, state }) => {
    const { page } = await stage.open(quick);
    await untilReady(page);
    stage.demo.control.run('close', { code, reason: 'go' });
    await untilState(page, state);
    expect(await logLine(page, 'close').first().innerText()).toContain(`${code} · go · clean · final`);
    expect(await logLine(page, 'reconnectScheduled').count()).toBe(0);
    await press(page, 'Reconnect');
    await untilState(page, 'connected');
  });

  it.each([1001, 1011, 4000])('with %d is followed by a reconnection', async (code) => {
    const { page } = await stage.open(quick);
    await untilReady(page);
    stage.demo.control.run('close', { code, reason: '' });
    await logLine(page, 'close', `${code} · clean · retry`).waitFor();
    await untilState(page, 'connected');
  });

  it('with 1012 and a hint waits at least as long as the server asked for', async () => {
    const { page } = await stage.open(quick);
    await untilReady(page);
    stage.demo.control.run('close', { code: 1012, reason: '{"retryAfterMs":700}' });
    const scheduled = logLine(page, 'reconnectScheduled').first();
    await scheduled.waitFor();
    const wait = Number(/#1 · (\d+) ms/.exec(await scheduled.innerText())?.[1]);
    expect(wait).toBeGreaterThanOrEqual(700);
    await untilState(page, 'connected');
  });
});

describe('a refused handshake', () => {
  it('of a bad token is retried, asks for a new token after three, and ends in failed', async () => {
    const { page } = await stage.open({ ...quick, token: 'expired', maxReconnectAttempts: '4' });
    await logLine(page, 'authRecoveryNeeded').first().waitFor();
    await untilState(page, 'failed');
    expect(await logLine(page, 'close', '1006').count()).toBe(5);
    expect(await logLine(page, 'maxReconnectAttemptsReached').count()).toBe(1);
  });

  it('during an outage keeps the queue until the server lets the user in again', async () => {
    const { page } = await stage.open({ ...quick, maxReconnectAttempts: 'Infinity' });
    await untilReady(page);
    stage.demo.control.run('faults', { refuseHandshakes: true });
    stage.demo.control.run('reset');
    await untilState(page, 'reconnecting');
    await write(page, 'patient');
    await logLine(page, 'authRecoveryNeeded').first().waitFor();
    expect(await ownMessages(page, 'queued').allInnerTexts()).toEqual(['patient']);
    stage.demo.control.run('heal');
    await ownMessages(page, 'echoed').getByText('patient').waitFor();
  });
});

describe('the user', () => {
  it('disconnects with 1000, loses what was queued visibly, and may send it again', async () => {
    const { page } = await stage.open({ reconnectDelay: '30000' });
    await untilReady(page);
    stage.demo.control.run('faults', { refuseHandshakes: true });
    stage.demo.control.run('reset');
    await untilState(page, 'reconnecting');
    await write(page, 'too late');
    await ownMessages(page, 'queued').getByText('too late').waitFor();
    await press(page, 'Disconnect');
    await untilState(page, 'disconnected');
    await ownMessages(page, 'dropped').getByText('too late').waitFor();
    expect(await logLine(page, 'messageDropped', 'disconnected').count()).toBe(1);
    stage.demo.control.run('heal');
    await press(page, 'Reconnect');
    await untilState(page, 'connected');
    await press(page, 'Send again');
    await ownMessages(page, 'echoed').getByText('too late').waitFor();
  });
});

// Owns the check that a page truly hidden keeps the cadence of its heartbeat and notices a dead link there, although its
// engine fires the page's own timers once a second or once a minute; and that it is in order when it is shown again.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import { inRun } from '../support/length.js';
import { onLonePage } from '../support/lone_page.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { startRigHost, type RigHost } from '../support/rig/host.js';
import type { RigPage } from '../support/rig/rig_page.js';
import type { Outcome, Trial } from '../support/trial.js';
import { firstWait, inUse, secondChance, soon } from './times.js';

/** Nothing silently lost, doubled or out of order, no complaint. */
const clean = { lostSilently: [], doubled: [], disordered: [], complaints: [], queued: 0 };

/** Shorter than any engine lets a hidden page's timers be. */
const pingInterval = 500;
const pongTimeout = 3000;

/** Chromium slows timers down for good after 10 s here, WebKitGTK after 30 s. */
const hiddenFor = inRun(45_000, 180_000);

const timeout = hiddenFor + 60_000;

/** What the page's own timers are late by at most, ms: a witness that they are slowed down. */
const watchTimers = `void (function watch() {
  const due = performance.now() + ${pingInterval};
  globalThis.lateness ??= 0;
  setTimeout(() => {
    lateness = Math.max(lateness, performance.now() - due);
    watch();
  }, ${pingInterval});
})()`;

function middleOf(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Infinity;
}

function gapsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

describe.each(chosenEngines)('a page hidden in %s', (name) => {
  let engine: Engine;
  let host: RigHost;
  const outcomes: Outcome[] = [];
  const endOf = async (trial: Trial): Promise<Outcome> => {
    const outcome = await trial.end();
    outcomes.push(outcome);
    return outcome;
  };

  beforeAll(async () => {
    host = await startRigHost();
    engine = await launchEngine(name);
  });

  afterAll(async () => {
    reportOutcomes('hidden', engine, outcomes);
    await engine.close();
    await host.close();
  });

  const hide = async (rig: RigPage): Promise<void> => {
    await rig.page.setHidden(true);
    await rig.page.evaluate(watchTimers);
  };
  const lateness = (rig: RigPage): Promise<number> => rig.page.evaluate('lateness');

  it.concurrent(
    'pings in time, notices a half-open link there and connects anew, before it is shown',
    { timeout },
    ({ expect }) =>
      onLonePage(
        engine,
        host,
        `hidden for ${hiddenFor / 1000} s with a heartbeat of 0.5 s, then half-open there`,
        async ({ rig, trial }) => {
          await trial.connect({ pingInterval, pongTimeout });
          await hide(rig);
          const from = trial.server.pings.length;
          await trial.for(hiddenFor);
          const gaps = gapsOf(trial.server.pings.slice(from));
          expect(await lateness(rig)).toBeGreaterThan(pingInterval / 2);
          expect(middleOf(gaps)).toBeLessThan(1.5 * pingInterval);
          expect(Math.max(...gaps)).toBeLessThan(pingInterval + 2 * soon);
          trial.strike();
          trial.proxy.drop('up');
          trial.proxy.drop('down');
          await trial.detected(pingInterval + pongTimeout + secondChance + soon);
          await trial.recovered(firstWait + 2 * soon);
          await rig.page.setHidden(false);
          await trial.client.send(1);
          expect(await endOf(trial)).toMatchObject({ ...clean, accepted: 1, arrived: 1 });
        },
      ),
  );

  it.concurrent('sends and is heard as before, and is in order when it is shown', { timeout }, ({ expect }) =>
    onLonePage(engine, host, `hidden for ${hiddenFor / 1000} s and back, in use`, async ({ rig, trial }) => {
      await trial.connect({ pingInterval, pongTimeout });
      await trial.client.tick(inUse);
      trial.strike();
      await hide(rig);
      await trial.for(hiddenFor);
      await rig.page.setHidden(false);
      await trial.for(firstWait);
      expect(await lateness(rig)).toBeGreaterThan(pingInterval / 2);
      expect(await endOf(trial)).toMatchObject({ ...clean, detection: null, lostOnTheWay: 0 });
    }),
  );
});

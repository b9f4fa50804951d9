// Owns the check that a page may be frozen, put aside, left during an outage and cut off by its browser, in the engines' own
// way and on a page of its own each; what events alone do is in page_faults.ts, what hides pages in hidden.test.ts.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import { onLonePage, type LonePage } from '../support/lone_page.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { startRigHost, type RigHost } from '../support/rig/host.js';
import type { Outcome, Trial } from '../support/trial.js';
import { firstWait, inUse, soon } from './times.js';

/** Nothing silently lost, doubled or out of order, no complaint. */
const clean = { lostSilently: [], doubled: [], disordered: [], complaints: [], queued: 0 };

// Each on a page of its own, so that they may be waited for side by side.
describe.each(chosenEngines)('a page in %s', (name) => {
  let engine: Engine;
  let host: RigHost;
  const outcomes: Outcome[] = [];

  async function endOf(trial: Trial): Promise<Outcome> {
    await trial.recovered(firstWait + 10_000);
    await trial.client.send(1);
    const outcome = await trial.end();
    outcomes.push(outcome);
    return outcome;
  }

  beforeAll(async () => {
    host = await startRigHost();
    engine = await launchEngine(name);
  });

  afterAll(async () => {
    reportOutcomes('life_cycle', engine, outcomes);
    await engine.close();
    await host.close();
  });

  const onPage = (what: string, body: (page: LonePage) => Promise<void>): Promise<void> =>
    onLonePage(engine, host, what, body);

  it.concurrent('that was frozen connects again when it is resumed', ({ expect }) =>
    onPage('frozen by the browser', async ({ rig, trial }) => {
      await trial.connect();
      await trial.client.tick(inUse);
      await trial.for(500);
      trial.strike();
      const { setHidden, setFrozen } = rig.page;
      if (setFrozen) {
        await setHidden(true);
        await rig.pause();
        await setFrozen(true);
        await trial.for(3000);
        await setFrozen(false);
        await setHidden(false);
      } else {
        // An engine that freezes no page at a test's word, and perhaps none at all.
        await trial.client.inFrame('world.setFrozen(true)');
        await trial.for(3000);
        await trial.client.inFrame('world.setFrozen(false)');
      }
      trial.clear();
      rig.resume();
      expect(await endOf(trial)).toMatchObject(clean);
    }),
  );

  it.concurrent('cut off by its browser is connected within 2 s of being online', ({ expect }) =>
    onPage('offline by the browser', async ({ rig, trial }) => {
      await trial.connect();
      await trial.client.tick(inUse);
      await trial.for(500);
      trial.strike();
      const { setOffline } = rig.page;
      if (setOffline) await setOffline(true);
      else await trial.client.inFrame('world.setOnline(false)');
      // Where the browser only says so, the link is cut as well.
      trial.proxy.refuse();
      trial.proxy.reset();
      await trial.detected(soon);
      await trial.for(6000);
      await trial.proxy.accept();
      trial.clear();
      if (setOffline) await setOffline(false);
      else await trial.client.inFrame('world.setOnline(true)');
      const outcome = await endOf(trial);
      expect(outcome).toMatchObject(clean);
      expect(outcome.recovery).toBeLessThanOrEqual(2000);
    }),
  );

  it.concurrent('that is left and returned to is connected again, or begins anew', ({ expect }) =>
    onPage('back/forward cache', async ({ rig, trial, isRestored }) => {
      await trial.connect();
      await trial.client.send(3);
      await trial.for(500);
      await rig.pause();
      trial.strike();
      await rig.page.visit(`${host.url}elsewhere.html`);
      await pause(1000);
      const whileAway = trial.proxy.accepted;
      await rig.page.back();
      trial.clear();
      if (await isRestored()) {
        rig.resume();
        expect(await endOf(trial)).toMatchObject({ ...clean, accepted: 4, arrived: 4 });
      } else {
        // The page was not kept, so that the client ended with it.
        expect(trial.server.arrivals.map(({ n }) => n)).toEqual([1, 2, 3]);
        trial.proxy.close();
        await trial.server.close();
      }
      expect(whileAway).toBe(1);
    }),
  );

  it.concurrent(
    'that is left during an outage makes no attempt from there, and is connected on return',
    ({ expect }) =>
      onPage('left during an outage', async ({ rig, trial, isRestored }) => {
        await trial.connect();
        await trial.for(500);
        trial.strike();
        trial.proxy.refuse();
        trial.proxy.reset();
        await trial.detected(soon);
        await rig.pause();
        await rig.page.visit(`${host.url}elsewhere.html`);
        await trial.proxy.accept();
        trial.clear();
        await pause(4000);
        expect(trial.proxy.accepted).toBe(1);
        await rig.page.back();
        if (await isRestored()) {
          rig.resume();
          expect(await endOf(trial)).toMatchObject(clean);
        } else {
          await trial.client.reopen();
          rig.resume();
          await trial.connect();
          await trial.client.send(1);
          expect(await trial.end()).toMatchObject(clean);
        }
      }),
  );
});

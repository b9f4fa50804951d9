// Owns the check that a page may be frozen, put aside, left during an outage and cut off by its browser, in the engines' own
// way and on a page of its own each; what events alone do is in page_faults.ts.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import { inRun } from '../support/length.js';
import { startRigHost, type RigHost } from '../support/rig/host.js';
import { RigPage } from '../support/rig/rig_page.js';
import { Trial, type Outcome } from '../support/trial.js';
import { firstWait, inUse, soon } from './times.js';

/** Nothing silently lost, doubled or out of order, no complaint. */
const clean = { lostSilently: [], doubled: [], disordered: [], complaints: [], queued: 0 };

interface Stage {
  readonly rig: RigPage;
  readonly trial: Trial;
  /** Whether the page is the one that was left, rather than a new one in its place. */
  readonly isRestored: () => Promise<boolean>;
}

async function endOf(trial: Trial): Promise<Outcome> {
  await trial.recovered(firstWait + 10_000);
  await trial.client.send(1);
  return trial.end();
}

// Each on a page of its own, so that they may be waited for side by side.
describe.each(chosenEngines)('a page in %s', (name) => {
  let engine: Engine;
  let host: RigHost;

  beforeAll(async () => {
    host = await startRigHost();
    engine = await launchEngine(name);
  });

  afterAll(async () => {
    await engine.close();
    await host.close();
  });

  async function onPage(what: string, body: (stage: Stage) => Promise<void>): Promise<void> {
    const rig = await RigPage.open(engine, host.url);
    const trial = await Trial.prepare(what, { engine: name, library: 'ours', rig });
    const countFrames = 'Object.keys(globalThis.rig?.frames ?? {}).length';
    const isRestored = async (): Promise<boolean> => (await rig.page.evaluate<number>(countFrames)) > 0;
    await body({ rig, trial, isRestored }).finally(() => rig.close());
  }

  it.concurrent(
    'that is hidden sends and is heard as before, and is in order when it is shown',
    ({ expect }) =>
      onPage('hidden by another tab', async ({ rig, trial }) => {
        await trial.connect({ pingInterval: 2000, pongTimeout: 3000 });
        await trial.client.tick(inUse);
        trial.strike();
        await (rig.page.setHidden?.(true) ?? trial.client.inFrame('world.setVisible(false)'));
        await trial.for(inRun(6000, 40_000));
        await (rig.page.setHidden?.(false) ?? trial.client.inFrame('world.setVisible(true)'));
        await trial.for(firstWait);
        expect(await trial.end()).toMatchObject({ ...clean, detection: null, lostOnTheWay: 0 });
      }),
  );

  it.concurrent('that was frozen connects again when it is resumed', ({ expect }) =>
    onPage('frozen by the browser', async ({ rig, trial }) => {
      await trial.connect();
      await trial.client.tick(inUse);
      await trial.for(500);
      trial.strike();
      const { setHidden, setFrozen } = rig.page;
      if (setHidden && setFrozen) {
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

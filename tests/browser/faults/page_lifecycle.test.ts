// Checks pages that the browser itself freezes, puts into the back/forward cache or disconnects, and pages
// that are left during an outage. Each has its own page. Simulated events are tested in page_faults.ts,
// hidden pages in hidden.test.ts.
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import { onIsolatedPage, type IsolatedPage } from '../support/isolated_page.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { startTestPageServer, type TestPageServer } from '../support/test_page/server.js';
import type { Outcome, Experiment } from '../support/experiment.js';
import { firstDelay, messageInterval, tolerance } from './times.js';

/** No message lost, duplicated or out of order, and no error. */
const flawless = {
  lostInTransit: 0,
  lostInClient: [],
  duplicates: [],
  outOfOrder: [],
  errors: [],
  queued: 0,
};

// Each test has its own page, so that they can run in parallel.
describe.each(chosenEngines)('a page in %s', (name) => {
  let engine: Engine;
  let server: TestPageServer;
  const outcomes: Outcome[] = [];

  async function finishRecovered(experiment: Experiment): Promise<Outcome> {
    await experiment.recovered(firstDelay + 10_000);
    await experiment.client.send(1);
    const outcome = await experiment.finish();
    outcomes.push(outcome);
    return outcome;
  }

  beforeAll(async () => {
    server = await startTestPageServer();
    engine = await launchEngine(name);
  });

  afterAll(async () => {
    reportOutcomes('page_lifecycle', engine, outcomes);
    await engine.close();
    await server.close();
  });

  const onPage = (what: string, body: (page: IsolatedPage) => Promise<void>): Promise<void> =>
    onIsolatedPage(engine, server, what, body);

  it.concurrent('that was frozen reconnects when it is resumed', ({ expect }) =>
    onPage('frozen by the browser', async ({ testPage, experiment }) => {
      await experiment.connect();
      await experiment.client.sendEvery(messageInterval);
      await experiment.wait(500);
      experiment.startFault();
      const { setHidden, setFrozen } = testPage.page;
      if (setFrozen) {
        await setHidden(true);
        await testPage.pause();
        await setFrozen(true);
        await experiment.wait(3000);
        experiment.endFault();
        await setFrozen(false);
        await setHidden(false);
      } else {
        // The driver of this engine cannot freeze a page, so the events are simulated.
        await experiment.client.inFrame('environment.setFrozen(true)');
        await experiment.wait(3000);
        experiment.endFault();
        await experiment.client.inFrame('environment.setFrozen(false)');
      }
      testPage.resume();
      expect(await finishRecovered(experiment)).toMatchObject(flawless);
    }),
  );

  it.concurrent('that the browser disconnected is connected within 2 s of being online', ({ expect }) =>
    onPage('disconnected by the browser', async ({ testPage, experiment }) => {
      await experiment.connect();
      await experiment.client.sendEvery(messageInterval);
      await experiment.wait(500);
      experiment.startFault();
      const { setOffline } = testPage.page;
      if (setOffline) await setOffline(true);
      else await experiment.client.inFrame('environment.setOnline(false)');
      // Where `offline` is only simulated, the link is closed as well.
      experiment.proxy.refuse();
      experiment.proxy.reset();
      await experiment.detected(tolerance);
      await experiment.wait(6000);
      await experiment.proxy.accept();
      experiment.endFault();
      if (setOffline) await setOffline(false);
      else await experiment.client.inFrame('environment.setOnline(true)');
      const outcome = await finishRecovered(experiment);
      expect(outcome).toMatchObject(flawless);
      expect(outcome.recovery).toBeLessThanOrEqual(2000);
    }),
  );

  it.concurrent('that is left and returned to reconnects, or is loaded again', ({ expect }) =>
    onPage('back/forward cache', async ({ testPage, experiment, isRestored }) => {
      await experiment.connect();
      await experiment.client.send(3);
      await experiment.wait(500);
      await testPage.pause();
      experiment.startFault();
      await testPage.page.visit(`${server.url}elsewhere.html`);
      await pause(1000);
      const acceptedWhileAway = experiment.proxy.accepted;
      await testPage.page.back();
      experiment.endFault();
      if (await isRestored()) {
        testPage.resume();
        expect(await finishRecovered(experiment)).toMatchObject({ ...flawless, accepted: 4, arrived: 4 });
      } else {
        // The page was not restored, so the client was lost with it.
        expect(experiment.server.arrivals.map(({ n }) => n)).toEqual([1, 2, 3]);
        experiment.proxy.close();
        await experiment.server.close();
      }
      expect(acceptedWhileAway).toBe(1);
    }),
  );

  it.concurrent(
    'that is left during an outage makes no attempt while it is away, and is connected on return',
    ({ expect }) =>
      onPage('left during an outage', async ({ testPage, experiment, isRestored }) => {
        await experiment.connect();
        await experiment.wait(500);
        experiment.startFault();
        experiment.proxy.refuse();
        experiment.proxy.reset();
        await experiment.detected(tolerance);
        await testPage.pause();
        await testPage.page.visit(`${server.url}elsewhere.html`);
        await experiment.proxy.accept();
        experiment.endFault();
        await pause(4000);
        expect(experiment.proxy.accepted).toBe(1);
        await testPage.page.back();
        if (await isRestored()) {
          testPage.resume();
          expect(await finishRecovered(experiment)).toMatchObject(flawless);
        } else {
          await experiment.client.reopen();
          testPage.resume();
          await experiment.connect();
          await experiment.client.send(1);
          expect(await experiment.finish()).toMatchObject(flawless);
        }
      }),
  );
});

// Checks that a really hidden page pings on time and notices a dead link, although its engine throttles the
// page's own timers to once a second or once a minute, and that it works normally when it is shown again.
import { afterAll, beforeAll, describe, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import { shortOrLong } from '../support/run_length.js';
import { onIsolatedPage } from '../support/isolated_page.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { startTestPageServer, type TestPageServer } from '../support/test_page/server.js';
import type { TestPage } from '../support/test_page/test_page.js';
import type { Outcome, Experiment } from '../support/experiment.js';
import { firstDelay, messageInterval, secondChance, tolerance } from './times.js';

/** No message lost, duplicated or out of order, and no error. */
const flawless = {
  lostInTransit: 0,
  lostInClient: [],
  duplicates: [],
  outOfOrder: [],
  errors: [],
  queued: 0,
};

/** Shorter than the interval of throttled timers in every engine. */
const pingInterval = 500;
const pongTimeout = 3000;

/** Chromium throttles timers to once a minute after 10 s here, WebKitGTK after 30 s. */
const hiddenFor = shortOrLong(45_000, 180_000);

const timeout = hiddenFor + 60_000;

/** Measures how late the page's own timers are at most, ms; it shows that they are throttled. */
const measureTimers = `void (function watch() {
  const due = performance.now() + ${pingInterval};
  globalThis.lateness ??= 0;
  setTimeout(() => {
    lateness = Math.max(lateness, performance.now() - due);
    watch();
  }, ${pingInterval});
})()`;

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Infinity;
}

function intervals(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}

describe.each(chosenEngines)('a page hidden in %s', (name) => {
  let engine: Engine;
  let server: TestPageServer;
  const outcomes: Outcome[] = [];
  const finish = async (experiment: Experiment): Promise<Outcome> => {
    const outcome = await experiment.finish();
    outcomes.push(outcome);
    return outcome;
  };

  beforeAll(async () => {
    server = await startTestPageServer();
    engine = await launchEngine(name);
  });

  afterAll(async () => {
    reportOutcomes('hidden', engine, outcomes);
    await engine.close();
    await server.close();
  });

  const hide = async (testPage: TestPage): Promise<void> => {
    await testPage.page.setHidden(true);
    await testPage.page.evaluate(measureTimers);
  };
  const lateness = (testPage: TestPage): Promise<number> => testPage.page.evaluate('lateness');

  it.concurrent(
    'pings on time, notices a half-open link and reconnects while it is still hidden',
    { timeout },
    ({ expect }) =>
      onIsolatedPage(
        engine,
        server,
        `hidden for ${hiddenFor / 1000} s with a heartbeat of 0.5 s, then half-open`,
        async ({ testPage, experiment }) => {
          await experiment.connect({ pingInterval, pongTimeout });
          await hide(testPage);
          const from = experiment.server.pings.length;
          await experiment.wait(hiddenFor);
          const gaps = intervals(experiment.server.pings.slice(from));
          expect(await lateness(testPage)).toBeGreaterThan(pingInterval / 2);
          expect(median(gaps)).toBeLessThan(1.5 * pingInterval);
          expect(Math.max(...gaps)).toBeLessThan(pingInterval + 2 * tolerance);
          experiment.startFault();
          experiment.proxy.drop('up');
          experiment.proxy.drop('down');
          await experiment.detected(pingInterval + pongTimeout + secondChance + tolerance);
          await experiment.recovered(firstDelay + 2 * tolerance);
          await testPage.page.setHidden(false);
          await experiment.client.send(1);
          expect(await finish(experiment)).toMatchObject({ ...flawless, accepted: 1, arrived: 1 });
        },
      ),
  );

  it.concurrent('sends and receives as before, and works when it is shown again', { timeout }, ({ expect }) =>
    onIsolatedPage(
      engine,
      server,
      `hidden for ${hiddenFor / 1000} s and shown again, in use`,
      async ({ testPage, experiment }) => {
        await experiment.connect({ pingInterval, pongTimeout });
        await experiment.client.sendEvery(messageInterval);
        experiment.startFault();
        await hide(testPage);
        await experiment.wait(hiddenFor);
        await testPage.page.setHidden(false);
        await experiment.wait(firstDelay);
        expect(await lateness(testPage)).toBeGreaterThan(pingInterval / 2);
        expect(await finish(experiment)).toMatchObject({ ...flawless, detection: null, lostInTransit: 0 });
      },
    ),
  );
});

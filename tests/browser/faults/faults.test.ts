// Injects every fault in every chosen engine and checks that the client notices it and reconnects in time, and that no
// message is lost without a report, duplicated or out of order. The measurements are written to build/reports/faults.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import type { Fault } from '../support/fault.js';
import { canMakeLinks } from '../support/network/lossy_link.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { isLongRun } from '../support/run_length.js';
import { startTestPageServer, type TestPageServer } from '../support/test_page/server.js';
import type { Library } from '../support/test_page/client_record.js';
import { TestPage } from '../support/test_page/test_page.js';
import type { Outcome } from '../support/experiment.js';
import { burstFaults } from './burst_faults.js';
import { blockingFaults, commandFaults } from './command_faults.js';
import { linkFaults } from './link_faults.js';
import { lossyFaults } from './lossy_faults.js';
import { randomFaults } from './random_faults.js';
import { pageFaults } from './page_faults.js';
import { serverFaults } from './server_faults.js';
import { busyMachineTime } from './times.js';

const hasLinks = canMakeLinks();
if (!hasLinks && process.env['CI'] === 'true') {
  throw new Error('In CI the right to create network namespaces is required: without it faults are skipped.');
} else if (!hasLinks) {
  console.warn('No right to create network namespaces: faults with packet loss are skipped.');
}

/** A regular expression for the names of faults to run. (With vitest's -t all faults would run.) */
const pattern = process.env['RWS_FAULTS'];
const chosen = new RegExp(pattern ?? '');
/** Each list has a page of its own: bursts keep their page busy, and others block it. */
const faultsOfPages = [
  [
    ...serverFaults,
    ...linkFaults,
    ...pageFaults,
    ...commandFaults,
    ...randomFaults,
    ...(hasLinks ? lossyFaults : []),
  ],
  // Bursts take as much of the machine as there is: beside other work their times say nothing.
  isLongRun ? burstFaults : [],
  blockingFaults,
].map((list: readonly Fault[]) => list.filter(({ name }) => chosen.test(name)));
const faults = faultsOfPages.flat();

/** The clients to compare with. */
const others: readonly Library[] =
  process.env['RWS_COMPARE'] === '1' ? ['reconnecting-websocket', 'partysocket', 'socket.io-client'] : [];
const compared = faults
  .filter(({ isComparable }) => isComparable)
  .flatMap((fault) => others.map((library) => ({ fault, library, title: `${library}: ${fault.name}` })));

function check(fault: Fault, outcome: Outcome | undefined): void {
  expect(outcome).toMatchObject({
    lostInTransit: 0,
    lostInClient: [],
    duplicates: [],
    errors: [],
    queued: 0,
  });
  if (!fault.mayReorder) expect(outcome?.outOfOrder).toEqual([]);
  if (fault.detectWithin === 0) {
    expect(outcome).toMatchObject({ detection: null });
  } else if (fault.detectWithin < Infinity) {
    expect(outcome?.detection).toBeLessThanOrEqual(fault.detectWithin + busyMachineTime);
    expect(outcome?.recovery).toBeLessThanOrEqual(fault.recoverWithin + busyMachineTime);
  }
}

describe.each(chosenEngines)('in %s', (name) => {
  let engine: Engine;
  let host: TestPageServer;
  const pages: TestPage[] = [];
  const outcomes = new Map<string, Promise<Outcome>>();

  async function run(library: Library, selected: readonly Fault[]): Promise<void> {
    const testPage = await TestPage.open(engine, host.url);
    pages.push(testPage);
    for (const fault of selected) {
      const outcome = fault.run({ engine: name, library, testPage });
      // The test that awaits the outcome reports the error.
      outcome.catch(() => undefined);
      outcomes.set(`${library}: ${fault.name}`, outcome);
    }
  }

  // All faults run in parallel: each has its own address, server and frame.
  beforeAll(async () => {
    host = await startTestPageServer();
    engine = await launchEngine(name);
    for (const list of faultsOfPages) if (list.length > 0) await run('ours', list);
    const comparable = faults.filter(({ isComparable }) => isComparable);
    for (const library of others) await run(library, comparable);
  });

  afterAll(async () => {
    const settled = await Promise.allSettled(outcomes.values());
    const measured = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    // A report must contain all faults.
    if (pattern === undefined) reportOutcomes('faults', engine, measured);
    for (const page of pages) await page.close();
    await engine.close();
    await host.close();
  });

  it.each(faults)('$name', { timeout: 240_000 }, async (fault) => {
    check(fault, await outcomes.get(`ours: ${fault.name}`));
  });

  // Nothing is required of other clients but that they can be measured.
  it.each(compared)('$title', { timeout: 300_000 }, async ({ title }) => {
    expect((await outcomes.get(title))?.accepted).toBeGreaterThan(0);
  });
});

// Owns the check that every fault ends by itself in every chosen engine, and that nothing is lost silently, doubled or
// out of order. Each fault is described where it is defined; what was measured is written to build/reports/faults.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chosenEngines, launchEngine } from '../support/engines/chosen.js';
import type { Engine } from '../support/engines/engine.js';
import type { Fault } from '../support/fault.js';
import { canMakeLinks } from '../support/network/lossy_link.js';
import { reportOutcomes } from '../support/outcome_report.js';
import { startRigHost, type RigHost } from '../support/rig/host.js';
import type { Library } from '../support/rig/ledger.js';
import { RigPage } from '../support/rig/rig_page.js';
import type { Outcome } from '../support/trial.js';
import { linkFaults } from './link_faults.js';
import { lossyFaults } from './lossy_faults.js';
import { manyFaults } from './many_faults.js';
import { pageFaults } from './page_faults.js';
import { serverFaults } from './server_faults.js';

const hasLinks = canMakeLinks();
if (!hasLinks && process.env['CI'] === 'true') {
  throw new Error('A CI must be allowed to make network namespaces: faults would be left out.');
} else if (!hasLinks) {
  console.warn('Network namespaces may not be made here: links that lose packets are left out.');
}

/** Names to run alone, a regular expression: with -t all would happen and some be looked at. */
const wanted = process.env['RWS_FAULTS'];
const chosen = new RegExp(wanted ?? '');
const faults = [
  ...serverFaults,
  ...linkFaults,
  ...pageFaults,
  ...manyFaults,
  ...(hasLinks ? lossyFaults : []),
].filter(({ name }) => chosen.test(name));

/** The clients of others, where a comparison is asked for. */
const others: readonly Library[] =
  process.env['RWS_COMPARE'] === '1' ? ['reconnecting-websocket', 'partysocket', 'socket.io-client'] : [];
const compared = faults
  .filter(({ isComparable }) => isComparable)
  .flatMap((fault) => others.map((library) => ({ fault, library, title: `${library}: ${fault.name}` })));

function check(fault: Fault, outcome: Outcome | undefined): void {
  expect(outcome).toMatchObject({
    lostOnTheWay: 0,
    lostSilently: [],
    doubled: [],
    complaints: [],
    queued: 0,
  });
  if (!fault.mayDisorder) expect(outcome?.disordered).toEqual([]);
  if (fault.detectWithin === 0) {
    expect(outcome).toMatchObject({ detection: null });
  } else if (fault.detectWithin < Infinity) {
    expect(outcome?.detection).toBeLessThanOrEqual(fault.detectWithin);
    expect(outcome?.recovery).toBeLessThanOrEqual(fault.recoverWithin);
  }
}

describe.each(chosenEngines)('in %s', (name) => {
  let engine: Engine;
  let host: RigHost;
  const pages: RigPage[] = [];
  const playing = new Map<string, Promise<Outcome>>();

  async function play(library: Library, played: readonly Fault[]): Promise<void> {
    const rig = await RigPage.open(engine, host.url);
    pages.push(rig);
    for (const fault of played) {
      const outcome = fault.play({ engine: name, library, rig });
      // Told by the test that waits for it.
      outcome.catch(() => undefined);
      playing.set(`${library}: ${fault.name}`, outcome);
    }
  }

  // Faults are waited for side by side: each has an address, a server and a frame of its own.
  beforeAll(async () => {
    host = await startRigHost();
    engine = await launchEngine(name);
    await play('ours', faults);
    const comparable = faults.filter(({ isComparable }) => isComparable);
    for (const library of others) await play(library, comparable);
  });

  afterAll(async () => {
    const settled = await Promise.allSettled(playing.values());
    const outcomes = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    // A part of the faults is no report.
    if (wanted === undefined) reportOutcomes('faults', engine, outcomes);
    for (const page of pages) await page.close();
    await engine.close();
    await host.close();
  });

  it.each(faults)('$name', { timeout: 240_000 }, async (fault) => {
    check(fault, await playing.get(`ours: ${fault.name}`));
  });

  // Nothing is demanded of them but that they can be measured.
  it.each(compared)('$title', { timeout: 300_000 }, async ({ title }) => {
    expect((await playing.get(title))?.accepted).toBeGreaterThan(0);
  });
});

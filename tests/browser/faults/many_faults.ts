// Owns the lives in which fault follows fault: ten of them under two thousand messages, and eight hours of mishaps.
// Refuses bounds on time: what counts is that nothing is lost silently, doubled or out of order, and the connection at the end.
import { fault, type Fault } from '../support/fault.js';
import { inRun } from '../support/length.js';
import { seededRandom } from '../support/random.js';
import { Trial } from '../support/trial.js';

/** Every interval is a fraction of its default, so that hours go by in seconds. */
const quick = {
  reconnectDelay: 50,
  maxReconnectDelay: 400,
  maxReconnectAttempts: 1_000_000,
  connectionTimeout: 1000,
  stableAfter: 200,
  pingInterval: inRun(150, 75),
  pongTimeout: 1000,
  probeAfterSend: 100,
  probeTimeout: 700,
  closeGrace: 3000,
  maxQueueSize: 2000,
};

const seed = Number(process.env['RWS_SEED'] ?? 1);

type Mishap = (trial: Trial) => Promise<void>;

const bend =
  (change: string): Mishap =>
  (trial) =>
    trial.client.inFrame(`world.${change}`);

const mishaps: Readonly<Record<string, Mishap>> = {
  reset: async ({ proxy }) => {
    await Promise.resolve();
    proxy.reset();
  },
  serverGone: async (trial) => {
    await trial.server.stop();
    await trial.for(500);
    await trial.server.start();
  },
  portShut: async (trial) => {
    trial.proxy.refuse();
    trial.proxy.reset();
    await trial.for(400);
    await trial.proxy.accept();
  },
  refused: async (trial) => {
    trial.server.reception = 503;
    trial.proxy.reset();
    await trial.for(500);
    trial.server.reception = 'accept';
  },
  hanging: async (trial) => {
    trial.server.reception = 'hang';
    trial.proxy.reset();
    await trial.for(300);
    trial.server.reception = 'accept';
  },
  halfOpenUp: async ({ proxy }) => {
    await Promise.resolve();
    proxy.drop('up');
  },
  halfOpenDown: async ({ proxy }) => {
    await Promise.resolve();
    proxy.drop('down');
  },
  stalled: async (trial) => {
    trial.proxy.freeze();
    await trial.for(200);
    trial.proxy.thaw();
  },
  sliced: async (trial) => {
    trial.proxy.manner.sliceBytes = 7;
    await trial.for(300);
    trial.proxy.manner.sliceBytes = Infinity;
  },
  late: async (trial) => {
    trial.proxy.manner.delay = 100;
    await trial.for(300);
    trial.proxy.manner.delay = 0;
  },
};

const eventsOfPage: Readonly<Record<string, Mishap>> = {
  offline: bend('setOnline(false)'),
  online: bend('setOnline(true)'),
  hidden: bend('setVisible(false)'),
  visible: bend('setVisible(true)'),
  slept: bend('sleep(600_000)'),
  setBack: bend('setWallClock(-600_000)'),
  frozen: async (trial) => {
    await trial.client.inFrame('world.setFrozen(true)');
    await trial.for(100);
    await trial.client.inFrame('world.setFrozen(false)');
  },
};

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('There is nothing to pick from');
  return value;
}

const own = Trial.prepare.bind(Trial);

const tenFaults = fault({
  name: `2000 messages across ten random faults, seed ${seed}`,
  detectWithin: Infinity,
  options: quick,
  prepare: own,
  happen: async (trial) => {
    const random = seededRandom(seed);
    trial.strike();
    for (let round = 0; round < 10; ++round) {
      // Before, during and after the fault.
      await trial.client.send(70);
      const happening = pick(Object.values(mishaps), random)(trial);
      await trial.for(random() * 100);
      await trial.client.send(70);
      await happening;
      await trial.for(random() * 500);
      await trial.client.send(60);
      await trial.for(500 + random() * 500);
    }
  },
});

/** Times as fast as life, by the default pingInterval of 30 s. */
const haste = inRun(200, 400);
const seconds = inRun(20, (8 * 3600) / haste);

const eightHours = fault({
  name: `${Math.round((seconds * haste) / 360) / 10} hours in ${seconds} s, a mishap every few minutes, seed ${seed}`,
  detectWithin: Infinity,
  options: quick,
  prepare: own,
  happen: async (trial) => {
    const random = seededRandom(seed);
    const end = Date.now() + seconds * 1000;
    trial.strike();
    await trial.client.tick(50);
    while (Date.now() < end) {
      await pick([...Object.values(mishaps), ...Object.values(eventsOfPage)], random)(trial);
      await trial.for(300 + random() * 1200);
    }
    await bend('setVisible(true)')(trial);
    await bend('setOnline(true)')(trial);
  },
});

export const manyFaults: readonly Fault[] = [tenFaults, eightHours];

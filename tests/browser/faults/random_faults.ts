// Many faults one after the other: ten random ones during two thousand messages, and eight hours in fast
// motion. Times are not checked; the delivery of the messages and the connection at the end are.
import { defineFault, type Fault } from '../support/fault.js';
import { shortOrLong } from '../support/run_length.js';
import { seededRandom } from '../support/random.js';
import { Experiment } from '../support/experiment.js';

/** All times are fractions of their defaults, so that hours pass in seconds. */
const quick = {
  reconnectDelay: 50,
  maxReconnectDelay: 400,
  maxReconnectAttempts: 1_000_000,
  connectionTimeout: 1000,
  stableAfter: 200,
  pingInterval: shortOrLong(150, 75),
  pongTimeout: 1000,
  confirmAfter: 100,
  probeTimeout: 700,
  closeGrace: 3000,
  maxQueueSize: 2000,
};

const seed = Number(process.env['RWS_SEED'] ?? 1);

type RandomFault = (experiment: Experiment) => Promise<void>;

const simulate =
  (change: string): RandomFault =>
  (experiment) =>
    experiment.client.inFrame(`environment.${change}`);

const networkFaults: Readonly<Record<string, RandomFault>> = {
  reset: async ({ proxy }) => {
    await Promise.resolve();
    proxy.reset();
  },
  serverGone: async (experiment) => {
    await experiment.server.stop();
    await experiment.wait(500);
    await experiment.server.start();
  },
  portShut: async (experiment) => {
    experiment.proxy.refuse();
    experiment.proxy.reset();
    await experiment.wait(400);
    await experiment.proxy.accept();
  },
  refused: async (experiment) => {
    experiment.server.handshakeAnswer = 503;
    experiment.proxy.reset();
    await experiment.wait(500);
    experiment.server.handshakeAnswer = 'accept';
  },
  hanging: async (experiment) => {
    experiment.server.handshakeAnswer = 'hang';
    experiment.proxy.reset();
    await experiment.wait(300);
    experiment.server.handshakeAnswer = 'accept';
  },
  halfOpenUp: async ({ proxy }) => {
    await Promise.resolve();
    proxy.drop('up');
  },
  halfOpenDown: async ({ proxy }) => {
    await Promise.resolve();
    proxy.drop('down');
  },
  stalled: async (experiment) => {
    experiment.proxy.stall();
    await experiment.wait(200);
    experiment.proxy.resume();
  },
  sliced: async (experiment) => {
    experiment.proxy.properties.sliceBytes = 7;
    await experiment.wait(300);
    experiment.proxy.properties.sliceBytes = Infinity;
  },
  late: async (experiment) => {
    experiment.proxy.properties.delay = 100;
    await experiment.wait(300);
    experiment.proxy.properties.delay = 0;
  },
};

const pageEvents: Readonly<Record<string, RandomFault>> = {
  offline: simulate('setOnline(false)'),
  online: simulate('setOnline(true)'),
  hidden: simulate('setVisible(false)'),
  visible: simulate('setVisible(true)'),
  slept: simulate('sleep(600_000)'),
  setBack: simulate('moveWallClock(-600_000)'),
  frozen: async (experiment) => {
    await experiment.client.inFrame('environment.setFrozen(true)');
    await experiment.wait(100);
    await experiment.client.inFrame('environment.setFrozen(false)');
  },
};

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('The list is empty');
  return value;
}

const prepare = Experiment.prepare.bind(Experiment);

const tenFaults = defineFault({
  name: `2000 messages across ten random faults, seed ${seed}`,
  detectWithin: Infinity,
  options: quick,
  prepare,
  inject: async (experiment) => {
    const random = seededRandom(seed);
    experiment.startFault();
    for (let round = 0; round < 10; ++round) {
      // Before, during and after the fault.
      await experiment.client.send(70);
      const injected = pick(Object.values(networkFaults), random)(experiment);
      await experiment.wait(random() * 100);
      await experiment.client.send(70);
      await injected;
      await experiment.wait(random() * 500);
      await experiment.client.send(60);
      await experiment.wait(500 + random() * 500);
    }
  },
});

/** Speed-up over the default pingInterval of 30 s. */
const speedUp = shortOrLong(200, 400);
const seconds = shortOrLong(20, (8 * 3600) / speedUp);

const eightHours = defineFault({
  name: `${Math.round((seconds * speedUp) / 360) / 10} hours in ${seconds} s, a random fault every few minutes, seed ${seed}`,
  // A link that was given up may still deliver, later than the next one.
  mayReorder: true,
  detectWithin: Infinity,
  options: quick,
  prepare,
  inject: async (experiment) => {
    const random = seededRandom(seed);
    const end = Date.now() + seconds * 1000;
    experiment.startFault();
    await experiment.client.sendEvery(50);
    while (Date.now() < end) {
      await pick([...Object.values(networkFaults), ...Object.values(pageEvents)], random)(experiment);
      await experiment.wait(300 + random() * 1200);
    }
    await simulate('setVisible(true)')(experiment);
    await simulate('setOnline(true)')(experiment);
  },
});

export const randomFaults: readonly Fault[] = [tenFaults, eightHours];

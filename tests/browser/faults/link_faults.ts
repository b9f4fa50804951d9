// Faults of the link while client and server work.
import { defineFault, type Fault } from '../support/fault.js';
import { shortOrLong } from '../support/run_length.js';
import type { Direction } from '../support/network/fault_proxy.js';
import { Experiment } from '../support/experiment.js';
import {
  firstDelay,
  heartbeatTime,
  messageInterval,
  halfOpenRecovery,
  inUseTime,
  secondChance,
  tolerance,
  maxDelay,
} from './times.js';

const prepare = Experiment.prepare.bind(Experiment);

const reset = defineFault({
  name: 'TCP reset',
  isComparable: true,
  detectWithin: tolerance,
  recoverWithin: firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    experiment.proxy.reset();
  },
});

/** Number of resets. */
const resets = shortOrLong(10, 40);

const sendBetweenErrorAndClose = defineFault({
  name: `${resets} TCP resets, a message every 5 ms, and three between each error and its close event`,
  options: { reconnectDelay: 50, maxReconnectDelay: 50, maxReconnectAttempts: 1000, maxQueueSize: 10_000 },
  detectWithin: tolerance,
  recoverWithin: tolerance,
  prepare,
  inject: async (experiment) => {
    await experiment.client.inFrame("void client.on('error', () => frameApi.send(3))");
    await experiment.client.sendEvery(5);
    experiment.startFault();
    for (let count = 0; count < resets; ++count) {
      await experiment.wait(250);
      experiment.proxy.reset();
    }
    experiment.endFault();
  },
});

function halfOpen(which: string, directions: readonly Direction[]): Fault {
  return defineFault({
    name: `half-open ${which}, in use`,
    isComparable: true,
    detectWithin: inUseTime + secondChance + tolerance,
    recoverWithin: halfOpenRecovery + secondChance + tolerance,
    prepare,
    inject: async (experiment) => {
      await experiment.wait(500);
      experiment.startFault();
      for (const direction of directions) experiment.proxy.drop(direction);
      await experiment.client.send(1);
      await experiment.client.sendEvery(1000);
    },
  });
}

const halfOpenIdle = defineFault({
  name: `half-open both ways, idle${shortOrLong(', heartbeat of 10 s', '')}`,
  isComparable: true,
  // With the default options it takes 40 s.
  options: shortOrLong({ pingInterval: 10_000, pongTimeout: 5000 }, {}),
  detectWithin: heartbeatTime + secondChance + tolerance,
  recoverWithin: heartbeatTime + firstDelay + secondChance + tolerance,
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    experiment.proxy.drop('up');
    experiment.proxy.drop('down');
    await experiment.wait(0);
  },
});

// Shorter than probeTimeout, which counts from a ping that may have been sent before the stall.
const shortStall = defineFault({
  name: 'link stalls for 2.5 s, in use',
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    experiment.proxy.stall();
    await experiment.wait(2500);
    experiment.proxy.resume();
    await experiment.wait(1000);
  },
});

const longStall = defineFault({
  name: 'link stalls for 12 s and then works again, in use',
  mayReorder: true,
  detectWithin: inUseTime + secondChance + tolerance,
  recoverWithin: halfOpenRecovery + secondChance + tolerance,
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    experiment.proxy.stall();
    await experiment.client.send(1);
    await experiment.client.sendEvery(200);
    await experiment.wait(12_000);
    experiment.proxy.resume();
  },
});

const sliced = defineFault({
  name: 'frames sliced into 3 bytes',
  options: { pingInterval: 500 },
  prepare: async (name, setting) => {
    const experiment = await Experiment.prepare(name, setting);
    experiment.proxy.properties.sliceBytes = 3;
    return experiment;
  },
  inject: async (experiment) => {
    experiment.startFault();
    await experiment.client.send(10, 60);
    await experiment.wait(2000);
  },
});

const late = defineFault({
  name: `200 ms of latency each way for ${shortOrLong(5, 30)} s`,
  options: { pingInterval: 1000 },
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    experiment.startFault();
    experiment.proxy.properties.delay = 200;
    await experiment.wait(shortOrLong(5000, 30_000));
    experiment.proxy.properties.delay = 0;
  },
});

const slow = defineFault({
  name: 'link of 48 KB/s, messages of 60 KB',
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    experiment.proxy.properties.bytesPerSecond = 49_152;
    experiment.proxy.properties.sliceBytes = 1024;
    await experiment.client.send(2, 60_000);
    await experiment.wait(5000);
  },
});

const flappingTime = shortOrLong(10, 60);

const flapping = defineFault({
  name: `link that comes and goes every second, ${flappingTime} s`,
  isComparable: true,
  detectWithin: tolerance,
  // Connections shorter than stableAfter do not reset the retry count, so the delays grow.
  recoverWithin: shortOrLong(maxDelay(5), maxDelay(6)) + tolerance,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    for (let second = 0; second < flappingTime; second += 2) {
      experiment.proxy.refuse();
      experiment.proxy.reset();
      await experiment.wait(1000);
      await experiment.proxy.accept();
      if (second + 2 < flappingTime) await experiment.wait(1000);
    }
    experiment.endFault();
  },
});

export const linkFaults: readonly Fault[] = [
  reset,
  sendBetweenErrorAndClose,
  halfOpen('both ways', ['up', 'down']),
  halfOpen('client to server', ['up']),
  halfOpen('server to client', ['down']),
  halfOpenIdle,
  shortStall,
  longStall,
  sliced,
  late,
  slow,
  flapping,
];

// Owns the faults that a link may have while both its ends are well.
import { fault, type Fault } from '../support/fault.js';
import { inRun } from '../support/length.js';
import type { Direction } from '../support/network/fault_proxy.js';
import { Trial } from '../support/trial.js';
import {
  firstWait,
  heartbeat,
  inUse,
  newConnection,
  probedAfterSend,
  secondChance,
  soon,
  waitsUpTo,
} from './times.js';

const own = Trial.prepare.bind(Trial);

const reset = fault({
  name: 'TCP reset',
  isComparable: true,
  detectWithin: soon,
  recoverWithin: firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    trial.proxy.reset();
  },
});

/** How often the link is reset. */
const resets = inRun(10, 40);

const sentAtTheEnd = fault({
  name: `${resets} TCP resets, a message every 5 ms, and three between each error and its close event`,
  options: { reconnectDelay: 50, maxReconnectDelay: 50, maxReconnectAttempts: 1000, maxQueueSize: 10_000 },
  detectWithin: soon,
  recoverWithin: soon,
  prepare: own,
  happen: async (trial) => {
    await trial.client.inFrame("void client.on('error', () => rig.send(3))");
    await trial.client.tick(5);
    trial.strike();
    for (let count = 0; count < resets; ++count) {
      await trial.for(250);
      trial.proxy.reset();
    }
    trial.clear();
  },
});

function halfOpen(which: string, directions: readonly Direction[]): Fault {
  return fault({
    name: `half-open ${which}, in use`,
    isComparable: true,
    detectWithin: probedAfterSend + secondChance + soon,
    recoverWithin: newConnection + secondChance + soon,
    prepare: own,
    happen: async (trial) => {
      await trial.for(500);
      trial.strike();
      for (const direction of directions) trial.proxy.drop(direction);
      await trial.client.send(1);
      await trial.client.tick(1000);
    },
  });
}

const halfOpenIdle = fault({
  name: `half-open both ways, idle${inRun(', heartbeat of 10 s', '')}`,
  isComparable: true,
  // The defaults take 40 s.
  options: inRun({ pingInterval: 10_000, pongTimeout: 5000 }, {}),
  detectWithin: heartbeat + secondChance + soon,
  recoverWithin: heartbeat + firstWait + secondChance + soon,
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    trial.proxy.drop('up');
    trial.proxy.drop('down');
    await trial.for(0);
  },
});

const stalledShortly = fault({
  name: 'link stalls for 3 s, in use',
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    trial.proxy.freeze();
    await trial.for(3000);
    trial.proxy.thaw();
    await trial.for(1000);
  },
});

const stalledLong = fault({
  name: 'link stalls for 12 s and comes alive again, in use',
  mayDisorder: true,
  detectWithin: probedAfterSend + secondChance + soon,
  recoverWithin: newConnection + secondChance + soon,
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    trial.proxy.freeze();
    await trial.client.send(1);
    await trial.client.tick(200);
    await trial.for(12_000);
    trial.proxy.thaw();
  },
});

const sliced = fault({
  name: 'frames sliced into 3 bytes',
  options: { pingInterval: 500 },
  prepare: async (name, setting) => {
    const trial = await Trial.prepare(name, setting);
    trial.proxy.manner.sliceBytes = 3;
    return trial;
  },
  happen: async (trial) => {
    trial.strike();
    await trial.client.send(10, 60);
    await trial.for(2000);
  },
});

const late = fault({
  name: `200 ms of latency each way for ${inRun(5, 30)} s`,
  options: { pingInterval: 1000 },
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    trial.strike();
    trial.proxy.manner.delay = 200;
    await trial.for(inRun(5000, 30_000));
    trial.proxy.manner.delay = 0;
  },
});

const slow = fault({
  name: 'link of 48 KB/s, messages of 60 KB',
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    trial.proxy.manner.bytesPerSecond = 49_152;
    trial.proxy.manner.sliceBytes = 1024;
    await trial.client.send(2, 60_000);
    await trial.for(5000);
  },
});

const flaps = inRun(10, 60);

const flapping = fault({
  name: `link that flaps every second, ${flaps} s`,
  isComparable: true,
  detectWithin: soon,
  // The count is not reset by connections of a second, so the waits grow meanwhile.
  recoverWithin: inRun(waitsUpTo(5), waitsUpTo(6)) + soon,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    for (let second = 0; second < flaps; second += 2) {
      trial.proxy.refuse();
      trial.proxy.reset();
      await trial.for(1000);
      await trial.proxy.accept();
      if (second + 2 < flaps) await trial.for(1000);
    }
    trial.clear();
  },
});

export const linkFaults: readonly Fault[] = [
  reset,
  sentAtTheEnd,
  halfOpen('both ways', ['up', 'down']),
  halfOpen('client to server', ['up']),
  halfOpen('server to client', ['down']),
  halfOpenIdle,
  stalledShortly,
  stalledLong,
  sliced,
  late,
  slow,
  flapping,
];

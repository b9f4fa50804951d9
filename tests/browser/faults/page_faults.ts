// Owns the faults that a page's own world may have: what the browser says of network, visibility and life, and the clocks.
// The events are made by the test, in the client's own frame; life_cycle.test.ts has the engines' own.
import { fault, type Fault } from '../support/fault.js';
import { Trial } from '../support/trial.js';
import { firstWait, inUse, onlineAgain, probed, probedAfterSend, secondChance, soon } from './times.js';

const own = Trial.prepare.bind(Trial);

async function bend(trial: Trial, change: string): Promise<void> {
  await trial.client.inFrame(`world.${change}`);
}

function dropAll(trial: Trial): void {
  trial.proxy.drop('up');
  trial.proxy.drop('down');
}

const lyingOffline = fault({
  name: 'offline and online, both untrue',
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    trial.strike();
    await bend(trial, 'setOnline(false)');
    await trial.for(4000);
    await bend(trial, 'setOnline(true)');
    await trial.for(1000);
  },
});

const offlineForEver = fault({
  name: 'reset while the browser calls itself offline for good',
  detectWithin: soon,
  recoverWithin: 5000,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await bend(trial, 'setOnline(false)');
    await trial.for(500);
    trial.strike();
    trial.proxy.reset();
  },
});

const onlineEndsWait = fault({
  name: 'online after an outage of 4 s',
  detectWithin: soon,
  recoverWithin: 2000,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    trial.proxy.refuse();
    trial.proxy.reset();
    await bend(trial, 'setOnline(false)');
    await trial.for(4000);
    await trial.proxy.accept();
    trial.clear();
    await bend(trial, 'setOnline(true)');
  },
});

function halfOpenThenOnline(which: string, wasOffline: boolean): Fault {
  return fault({
    name: `half-open, in use, ${which}`,
    detectWithin: probedAfterSend + secondChance + soon,
    recoverWithin: onlineAgain + soon,
    prepare: own,
    happen: async (trial) => {
      await trial.for(500);
      trial.strike();
      dropAll(trial);
      await trial.client.send(1);
      await trial.client.tick(1000);
      if (wasOffline) await bend(trial, 'setOnline(false)');
      await trial.for(1000);
      trial.clear();
      await bend(trial, 'setOnline(true)');
    },
  });
}

const offlineTells = fault({
  name: 'half-open, idle, with an offline event',
  detectWithin: probed + secondChance + soon,
  recoverWithin: probed + secondChance + firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    dropAll(trial);
    trial.strike();
    await bend(trial, 'setOnline(false)');
  },
});

const hiddenAlive = fault({
  name: 'hidden for 4 s and back, link alive',
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    await bend(trial, 'setVisible(false)');
    await trial.for(4000);
    await bend(trial, 'setVisible(true)');
    await trial.for(4000);
    await trial.client.send(1);
  },
});

const hiddenDead = fault({
  name: 'back from hidden, link half-open, idle',
  detectWithin: probed + secondChance + soon,
  recoverWithin: probed + secondChance + firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    await bend(trial, 'setVisible(false)');
    await trial.for(1000);
    dropAll(trial);
    trial.strike();
    await bend(trial, 'setVisible(true)');
  },
});

const throttledAlive = fault({
  name: 'timers on a grid of 5 s, heartbeat of 2 s, link alive',
  options: { pingInterval: 2000, pongTimeout: 1000 },
  prepare: own,
  happen: async (trial) => {
    await bend(trial, 'throttleTimers(5000)');
    trial.strike();
    await trial.for(20_000);
    await bend(trial, 'throttleTimers(0)');
    await trial.client.send(1);
  },
});

const throttledDead = fault({
  name: 'timers on a grid of 5 s, heartbeat of 2 s, half-open',
  options: { pingInterval: 2000, pongTimeout: 1000 },
  // The timer before the fault, the ping, its time-out and the retry are each up to a step late.
  detectWithin: 3000 + secondChance + 4 * 5000,
  recoverWithin: 4000 + secondChance + 5 * 5000,
  prepare: own,
  happen: async (trial) => {
    await bend(trial, 'throttleTimers(5000)');
    trial.strike();
    dropAll(trial);
  },
});

const frozenEvents = fault({
  name: 'freeze and resume, as events',
  detectWithin: soon,
  recoverWithin: firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    await bend(trial, 'setFrozen(true)');
    await trial.for(2000);
    trial.clear();
    await bend(trial, 'setFrozen(false)');
  },
});

const sleepDead = fault({
  name: 'sleep of an hour, link half-open, then in use',
  detectWithin: probed + secondChance + soon,
  recoverWithin: probed + secondChance + firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    dropAll(trial);
    await bend(trial, 'sleep(3_600_000)');
    trial.strike();
    await trial.client.send(1);
  },
});

const sleepUnnoticed = fault({
  name: 'sleep in which the steady clock stood still, link half-open, then in use',
  detectWithin: probedAfterSend + secondChance + soon,
  recoverWithin: probedAfterSend + secondChance + firstWait + soon,
  prepare: own,
  happen: async (trial) => {
    dropAll(trial);
    await bend(trial, 'setWallClock(3_600_000)');
    trial.strike();
    await trial.client.send(1);
  },
});

const sleepAlive = fault({
  name: 'sleep of an hour, link alive, then in use',
  prepare: own,
  happen: async (trial) => {
    trial.strike();
    await bend(trial, 'sleep(3_600_000)');
    await trial.client.send(1);
    await trial.for(6000);
    await trial.client.send(1);
  },
});

const clockSetBack = fault({
  name: 'wall clock set back by an hour, then half-open, idle',
  options: { pingInterval: 1000, pongTimeout: 1000 },
  detectWithin: 2000 + secondChance + soon,
  recoverWithin: 3000 + secondChance + soon,
  prepare: own,
  happen: async (trial) => {
    await bend(trial, 'setWallClock(-3_600_000)');
    await trial.for(2000);
    dropAll(trial);
    trial.strike();
  },
});

export const pageFaults: readonly Fault[] = [
  lyingOffline,
  offlineForEver,
  onlineEndsWait,
  halfOpenThenOnline('with an online event', false),
  halfOpenThenOnline('offline for 1 s and online again', true),
  offlineTells,
  hiddenAlive,
  hiddenDead,
  throttledAlive,
  throttledDead,
  frozenEvents,
  sleepDead,
  sleepUnnoticed,
  sleepAlive,
  clockSetBack,
];

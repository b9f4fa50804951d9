// Faults in the page's environment: network state, visibility, freezing, clocks. They are simulated in the
// client's prepare frame; page_lifecycle.test.ts and hidden.test.ts have the real ones.
import { defineFault, type Fault } from '../support/fault.js';
import { Experiment } from '../support/experiment.js';
import {
  firstDelay,
  messageInterval,
  onlineRecovery,
  probeTime,
  inUseTime,
  secondChance,
  tolerance,
} from './times.js';

const prepare = Experiment.prepare.bind(Experiment);

async function simulate(experiment: Experiment, change: string): Promise<void> {
  await experiment.client.inFrame(`environment.${change}`);
}

function dropAll(experiment: Experiment): void {
  experiment.proxy.drop('up');
  experiment.proxy.drop('down');
}

const falseOffline = defineFault({
  name: 'false offline and online events',
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    experiment.startFault();
    await simulate(experiment, 'setOnline(false)');
    await experiment.wait(4000);
    await simulate(experiment, 'setOnline(true)');
    await experiment.wait(1000);
  },
});

const permanentlyOffline = defineFault({
  name: 'reset while the browser reports to be offline for ever',
  detectWithin: tolerance,
  recoverWithin: 5000,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await simulate(experiment, 'setOnline(false)');
    await experiment.wait(500);
    experiment.startFault();
    experiment.proxy.reset();
  },
});

const onlineAfterOutage = defineFault({
  name: 'online event after an outage of 4 s',
  detectWithin: tolerance,
  recoverWithin: 2000,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    experiment.proxy.refuse();
    experiment.proxy.reset();
    await simulate(experiment, 'setOnline(false)');
    await experiment.wait(4000);
    await experiment.proxy.accept();
    experiment.endFault();
    await simulate(experiment, 'setOnline(true)');
  },
});

function halfOpenThenOnline(which: string, wasOffline: boolean): Fault {
  return defineFault({
    name: `half-open, in use, ${which}`,
    detectWithin: inUseTime + secondChance + tolerance,
    recoverWithin: onlineRecovery + tolerance,
    prepare,
    inject: async (experiment) => {
      await experiment.wait(500);
      experiment.startFault();
      dropAll(experiment);
      await experiment.client.send(1);
      await experiment.client.sendEvery(1000);
      if (wasOffline) await simulate(experiment, 'setOnline(false)');
      await experiment.wait(1000);
      experiment.endFault();
      await simulate(experiment, 'setOnline(true)');
    },
  });
}

const idleOffline = defineFault({
  name: 'half-open, idle, with an offline event',
  detectWithin: probeTime + secondChance + tolerance,
  recoverWithin: probeTime + secondChance + firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    dropAll(experiment);
    experiment.startFault();
    await simulate(experiment, 'setOnline(false)');
  },
});

const hiddenAlive = defineFault({
  name: 'hidden for 4 s and shown again, link alive',
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    await simulate(experiment, 'setVisible(false)');
    await experiment.wait(4000);
    await simulate(experiment, 'setVisible(true)');
    await experiment.wait(4000);
    await experiment.client.send(1);
  },
});

const hiddenDead = defineFault({
  name: 'shown again after hidden, link half-open, idle',
  detectWithin: probeTime + secondChance + tolerance,
  recoverWithin: probeTime + secondChance + firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    await simulate(experiment, 'setVisible(false)');
    await experiment.wait(1000);
    dropAll(experiment);
    experiment.startFault();
    await simulate(experiment, 'setVisible(true)');
  },
});

const throttledAlive = defineFault({
  name: 'timers throttled to multiples of 5 s, heartbeat of 2 s, link alive',
  options: { pingInterval: 2000, pongTimeout: 1000 },
  prepare,
  inject: async (experiment) => {
    await simulate(experiment, 'throttleTimers(5000)');
    experiment.startFault();
    await experiment.wait(20_000);
    await simulate(experiment, 'throttleTimers(0)');
    await experiment.client.send(1);
  },
});

const throttledDead = defineFault({
  name: 'timers throttled to multiples of 5 s, heartbeat of 2 s, half-open',
  options: { pingInterval: 2000, pongTimeout: 1000 },
  // The timer before the fault, the ping, its timeout and the retry can each be one step late.
  detectWithin: 3000 + secondChance + 4 * 5000,
  recoverWithin: 4000 + secondChance + 5 * 5000,
  prepare,
  inject: async (experiment) => {
    await simulate(experiment, 'throttleTimers(5000)');
    experiment.startFault();
    dropAll(experiment);
  },
});

const frozenEvents = defineFault({
  name: 'freeze and resume events',
  detectWithin: tolerance,
  recoverWithin: firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    await simulate(experiment, 'setFrozen(true)');
    await experiment.wait(2000);
    experiment.endFault();
    await simulate(experiment, 'setFrozen(false)');
  },
});

const sleepDead = defineFault({
  name: 'sleep of one hour, link half-open, then in use',
  detectWithin: probeTime + secondChance + tolerance,
  recoverWithin: probeTime + secondChance + firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    dropAll(experiment);
    await simulate(experiment, 'sleep(3_600_000)');
    experiment.startFault();
    await experiment.client.send(1);
  },
});

const sleepUnnoticed = defineFault({
  name: 'sleep during which the monotonic clock stops, link half-open, then in use',
  detectWithin: inUseTime + secondChance + tolerance,
  recoverWithin: inUseTime + secondChance + firstDelay + tolerance,
  prepare,
  inject: async (experiment) => {
    dropAll(experiment);
    await simulate(experiment, 'moveWallClock(3_600_000)');
    experiment.startFault();
    await experiment.client.send(1);
  },
});

const sleepAlive = defineFault({
  name: 'sleep of one hour, link alive, then in use',
  prepare,
  inject: async (experiment) => {
    experiment.startFault();
    await simulate(experiment, 'sleep(3_600_000)');
    await experiment.client.send(1);
    await experiment.wait(6000);
    await experiment.client.send(1);
  },
});

const clockSetBack = defineFault({
  name: 'wall clock set back by one hour, then half-open, idle',
  options: { pingInterval: 1000, pongTimeout: 1000 },
  detectWithin: 2000 + secondChance + tolerance,
  recoverWithin: 3000 + secondChance + tolerance,
  prepare,
  inject: async (experiment) => {
    await simulate(experiment, 'moveWallClock(-3_600_000)');
    await experiment.wait(2000);
    dropAll(experiment);
    experiment.startFault();
  },
});

export const pageFaults: readonly Fault[] = [
  falseOffline,
  permanentlyOffline,
  onlineAfterOutage,
  halfOpenThenOnline('with an online event', false),
  halfOpenThenOnline('offline for 1 s and online again', true),
  idleOffline,
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

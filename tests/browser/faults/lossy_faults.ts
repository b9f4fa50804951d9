// Owns the faults of a link that truly loses packets: no end, no reset, only TCP's own patience.
// Refuses to exist where network namespaces may not be made.
import { fault, type Fault } from '../support/fault.js';
import { ForeignServer } from '../support/network/foreign_server.js';
import { LossyLink } from '../support/network/lossy_link.js';
import type { Direction } from '../support/network/fault_proxy.js';
import { Trial, type Setting } from '../support/trial.js';
import { firstWait, newConnection, probedAfterSend, secondChance, soon, onlineAgain } from './times.js';

type LossyTrial = Trial<ForeignServer>;

const links = new WeakMap<LossyTrial, LossyLink>();

function linkOf(trial: LossyTrial): LossyLink {
  const link = links.get(trial);
  if (link === undefined) throw new Error(`${trial.fault} has no link`);
  return link;
}

const behindLink = {
  prepare: async (name: string, setting: Setting): Promise<LossyTrial> => {
    const link = new LossyLink();
    const trial = await Trial.with(await ForeignServer.start(link.far, link.prefix), name, setting);
    links.set(trial, link);
    return trial;
  },
  url: (trial: LossyTrial): Promise<string> => {
    const { host, port } = trial.server.address;
    return Promise.resolve(`ws://${host}:${port}/`);
  },
  after: (trial: LossyTrial): Promise<void> => {
    linkOf(trial).remove();
    return Promise.resolve();
  },
};

function oneConnectionLost(which: string, directions: readonly Direction[]): Fault {
  return fault({
    ...behindLink,
    name: `packets of one connection lost ${which}, in use`,
    detectWithin: probedAfterSend + secondChance + soon,
    recoverWithin: newConnection + secondChance + soon,
    happen: async (trial) => {
      const port = await trial.server.firstPort();
      await trial.for(500);
      trial.strike();
      for (const direction of directions) linkOf(trial).drop(direction, port);
      await trial.client.send(1);
      await trial.client.tick(1000);
    },
  });
}

const allLost = fault({
  ...behindLink,
  name: 'all packets lost for 12 s, with offline and online events, in use',
  // TCP delivers what it still holds of the first connection once packets pass again.
  mayDisorder: true,
  detectWithin: probedAfterSend + secondChance + soon,
  recoverWithin: onlineAgain + soon,
  happen: async (trial) => {
    await trial.client.tick(500);
    await trial.for(500);
    trial.strike();
    linkOf(trial).drop('up');
    linkOf(trial).drop('down');
    await trial.client.inFrame('world.setOnline(false)');
    await trial.for(12_000);
    linkOf(trial).heal();
    trial.clear();
    await trial.client.inFrame('world.setOnline(true)');
  },
});

const shortLoss = fault({
  ...behindLink,
  name: 'all packets lost for 1.2 s, in use',
  happen: async (trial) => {
    await trial.client.tick(500);
    await trial.for(500);
    trial.strike();
    linkOf(trial).drop('up');
    linkOf(trial).drop('down');
    await trial.for(1200);
    linkOf(trial).heal();
    await trial.for(firstWait);
  },
});

export const lossyFaults: readonly Fault[] = [
  oneConnectionLost('both ways', ['up', 'down']),
  oneConnectionLost('client to server', ['up']),
  oneConnectionLost('server to client', ['down']),
  allLost,
  shortLoss,
];

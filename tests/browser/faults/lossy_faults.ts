// Faults of a link that loses packets without closing the TCP connection. They need network namespaces.
import { defineFault, type Fault } from '../support/fault.js';
import type { Direction } from '../support/network/fault_proxy.js';
import { behindLink, getLink } from './behind_link.js';
import { firstDelay, halfOpenRecovery, inUseTime, secondChance, tolerance, onlineRecovery } from './times.js';

function loseOneConnection(which: string, directions: readonly Direction[]): Fault {
  return defineFault({
    ...behindLink,
    name: `packets of one connection lost ${which}, in use`,
    detectWithin: inUseTime + secondChance + tolerance,
    recoverWithin: halfOpenRecovery + secondChance + tolerance,
    inject: async (experiment) => {
      const port = await experiment.server.firstPort();
      await experiment.wait(500);
      experiment.startFault();
      for (const direction of directions) getLink(experiment).drop(direction, port);
      await experiment.client.send(1);
      await experiment.client.sendEvery(1000);
    },
  });
}

const loseEverything = defineFault({
  ...behindLink,
  name: 'all packets lost for 12 s, with offline and online events, in use',
  // When packets pass again, TCP delivers what it still holds of the first connection.
  mayReorder: true,
  detectWithin: inUseTime + secondChance + tolerance,
  recoverWithin: onlineRecovery + tolerance,
  inject: async (experiment) => {
    await experiment.client.sendEvery(500);
    await experiment.wait(500);
    experiment.startFault();
    getLink(experiment).drop('up');
    getLink(experiment).drop('down');
    await experiment.client.inFrame('environment.setOnline(false)');
    await experiment.wait(12_000);
    getLink(experiment).heal();
    experiment.endFault();
    await experiment.client.inFrame('environment.setOnline(true)');
  },
});

const loseEverythingBriefly = defineFault({
  ...behindLink,
  name: 'all packets lost for 1.2 s, in use',
  inject: async (experiment) => {
    await experiment.client.sendEvery(500);
    await experiment.wait(500);
    experiment.startFault();
    getLink(experiment).drop('up');
    getLink(experiment).drop('down');
    await experiment.wait(1200);
    getLink(experiment).heal();
    await experiment.wait(firstDelay);
  },
});

export const lossyFaults: readonly Fault[] = [
  loseOneConnection('both ways', ['up', 'down']),
  loseOneConnection('client to server', ['up']),
  loseOneConnection('server to client', ['down']),
  loseEverything,
  loseEverythingBriefly,
];

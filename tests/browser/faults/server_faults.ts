// Owns the faults that a server, or a proxy that knows HTTP, may have.
import { fault, type Fault } from '../support/fault.js';
import { ForeignServer } from '../support/network/foreign_server.js';
import {
  idleSeconds,
  startIdleCutter,
  type CutterName,
  type IdleCutter,
} from '../support/network/idle_cutters.js';
import { freePort, ownAddress } from '../support/network/ports.js';
import { Trial } from '../support/trial.js';
import { firstWait, inUse, soon, waitsUpTo } from './times.js';

const own = Trial.prepare.bind(Trial);

const gone = fault({
  name: 'server gone for 3 s',
  isComparable: true,
  detectWithin: soon,
  recoverWithin: waitsUpTo(3) + soon,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    await trial.server.stop();
    await trial.for(3000);
    await trial.server.start();
    trial.clear();
  },
});

const killed = fault({
  name: 'python3-websockets killed and restarted',
  detectWithin: soon,
  recoverWithin: waitsUpTo(3) + soon,
  prepare: async (name, setting) => {
    const host = ownAddress();
    return Trial.with(await ForeignServer.start({ host, port: await freePort(host) }), name, setting);
  },
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.strike();
    await trial.server.stop();
    await trial.for(1000);
    await trial.server.start();
    trial.clear();
  },
});

function refused(status: 403 | 503): Fault {
  return fault({
    name: `handshakes refused with ${status}`,
    isComparable: true,
    detectWithin: soon,
    recoverWithin: waitsUpTo(4) + soon,
    prepare: own,
    happen: async (trial) => {
      await trial.client.tick(inUse);
      await trial.for(500);
      trial.server.reception = status;
      trial.strike();
      trial.proxy.reset();
      await trial.for(4000);
      trial.server.reception = 'accept';
      trial.clear();
    },
  });
}

const hanging = fault({
  name: 'handshake that hangs',
  isComparable: true,
  detectWithin: soon,
  // The attempt that hangs is given its connectionTimeout.
  recoverWithin: 10_000 + waitsUpTo(2) + soon,
  prepare: own,
  happen: async (trial) => {
    await trial.client.tick(inUse);
    await trial.for(500);
    trial.server.reception = 'hang';
    trial.strike();
    trial.proxy.reset();
    await trial.for(firstWait + soon);
    trial.server.reception = 'accept';
    trial.clear();
  },
});

const cutters = new WeakMap<Trial, IdleCutter>();

function idleCut(name: CutterName): Fault[] {
  const shared = {
    prepare: own,
    url: async (trial: Trial) => {
      const cutter = await startIdleCutter(name, trial.server.address);
      cutters.set(trial, cutter);
      return cutter.url;
    },
    after: async (trial: Trial) => {
      await cutters.get(trial)?.close();
    },
  };
  return [
    fault({
      ...shared,
      name: `cut by ${name} when idle for 2 s`,
      isComparable: true,
      // The probe after the first message puts it off by another limit.
      detectWithin: 2 * idleSeconds * 1000 + soon,
      recoverWithin: 2 * idleSeconds * 1000 + firstWait + 2 * soon,
      happen: async (trial) => {
        await trial.client.send(1);
        trial.strike();
        await trial.for(0);
      },
    }),
    fault({
      ...shared,
      name: `behind ${name} with an idle limit of 2 s, heartbeat of 0.5 s`,
      options: { pingInterval: 500 },
      happen: async (trial) => {
        trial.strike();
        await trial.for(4000);
        await trial.client.send(1);
      },
    }),
  ];
}

export const serverFaults: readonly Fault[] = [
  gone,
  killed,
  refused(403),
  refused(503),
  hanging,
  ...idleCut('nginx'),
  ...idleCut('haproxy'),
];

// Faults of the server, or of an HTTP proxy in front of it.
import { defineFault, type Fault } from '../support/fault.js';
import { PythonServer } from '../support/network/python_server.js';
import {
  idleSeconds,
  startIdleProxy,
  type IdleProxyName,
  type IdleProxy,
} from '../support/network/idle_proxies.js';
import { freePort, uniqueLoopbackAddress } from '../support/network/ports.js';
import { Experiment } from '../support/experiment.js';
import { firstDelay, messageInterval, tolerance, maxDelay } from './times.js';

const prepare = Experiment.prepare.bind(Experiment);

const serverGone = defineFault({
  name: 'server down for 3 s',
  isComparable: true,
  detectWithin: tolerance,
  recoverWithin: maxDelay(3) + tolerance,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    await experiment.server.stop();
    await experiment.wait(3000);
    await experiment.server.start();
    experiment.endFault();
  },
});

const serverKilled = defineFault({
  name: 'python3-websockets killed and restarted',
  detectWithin: tolerance,
  recoverWithin: maxDelay(3) + tolerance,
  prepare: async (name, setting) => {
    const host = uniqueLoopbackAddress();
    return Experiment.with(await PythonServer.start({ host, port: await freePort(host) }), name, setting);
  },
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.startFault();
    await experiment.server.stop();
    await experiment.wait(1000);
    await experiment.server.start();
    experiment.endFault();
  },
});

function handshakeRefused(status: 403 | 503): Fault {
  return defineFault({
    name: `handshakes refused with ${status}`,
    isComparable: true,
    detectWithin: tolerance,
    recoverWithin: maxDelay(4) + tolerance,
    prepare,
    inject: async (experiment) => {
      await experiment.client.sendEvery(messageInterval);
      await experiment.wait(500);
      experiment.server.handshakeAnswer = status;
      experiment.startFault();
      experiment.proxy.reset();
      await experiment.wait(4000);
      experiment.server.handshakeAnswer = 'accept';
      experiment.endFault();
    },
  });
}

const handshakeHangs = defineFault({
  name: 'handshake that hangs',
  isComparable: true,
  detectWithin: tolerance,
  // The handshakeHangs attempt ends after its connectionTimeout.
  recoverWithin: 10_000 + maxDelay(2) + tolerance,
  prepare,
  inject: async (experiment) => {
    await experiment.client.sendEvery(messageInterval);
    await experiment.wait(500);
    experiment.server.handshakeAnswer = 'hang';
    experiment.startFault();
    experiment.proxy.reset();
    await experiment.wait(firstDelay + tolerance);
    experiment.server.handshakeAnswer = 'accept';
    experiment.endFault();
  },
});

const proxies = new WeakMap<Experiment, IdleProxy>();

function idleTimeout(name: IdleProxyName): Fault[] {
  const shared = {
    prepare,
    url: async (experiment: Experiment) => {
      const proxy = await startIdleProxy(name, experiment.server.address);
      proxies.set(experiment, proxy);
      return proxy.url;
    },
    cleanUp: async (experiment: Experiment) => {
      await proxies.get(experiment)?.close();
    },
  };
  return [
    defineFault({
      ...shared,
      name: `closed by ${name} when idle for 2 s`,
      isComparable: true,
      // The probe after the first message delays the timeout by one more limit.
      detectWithin: 2 * idleSeconds * 1000 + tolerance,
      recoverWithin: 2 * idleSeconds * 1000 + firstDelay + 2 * tolerance,
      inject: async (experiment) => {
        await experiment.client.send(1);
        experiment.startFault();
        await experiment.wait(0);
      },
    }),
    defineFault({
      ...shared,
      name: `behind ${name} with an idle limit of 2 s, heartbeat of 0.5 s`,
      options: { pingInterval: 500 },
      inject: async (experiment) => {
        experiment.startFault();
        await experiment.wait(4000);
        await experiment.client.send(1);
      },
    }),
  ];
}

export const serverFaults: readonly Fault[] = [
  serverGone,
  serverKilled,
  handshakeRefused(403),
  handshakeRefused(503),
  handshakeHangs,
  ...idleTimeout('nginx'),
  ...idleTimeout('haproxy'),
];

// Faults while 12 MB are under way: a link that dies and a server that freezes must be noticed soon, a slow link must not be
// given up, and nothing may be delivered twice, although bufferedAmount is inexact in every engine.
import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import { Experiment, type Setting } from '../support/experiment.js';
import { defineFault, type Fault } from '../support/fault.js';
import { canLimitRate, canMakeLinks } from '../support/network/lossy_link.js';
import { freePort, uniqueLoopbackAddress } from '../support/network/ports.js';
import { PythonServer } from '../support/network/python_server.js';
import { shortOrLong } from '../support/run_length.js';
import { behindLink, getLink } from './behind_link.js';
import { firstDelay, probeTime, secondChance, tolerance } from './times.js';

const messages = 200;
const messageBytes = 60_000;

/** Room for all messages: what was not sent is queued again when the connection is lost. */
const options = { maxQueueSize: 1000, maxQueueBytes: 67_108_864 };

/** Documented: time in which a dead link with much under way is noticed, ms. */
const noticedWithin = { measured: 6000, unmeasured: 20_000 };

type Rate = keyof typeof noticedWithin;

const toName: Readonly<Record<Rate, string>> = {
  measured: 'a fast link',
  unmeasured: 'a link that was not measured yet',
};

let lastTurn = Promise.resolve();

/** Lets the bursts begin one after the other: many at once compete for the processor, which spoils the times. */
function takeTurn(): Promise<void> {
  const turn = lastTurn;
  lastTurn = turn.then(() => pause(3000));
  return turn;
}

/** Lets the client measure the link: pongs answer the pings between these messages. */
async function measureLink<Server extends PythonServer>(
  experiment: Experiment<Server>,
  rate: Rate,
): Promise<void> {
  if (rate === 'unmeasured') return;
  await experiment.client.send(20, messageBytes);
  await waitForArrivals(experiment, 20, 10_000);
  await experiment.wait(1000);
}

async function waitForArrivals(
  { server }: Experiment<PythonServer>,
  count: number,
  within: number,
): Promise<void> {
  await vi.waitUntil(() => server.arrivals.length >= count, { timeout: within, interval: 10 });
}

const behindLinkInTurn = {
  ...behindLink,
  prepare: async (name: string, setting: Setting) => {
    await takeTurn();
    return behindLink.prepare(name, setting);
  },
};

function linkDies(rate: Rate): Fault {
  return defineFault({
    ...behindLinkInTurn,
    name: `12 MB under way on ${toName[rate]} that dies`,
    options,
    detectWithin: noticedWithin[rate],
    recoverWithin: noticedWithin[rate] + firstDelay + tolerance,
    inject: async (experiment) => {
      const { client } = experiment;
      const port = await experiment.server.firstPort();
      await measureLink(experiment, rate);
      if (rate === 'measured') void client.send(messages / 2, messageBytes);
      getLink(experiment).drop('up', port);
      getLink(experiment).drop('down', port);
      await client.send(rate === 'measured' ? messages / 2 : messages, messageBytes);
      // A busy page takes its time to send all: only then is as much under way as the name says.
      experiment.startFault();
    },
  });
}

async function withServer(name: string, setting: Setting, pingInterval?: number) {
  await takeTurn();
  const host = uniqueLoopbackAddress();
  const server = await PythonServer.start(
    { host, port: await freePort(host) },
    pingInterval === undefined ? {} : { pingInterval },
  );
  return Experiment.with(server, name, setting);
}

function serverFreezes(rate: Rate): Fault {
  return defineFault({
    name: `12 MB under way on ${toName[rate]}, the server freezes`,
    options,
    // The server reads what the old connection holds when it works again.
    mayReorder: true,
    detectWithin: noticedWithin[rate],
    recoverWithin: firstDelay + tolerance,
    prepare: (name, setting) => withServer(name, setting),
    url: ({ server }) => Promise.resolve(server.url),
    inject: async (experiment) => {
      await measureLink(experiment, rate);
      experiment.server.freeze();
      await experiment.client.send(messages, messageBytes);
      experiment.startFault();
      await experiment.detected(noticedWithin[rate] + 30_000);
      await experiment.wait(2000);
      experiment.server.thaw();
      experiment.endFault();
    },
  });
}

/** How long a slow link is watched, ms. No dead link is given more than 60 s and a probe's time. */
const watchTime = shortOrLong(50_000, 90_000);

function slowReader(kilobytesPerSecond: number): Fault {
  return defineFault({
    name: `12 MB under way to a proxy that reads ${kilobytesPerSecond} KB/s, ${watchTime / 1000} s`,
    options,
    prepare: async (name, setting) => {
      const experiment = await withServer(name, setting);
      Object.assign(experiment.proxy.properties, {
        bytesPerSecond: kilobytesPerSecond * 1024,
        sliceBytes: 1024,
      });
      return experiment;
    },
    inject: async (experiment) => {
      experiment.startFault();
      await experiment.client.send(messages, messageBytes);
      await experiment.wait(watchTime);
      checkSlowAndKept(experiment);
      Object.assign(experiment.proxy.properties, { bytesPerSecond: Infinity, sliceBytes: Infinity });
    },
  });
}

/** TCP, IP and the filter's own losses take this share of the link, so the rate is higher than that of the messages. */
const overhead = 1.1;

function slowLink(kilobytesPerSecond: number): Fault {
  return defineFault({
    ...behindLinkInTurn,
    name: `12 MB under way on a link of ${kilobytesPerSecond} KB/s, ${watchTime / 1000} s`,
    options,
    inject: async (experiment) => {
      const link = getLink(experiment);
      if (!link.tryLimitRate(Math.round(kilobytesPerSecond * 1024 * overhead)))
        throw new Error('The kernel cannot limit the rate of a link');
      experiment.startFault();
      await experiment.client.send(messages, messageBytes);
      await experiment.wait(watchTime);
      checkSlowAndKept(experiment);
      link.unlimitRate();
    },
  });
}

/** Most messages have not arrived, and the client still has its first connection. */
function checkSlowAndKept({ client, server }: Experiment<PythonServer>): void {
  if (server.arrivals.length >= messages / 2) throw new Error('The link was not slow');
  const down = client.first('down', 0);
  if (down !== undefined) throw new Error(`The slow link was given up: ${down.detail}`);
}

/** Fast enough to deliver all soon, slow enough for the server's pings to arrive while data is queued. */
const pingedLink = { bytesPerSecond: 3_000_000, sliceBytes: 16_384 };

/** The proxied server sends a WebSocket ping with a payload every 200 ms. */
async function withPings(name: string, setting: Setting): Promise<Experiment<PythonServer>> {
  const experiment = await withServer(name, setting, 0.2);
  Object.assign(experiment.proxy.properties, pingedLink);
  return experiment;
}

const lostBetweenPings = defineFault({
  name: '12 MB under way to a server that sends pings, TCP reset',
  options,
  detectWithin: tolerance,
  recoverWithin: firstDelay + tolerance,
  prepare: withPings,
  inject: async (experiment) => {
    await experiment.client.send(messages, messageBytes);
    await waitForArrivals(experiment, messages / 3, 60_000);
    experiment.startFault();
    experiment.proxy.reset();
  },
});

const smallMessages = 100;

const lostAfterPings = defineFault({
  name: '12 MB delivered to a server that sends pings, TCP reset before the last answers',
  options,
  detectWithin: probeTime + secondChance + tolerance,
  recoverWithin: probeTime + secondChance + firstDelay + tolerance,
  prepare: withPings,
  inject: async (experiment) => {
    await experiment.client.send(messages, messageBytes);
    // In Firefox the pongs leave a remainder in bufferedAmount, in which small messages have room.
    await experiment.client.send(smallMessages);
    await waitForArrivals(experiment, messages * 0.75, 60_000);
    experiment.startFault();
    experiment.proxy.drop('down');
    await waitForArrivals(experiment, messages + smallMessages, 60_000);
    experiment.proxy.reset();
  },
});

const hasLinks = canMakeLinks();
const hasSlowLinks = hasLinks && canLimitRate();
if (hasLinks && !hasSlowLinks)
  console.warn('This kernel cannot limit the rate of a link: only a slow proxy is tested.');

/** The longest begin first. */
export const burstFaults: readonly Fault[] = [
  slowReader(48),
  slowReader(8),
  ...(hasSlowLinks ? [slowLink(48), slowLink(8)] : []),
  ...(hasLinks ? [linkDies('unmeasured'), linkDies('measured')] : []),
  serverFreezes('unmeasured'),
  serverFreezes('measured'),
  lostBetweenPings,
  lostAfterPings,
];

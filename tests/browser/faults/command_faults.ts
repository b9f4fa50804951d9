// Commands at a bad moment: disconnect() from a server that never answers the close frame, and connect() on a page that
// blocks while its socket opens.
import { Experiment } from '../support/experiment.js';
import { defineFault, type Fault } from '../support/fault.js';
import { freePort, uniqueLoopbackAddress } from '../support/network/ports.js';
import { PythonServer } from '../support/network/python_server.js';
import { firstDelay, tolerance } from './times.js';

const closeGrace = 200;

/** The engines wait 2 s or longer for the answer to a close frame, some for ever. */
function unansweredClose(what: string, messages: number): Fault {
  return defineFault({
    name: `disconnect() from a frozen server, ${what}, closeGrace of 0.2 s`,
    options: { closeGrace },
    // The frozen server reads what the old connection holds when it works again.
    mayReorder: true,
    detectWithin: closeGrace + tolerance,
    recoverWithin: firstDelay + tolerance,
    prepare: async (name, setting) => {
      const host = uniqueLoopbackAddress();
      return Experiment.with(await PythonServer.start({ host, port: await freePort(host) }), name, setting);
    },
    url: ({ server }) => Promise.resolve(server.url),
    inject: async (experiment) => {
      const { client, server } = experiment;
      await experiment.wait(500);
      server.freeze();
      if (messages > 0) await client.send(messages, 60_000);
      experiment.startFault();
      await client.inFrame('client.disconnect()');
      await experiment.detected(closeGrace + 30_000);
      server.thaw();
      experiment.endFault();
      await client.inFrame('void client.connect()');
    },
  });
}

const connectionTimeout = 1000;
const rounds = 5;

/** Which of the two the browser runs first, the late timer or the open event, differs from round to round. */
const blockedPage = defineFault({
  name: `page blocks for 1.5 s after connect(), connectionTimeout of 1 s, ${rounds} times`,
  options: { connectionTimeout },
  prepare: Experiment.prepare.bind(Experiment),
  inject: async (experiment) => {
    const { client, proxy } = experiment;
    for (let round = 0; round < rounds; ++round) {
      let now = Date.now();
      await client.inFrame('client.disconnect()');
      await client.waitFor('down', closeGrace + tolerance, now);
      now = Date.now();
      experiment.startFault();
      const accepted = proxy.accepted;
      await client.inFrame(`{
        void client.connect();
        const end = performance.now() + 1500;
        while (performance.now() < end);
      }`);
      await client.waitFor('up', 1500 + tolerance, now);
      await experiment.wait(300);
      if (proxy.accepted !== accepted + 1 || (await client.state()) !== 'connected')
        throw new Error(`Round ${round}: the socket was given up, ${proxy.accepted - accepted} were opened`);
    }
    await client.send(1);
  },
});

export const commandFaults: readonly Fault[] = [
  unansweredClose('idle', 0),
  unansweredClose('6 MB under way', 100),
];

/** These must not share their page: they stop every client in it. */
export const blockingFaults: readonly Fault[] = [blockedPage];

// The throughput of messages in a session, compared with the same client without one.
import { type Section } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startEchoServer } from '../support/echo_server.js';
import { measureRates, textRows, toLine } from './echo.js';
import { type Bench, logProgress } from './measurement.js';

const [plain, again, inSession] = ['without a session', 'without, again', 'in a session'] as const;

export async function sessions(allBench: Bench): Promise<Section> {
  const ours = allBench.contenders.find(({ file }) => file === 'ours');
  if (ours === undefined) throw new RangeError('--contenders must include a build of this package');
  const contenders = [
    { ...ours, name: plain },
    { ...ours, name: again },
    { ...ours, name: inSession, file: 'ours_session' },
  ];
  const bench = { ...allBench, contenders };
  const server = await startEchoServer();
  const runner = await startChromium(contenders, bench.server);
  const urlOf = (name: string): string => (name === inSession ? server.sessionUrl : server.textUrl);
  try {
    const lines: string[][] = [];
    for (const row of textRows) {
      logProgress(`sessions: ${row.title}`);
      lines.push(toLine(row.title, await measureRates(bench, runner, urlOf, row)));
    }
    return {
      title: 'Echo in a session',
      explanation:
        'Chromium, as above, with this package alone. Without a session the server is `ws` that reads each message as a string ' +
        'and sends it back; in a session it is the `SessionServer` of this package on `ws`, with a `MemoryStore` and a handler ' +
        'that sends each string back: each message is counted and stored on both sides. The client without a session takes part ' +
        'twice: the difference of the second from 1 is the noise of the machine.',
      tables: [{ title: 'Throughput', head: ['messages', `${plain}, 1/s`, again, inSession], rows: lines }],
    };
  } finally {
    await runner.close();
    server.close();
  }
}

// The throughput of messages in a session, compared with the same client without one.
import { Samples } from '../report/samples.js';
import { type Section } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startEchoServer } from '../support/echo_server.js';
import { textRows, toLine } from './echo.js';
import { type Bench, countRounds, interleave, logProgress } from './measurement.js';

const [plain, again, inSession] = ['without a session', 'without, again', 'in a session'] as const;
const browserCount = 4;
const warmUps = 2;

export async function sessions(bench: Bench): Promise<Section> {
  const ours = bench.contenders.find(({ file }) => file === 'ours');
  if (ours === undefined) throw new RangeError('--contenders must include a build of this package');
  const page = { ...ours, file: 'ours_session' };
  const server = await startEchoServer();
  const urls = new Map([
    [plain, server.textUrl],
    [again, `${server.textUrl}?again`],
    [inSession, server.sessionUrl],
  ]);
  const clients = [...urls.keys()].map((name) => ({ ...page, name }));
  const rows = textRows.map((row) => ({ ...row, samples: new Samples() }));
  const rounds = Math.ceil(countRounds(bench, 40) / browserCount);
  try {
    for (let index = 1; index <= browserCount; index += 1) {
      const runner = await startChromium([page], bench.server);
      try {
        for (const { title, kind, milliseconds, samples } of rows) {
          logProgress(`sessions, browser ${index} of ${browserCount}: ${title}`);
          const measure = (name: string): Promise<number> =>
            runner.call(page.name, 'echo', { url: urls.get(name as typeof plain) ?? '', kind, milliseconds });
          await interleave(clients, warmUps, async ({ name }) => {
            await measure(name);
          });
          await interleave(clients, rounds, async ({ name }) => {
            samples.add(name, await measure(name));
          });
          await runner.call(page.name, 'echoEnd', undefined);
        }
      } finally {
        await runner.close();
      }
    }
    return {
      title: 'Echo in a session',
      explanation:
        'Chromium, as above, with this package alone. Without a session the server is `ws` that reads each message as a string ' +
        'and sends it back; in a session it is the `SessionServer` of this package on `ws`, with a `MemoryStore` and a handler ' +
        'that sends each string back: each message is counted and stored on both sides. All clients are in one page, because two ' +
        `pages differ by more than a session; ${browserCount} browsers take part one after the other. The client without a session ` +
        'takes part twice: the difference of the second from 1 is the noise of the machine.',
      tables: [
        {
          title: 'Throughput',
          head: ['messages', `${plain}, 1/s`, again, inSession],
          rows: rows.map(({ title, samples }) => toLine(title, samples)),
        },
      ],
    };
  } finally {
    server.close();
  }
}

// The throughput of messages in a session, compared with the same client without one.
import { type Section } from '../report/table.js';
import { startEchoServer } from '../support/echo_server.js';
import { measureRates, textRows, toLines } from './echo.js';
import { type Bench } from './measurement.js';

const [plain, again, inSession] = ['without a session', 'without, again', 'in a session'] as const;

export async function sessions(bench: Bench): Promise<Section> {
  const ours = bench.contenders.find(({ file }) => file === 'ours');
  if (ours === undefined) throw new RangeError('--contenders must include a build of this package');
  const page = { ...ours, file: 'ours_session' };
  const server = await startEchoServer();
  try {
    const clients = [
      { name: plain, page: page.name, url: server.textUrl },
      { name: again, page: page.name, url: `${server.textUrl}?again` },
      { name: inSession, page: page.name, url: server.sessionUrl },
    ];
    const lines = toLines(textRows, clients, await measureRates(bench, [page], clients, textRows));
    return {
      title: 'Echo in a session',
      explanation:
        'Chromium, as above, with this package alone. Without a session the server is `ws` that reads each message as a string ' +
        'and sends it back; in a session it is the `SessionServer` of this package on `ws`, with a `MemoryStore` and a handler ' +
        'that sends each string back: each message is counted and stored on both sides. All clients are in one page, because two ' +
        'pages differ by more than a session. The client without a session takes part twice: the difference of the second from 1 ' +
        'is the noise of the machine.',
      tables: [
        {
          title: 'Throughput',
          head: ['messages', `${plain}, 1/s`, again, inSession],
          rows: lines,
        },
      ],
    };
  } finally {
    server.close();
  }
}

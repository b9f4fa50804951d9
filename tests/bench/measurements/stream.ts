// Owns the receipt of 20 000 small JSON messages by a listener that wants their values.
import { type Page } from 'puppeteer-core';
import { digits, Samples, spread, summaryOf } from '../report/samples.js';
import { type Section } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startEchoServer } from '../support/echo_server.js';
import { type Bench, interleave, roundsOf } from './measurement.js';

const count = 20_000;

/** Milliseconds that scripts have run in a page so far. */
async function scriptTimeOf(page: Page): Promise<() => Promise<number>> {
  const session = await page.createCDPSession();
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN) * 1000;
  };
}

export async function stream(bench: Bench): Promise<Section> {
  const server = await startEchoServer();
  const runner = await startChromium(bench.entrants, bench.server);
  const [total, script, gap] = [new Samples(), new Samples(), new Samples()];
  try {
    const clocks = new Map<string, () => Promise<number>>();
    for (const [name, page] of runner.pages) clocks.set(name, await scriptTimeOf(page));
    const scriptTime = (name: string): Promise<number> => clocks.get(name)?.() ?? Promise.resolve(NaN);
    const request = { url: server.streamUrl, count };
    await interleave(bench.entrants, 1, async ({ name }) => {
      await runner.call(name, 'stream', { ...request, watch: false });
    });
    await interleave(bench.entrants, roundsOf(bench, 11), async ({ name }) => {
      const before = await scriptTime(name);
      const { milliseconds } = await runner.call(name, 'stream', { ...request, watch: false });
      total.add(name, milliseconds);
      script.add(name, (await scriptTime(name)) - before);
      const { longestGap } = await runner.call(name, 'stream', { ...request, watch: true });
      gap.add(name, longestGap);
    });
  } finally {
    await runner.close();
    server.close();
  }
  const ratio = (samples: Samples, name: string): string =>
    spread(
      samples.against('raw', name, (value, bare) => value / bare),
      (share) => share.toFixed(2),
    );
  return {
    title: 'A stream of 20 000 small JSON messages',
    explanation:
      'Chromium; the listener gets or parses the value of each message and checks its number. Script time is what ' +
      'Chromium counts as script on the main thread; the longest gap is the longest time without a turn for other work ' +
      'that asks all the time, in runs of their own.',
    tables: [
      {
        title: 'Milliseconds, and ratios to raw',
        head: ['contender', 'total', 'total / raw', 'script', 'script / raw', 'longest gap'],
        rows: total.contenders.map((name) => [
          name,
          digits(summaryOf(total.of(name)).median),
          ratio(total, name),
          digits(summaryOf(script.of(name)).median),
          ratio(script, name),
          spread(gap.of(name)),
        ]),
      },
    ],
  };
}

// The reception of 20 000 small JSON messages by a listener that needs their values.
import { type Page } from 'puppeteer-core';
import { formatNumber, Samples, formatSpread, summarize } from '../report/samples.js';
import { type Section } from '../report/table.js';
import { startChromium } from '../support/chromium_runner.js';
import { startEchoServer } from '../support/echo_server.js';
import { type Bench, interleave, countRounds } from './measurement.js';

const count = 20_000;

/** Returns a function that reads the script time of a page so far, ms. */
async function createScriptTimer(page: Page): Promise<() => Promise<number>> {
  const session = await page.createCDPSession();
  await session.send('Performance.enable');
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN) * 1000;
  };
}

export async function stream(bench: Bench): Promise<Section> {
  const server = await startEchoServer();
  const runner = await startChromium(bench.contenders, bench.server);
  const [total, script, gap] = [new Samples(), new Samples(), new Samples()];
  try {
    const scriptTimers = new Map<string, () => Promise<number>>();
    for (const [name, page] of runner.pages) scriptTimers.set(name, await createScriptTimer(page));
    const scriptTime = (name: string): Promise<number> => scriptTimers.get(name)?.() ?? Promise.resolve(NaN);
    const request = { url: server.streamUrl, count };
    await interleave(bench.contenders, 1, async ({ name }) => {
      await runner.call(name, 'stream', { ...request, watch: false });
    });
    await interleave(bench.contenders, countRounds(bench, 11), async ({ name }) => {
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
    formatSpread(
      samples.compare('raw', name, (value, bare) => value / bare),
      (share) => share.toFixed(2),
    );
  return {
    title: 'A stream of 20 000 small JSON messages',
    explanation:
      'Chromium; the listener gets or parses the value of each message and checks its number. Script time is what Chromium ' +
      'counts as script on the main thread. The longest gap is the longest time in which another task that is always ready ' +
      'could not run; it is measured in separate runs.',
    tables: [
      {
        title: 'Milliseconds, and ratios to raw',
        head: ['contender', 'total', 'total / raw', 'script', 'script / raw', 'longest gap'],
        rows: total.contenders.map((name) => [
          name,
          formatNumber(summarize(total.of(name)).median),
          ratio(total, name),
          formatNumber(summarize(script.of(name)).median),
          ratio(script, name),
          formatSpread(gap.of(name)),
        ]),
      },
    ],
  };
}

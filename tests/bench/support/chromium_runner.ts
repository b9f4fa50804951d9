// Owns the browser of a run, with one page for each contender.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { pageScript, type Entrant } from './contender_bundles.js';
import { type PageServer } from './page_server.js';
import { inTime, type Argument, type Result, type Runner } from './runner.js';
import { type Program } from '../page/program.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-precise-memory-info',
];

/**
 * Without the tools' watch over the network: it is told of every message of a WebSocket, payload included, and takes two
 * thirds of the throughput.
 */
export function launchChromium(): Promise<Browser> {
  return puppeteer.launch({ executablePath: '/usr/bin/chromium', args: flags, networkEnabled: false });
}

export interface ChromiumRunner extends Runner {
  readonly browser: Browser;
  readonly pages: ReadonlyMap<string, Page>;
}

/**
 * Opens a window of its own for each contender, in one browser; the script `before` runs first. Of tabs in one window only the
 * one in front has its full share of the processor.
 */
export async function startChromium(
  entrants: readonly Entrant[],
  server: PageServer,
  { minify = true, before = '' } = {},
): Promise<ChromiumRunner> {
  const browser = await launchChromium();
  const pages = new Map<string, Page>();
  for (const [index, entrant] of entrants.entries()) {
    const script = `/${index}.js`;
    server.serve(script, 'text/javascript; charset=utf-8', await pageScript(entrant, { minify }));
    server.serve(
      `/${index}.html`,
      'text/html; charset=utf-8',
      `<!doctype html><script>${before}</script><script src="${script}"></script>`,
    );
    const page = await browser.newPage({ type: 'window' });
    page.on('pageerror', (error) => {
      console.error(`${entrant.name}: ${String(error)}`);
    });
    await page.goto(`${server.origin}/${index}.html`);
    pages.set(entrant.name, page);
  }
  return {
    engine: 'chromium',
    browser,
    pages,
    call: async <Name extends keyof Program>(contender: string, name: Name, argument: Argument<Name>) => {
      const page = pages.get(contender);
      if (!page) throw new Error(`There is no page for ${contender}`);
      const answer = page.evaluate(
        ([called, given]) => (bench[called] as (argument: unknown) => unknown)(given),
        [name, argument] as const,
      );
      return inTime(contender, name, answer as Promise<Result<Name>>);
    },
    close: () => browser.close(),
  };
}

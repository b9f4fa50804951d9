// The browser of a run, with one page for each contender or one for all.
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { pageScript, type ContenderSpec } from './contender_bundles.js';
import { type PageServer } from './page_server.js';
import { withTimeout, type Argument, type Result, type Runner } from './runner.js';
import { type BenchApi } from '../page/bench_api.js';

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
 * Without the network domain of the DevTools protocol: it reports every WebSocket message with its payload,
 * which takes two thirds of the throughput.
 */
export function launchChromium(): Promise<Browser> {
  return puppeteer.launch({ executablePath: '/usr/bin/chromium', args: flags, networkEnabled: false });
}

export interface ChromiumRunner extends Runner {
  readonly browser: Browser;
  readonly pages: ReadonlyMap<string, Page>;
}

interface PageOptions {
  readonly minify?: boolean;
  /** A script that runs first. */
  readonly before?: string;
  /** Whether all contenders share one page. */
  readonly isShared?: boolean;
}

/**
 * Opens one window for each contender, or one for all, in one browser. With tabs in one window, only the one in front would
 * have its full share of the processor.
 */
export async function startChromium(
  contenders: readonly ContenderSpec[],
  server: PageServer,
  { minify = true, before = '', isShared = false }: PageOptions = {},
): Promise<ChromiumRunner> {
  const browser = await launchChromium();
  const pages = new Map<string, Page>();
  const scripts = contenders.map((contender, index) => ({ contender, path: `/${index}.js` }));
  for (const { contender, path } of scripts) {
    server.serve(path, 'text/javascript; charset=utf-8', await pageScript(contender, { minify }));
  }
  for (const [index, group] of (isShared ? [scripts] : scripts.map((script) => [script])).entries()) {
    const tags = group.map(({ path }) => `<script src="${path}"></script>`).join('');
    const html = `<!doctype html><script>${before}</script>${tags}`;
    server.serve(`/${index}.html`, 'text/html; charset=utf-8', html);
    const page = await browser.newPage({ type: 'window' });
    page.on('pageerror', (error) => {
      console.error(`${group.map(({ contender }) => contender.name).join(', ')}: ${String(error)}`);
    });
    await page.goto(`${server.origin}/${index}.html`);
    for (const { contender } of group) pages.set(contender.name, page);
  }
  return {
    engine: 'chromium',
    browser,
    pages,
    call: async <Name extends keyof BenchApi>(contender: string, name: Name, argument: Argument<Name>) => {
      const page = pages.get(contender);
      if (!page) throw new Error(`There is no page for ${contender}`);
      const answer = page.evaluate(
        ([owner, called, given]) => (benches?.[owner]?.[called] as (argument: unknown) => unknown)(given),
        [contender, name, argument] as const,
      );
      return withTimeout(contender, name, answer as Promise<Result<Name>>);
    },
    close: () => browser.close(),
  };
}

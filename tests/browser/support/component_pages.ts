// Pages with React components in Chromium, made from a source file in this folder and styles.css.
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { sheet as styles } from '../../web/react/support/style_sheet.js';

const pageStyles = `
  body { margin: 0; padding: 16px; font: 15px/1.5 system-ui, sans-serif; background: #f3f5f8; color: #17202b; }
  main { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 14px; align-items: start; }
  section { min-width: 0; }
  h2 { margin: 0 0 4px; font-size: 11px; font-weight: 400; }
  @media (prefers-color-scheme: dark) { body { background: #0e1116; color: #e7ecf2; } }`;

export interface PageOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce';
  readonly forcedColors?: 'active';
  /** Parameters for the script, in the URL's hash. */
  readonly query?: Readonly<Record<string, string>>;
  /** Attributes of the html element. */
  readonly attributes?: string;
  /** Style sheets before and after the component's; null: no style sheet at all. */
  readonly around?: readonly [before: string, after: string] | null;
}

export type OpenPage = (options?: PageOptions) => Promise<Page>;

/** Bundles the source; the returned function opens pages with it. */
export async function preparePages(browser: Browser, source: string): Promise<OpenPage> {
  const { outputFiles } = await build({
    entryPoints: [`tests/browser/support/${source}`],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  return async ({ width = 1280, query = {}, attributes = '', around = ['', ''], ...media } = {}) => {
    // A page that is served by route() has no IP address, so it needs the permission to connect to this
    // machine.
    const permissions = ['local-network-access'];
    const page = await browser.newPage({ viewport: { width, height: 800 }, permissions, ...media });
    const sheets = around === null ? '' : [around[0], styles, around[1], pageStyles].join('\n');
    const html = `<!doctype html><html lang="ru" ${attributes}><head><title>Status</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><style>${sheets}</style></head>
      <body><main></main><script src="/page.js"></script></body></html>`;
    await page.route('http://localhost/**', (route) =>
      route.request().url().includes('page.js')
        ? route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script })
        : route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }),
    );
    await page.goto(`http://localhost/#${new URLSearchParams(query).toString()}`);
    return page;
  };
}

// WebKitGTK's MiniBrowser, driven by WebKitWebDriver under Xvfb with selenium-webdriver. Each page has its
// own browser on its own virtual screen, because a window behind another one counts as hidden and its timers
// are throttled. A page is hidden by unmapping its window with xdotool.
import { execFileSync } from 'node:child_process';
import { Builder, type WebDriver } from 'selenium-webdriver';
import { vi } from 'vitest';
import { startProgram, type Program } from '../program.js';
import { freePort } from '../network/ports.js';
import { withTimeout } from '../with_timeout.js';
import type { Engine, EnginePage } from './engine.js';

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** Longest time for one expression, ms. */
const scriptTimeout = 600_000;

export async function launchWebkit(): Promise<Engine> {
  const first = await openBrowser();
  await first.close();
  const pages = new Set<EnginePage>();
  return {
    name: 'webkit',
    version: first.version,
    // The browsers are child processes of this one.
    process: process.pid,
    open: async (url) => {
      const page = await openBrowser();
      const tracked = {
        ...page,
        close: async () => {
          pages.delete(tracked);
          await page.close();
        },
      };
      pages.add(tracked);
      await tracked.visit(url);
      return tracked;
    },
    close: async () => {
      for (const page of [...pages]) await page.close();
    },
  };
}

/** Longest time for a browser to start, ms; 2 s are usual. */
const startTimeout = 25_000;

async function startScreen(): Promise<{ readonly display: string; readonly program: Program }> {
  // Xvfb chooses a free display number and writes it to the given file descriptor.
  const program = startProgram('Xvfb', [
    '-displayfd',
    '1',
    '-screen',
    '0',
    '1280x860x24',
    '-nolisten',
    'tcp',
  ]);
  const [, number = ''] = await program.waitForLine(/^(\d+)$/);
  return { display: `:${number}`, program };
}

/** Returns a function that hides or shows the browser's window, the only one on its screen. */
function findWindow(display: string): (isHidden: boolean) => void {
  const env = { ...process.env, DISPLAY: display };
  const xdotool = (...words: readonly string[]): string =>
    execFileSync('xdotool', words, { env, encoding: 'utf8' }).trim();
  const id = xdotool('search', '--onlyvisible', '--class', 'MiniBrowser').split('\n')[0] ?? '';
  return (isHidden) => {
    xdotool(isHidden ? 'windowunmap' : 'windowmap', id);
  };
}

type Browser = EnginePage & { readonly version: string };

/**
 * Starts a browser, at the second try if necessary: one start in several hundred hangs without a web process.
 */
async function openBrowser(): Promise<Browser> {
  return startBrowser().catch(startBrowser);
}

async function startBrowser(): Promise<Browser> {
  const screen = await startScreen();
  const port = await freePort('127.0.0.1');
  const program = startProgram('WebKitWebDriver', [`--port=${port}`], {
    DISPLAY: screen.display,
    // There is no compositor under Xvfb, and no D-Bus for the proxy resolver.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    GIO_USE_PROXY_RESOLVER: 'dummy',
  });
  const started = startDriver(program, `http://127.0.0.1:${port}`);
  const driver = await withTimeout(startTimeout, 'session of WebKit', started).catch(
    async (error: unknown) => {
      await program.stop();
      await screen.program.stop();
      throw error;
    },
  );
  const version = (await driver.getCapabilities()).get('browserVersion');
  let setWindowHidden: ((isHidden: boolean) => void) | undefined;
  return {
    version: typeof version === 'string' ? version : 'unknown',
    evaluate: (expression) => evaluate(driver, expression),
    visit: (url) => driver.get(url),
    back: () => driver.navigate().back(),
    setHidden: async (isHidden) => {
      setWindowHidden ??= findWindow(screen.display);
      setWindowHidden(isHidden);
      const state = isHidden ? 'hidden' : 'visible';
      await vi.waitUntil(async () => (await evaluate<string>(driver, 'document.visibilityState')) === state, {
        timeout: 10_000,
      });
    },
    close: async () => {
      await driver.quit();
      await program.stop();
      await screen.program.stop();
    },
  };
}

async function startDriver(program: Program, url: string): Promise<WebDriver> {
  await program.waitForHttp(`${url}/status`);
  const options = { binary: miniBrowser, args: ['--automation'] };
  const driver = await new Builder()
    .usingServer(url)
    .withCapabilities({
      browserName: 'MiniBrowser',
      acceptInsecureCerts: true,
      'webkitgtk:browserOptions': options,
    })
    .build();
  await driver.manage().setTimeouts({ script: scriptTimeout });
  // Checks that the browser has a web process.
  await evaluate(driver, '1');
  return driver;
}

/**
 * Runs the expression as an asynchronous script, without eval, which the page's content security policy may
 * forbid.
 */
async function evaluate<Result>(driver: WebDriver, expression: string): Promise<Result> {
  const script = `
    const done = arguments[arguments.length - 1];
    Promise.resolve()
      .then(() => (${expression}))
      .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
  const answer = (await driver.executeAsyncScript(script)) as { value: Result; error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.value;
}

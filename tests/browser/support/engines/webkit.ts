// Owns WebKitGTK's MiniBrowser as an engine, driven by WebKitWebDriver under Xvfb with selenium-webdriver.
// Refuses two pages on one screen: a window behind another counts as hidden and its timers are throttled, so that each page
// is a browser of its own on a screen of its own. A page is hidden by taking its window off the screen with xdotool.
import { execFileSync } from 'node:child_process';
import { Builder, type WebDriver } from 'selenium-webdriver';
import { vi } from 'vitest';
import { startProgram, type Program } from '../program.js';
import { freePort } from '../network/ports.js';
import { within } from '../within.js';
import type { Engine, EnginePage } from './engine.js';

const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** Longest time that one expression may take, ms. */
const scriptTimeout = 600_000;

export async function launchWebkit(): Promise<Engine> {
  const first = await openBrowser();
  await first.close();
  const pages = new Set<EnginePage>();
  return {
    name: 'webkit',
    version: first.version,
    // Its browsers are children of this process.
    process: process.pid,
    open: async (url) => {
      const page = await openBrowser();
      const counted = {
        ...page,
        close: async () => {
          pages.delete(counted);
          await page.close();
        },
      };
      pages.add(counted);
      await counted.visit(url);
      return counted;
    },
    close: async () => {
      for (const page of [...pages]) await page.close();
    },
  };
}

/** Longest time that a browser may take to start, ms: 2 s are usual. */
const startingTime = 25_000;

async function startScreen(): Promise<{ readonly display: string; readonly program: Program }> {
  // Xvfb takes a free number itself and writes it to the descriptor it is given.
  const program = startProgram('Xvfb', [
    '-displayfd',
    '1',
    '-screen',
    '0',
    '1280x860x24',
    '-nolisten',
    'tcp',
  ]);
  const [, number = ''] = await program.line(/^(\d+)$/);
  return { display: `:${number}`, program };
}

/** The browser's window, which is the only one on its screen. */
function windowOn(display: string): (isHidden: boolean) => void {
  const env = { ...process.env, DISPLAY: display };
  const xdotool = (...words: readonly string[]): string =>
    execFileSync('xdotool', words, { env, encoding: 'utf8' }).trim();
  const id = xdotool('search', '--onlyvisible', '--class', 'MiniBrowser').split('\n')[0] ?? '';
  return (isHidden) => {
    xdotool(isHidden ? 'windowunmap' : 'windowmap', id);
  };
}

type Browser = EnginePage & { readonly version: string };

/** One start in hundreds leaves a browser without its web process, which waits for ever: then there is another. */
async function openBrowser(): Promise<Browser> {
  return startBrowser().catch(startBrowser);
}

async function startBrowser(): Promise<Browser> {
  const screen = await startScreen();
  const port = await freePort('127.0.0.1');
  const program = startProgram('WebKitWebDriver', [`--port=${port}`], {
    DISPLAY: screen.display,
    // No window system to share buffers with, and no bus to ask for a proxy.
    WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    GIO_USE_PROXY_RESOLVER: 'dummy',
  });
  const started = startDriver(program, `http://127.0.0.1:${port}`);
  const driver = await within(startingTime, 'session of WebKit', started).catch(async (error: unknown) => {
    await program.stop();
    await screen.program.stop();
    throw error;
  });
  const version = (await driver.getCapabilities()).get('browserVersion');
  let hide: ((isHidden: boolean) => void) | undefined;
  return {
    version: typeof version === 'string' ? version : 'unknown',
    evaluate: (expression) => evaluate(driver, expression),
    visit: (url) => driver.get(url),
    back: () => driver.navigate().back(),
    setHidden: async (isHidden) => {
      hide ??= windowOn(screen.display);
      hide(isHidden);
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
  await program.answers(`${url}/status`);
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
  // Only a browser with a web process answers.
  await evaluate(driver, '1');
  return driver;
}

/** WebDriver knows functions only; the last argument of an asynchronous script ends it. No eval: pages may forbid it. */
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

// Checks that the packed package works in pages with several bundlers: each page connects to the demo's
// server.
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDemoFixture, type DemoFixture } from '../browser/support/demo_fixture.js';
import { consumerFolder, createProject } from './support/consumers.js';
import { serveDevelopment } from './support/development_server.js';
import { serveFiles } from './support/file_server.js';
import { chatPage } from './support/html.js';
import { expectWorkingChat, openPage, type OpenPage } from './support/chat_page_checks.js';
import { runNode } from './support/run.js';

let fixture: DemoFixture;
/** The server's URL for the environment of a build. */
let serverUrl: string;

beforeAll(async () => {
  fixture = await startDemoFixture();
  serverUrl = `ws://localhost:${fixture.demo.port}`;
});

afterEach(() => fixture.reset());

afterAll(() => fixture.close());

/** Serves a folder, opens the chat in it and uses it. */
async function useChat(folder: string, path = '/', parameters: Record<string, string> = {}): Promise<void> {
  const server = await serveFiles(folder);
  try {
    await expectWorkingChat(fixture, server.url + path, parameters);
  } finally {
    await server.close();
  }
}

describe('Vite 8 and React 19', () => {
  const project = (): string =>
    createProject('modern', 'vite', ['chat', 'vite'], {
      'index.html': chatPage('<script type="module" src="/main.jsx"></script>'),
      '.env': `VITE_WS_URL=${serverUrl}\n`,
    });

  it('a build connects to VITE_WS_URL', async () => {
    const cwd = project();
    const output = await runNode(['../node_modules/vite/bin/vite.js', 'build'], { cwd });
    expect(output).not.toMatch(/warn|error/i);
    await useChat(join(cwd, 'dist'));
  });

  it('the development server connects too, in StrictMode', async () => {
    const server = await serveDevelopment(project());
    try {
      await expectWorkingChat(fixture, server.url);
    } finally {
      await server.close();
    }
  });
});

describe('webpack 5 and React 18 with the settings of Create React App 5', () => {
  it('a build connects to REACT_APP_WS_URL', async () => {
    const cwd = createProject('established', 'webpack', ['webpack'], {
      'index.html': chatPage(
        '<script defer src="/main.js"></script>',
        '<link rel="stylesheet" href="/main.css" />',
      ),
    });
    createProject('established', 'webpack/src', ['chat']);
    await runNode(['build.js'], { cwd, env: { REACT_APP_WS_URL: serverUrl } });
    await useChat(cwd);
  });
});

describe('esbuild', () => {
  it.each([
    ['esm', '<script type="module" src="/main.js"></script>'],
    ['iife', '<script defer src="/main.js"></script>'],
  ])('an %s bundle connects', async (format, script) => {
    const cwd = createProject('modern', `esbuild_${format}`, ['chat'], {
      'index.html': chatPage(script, '<link rel="stylesheet" href="/main.css" />'),
    });
    const defines = { 'process.env.REACT_APP_WS_URL': serverUrl, 'process.env.NODE_ENV': 'production' };
    const output = await runNode(
      [
        '../node_modules/esbuild/bin/esbuild',
        'main.jsx',
        ...['--bundle', '--jsx=automatic', '--outdir=.', '--log-level=warning', `--format=${format}`],
        ...Object.entries(defines).map(([name, value]) => `--define:${name}=${JSON.stringify(value)}`),
      ],
      { cwd },
    );
    expect(output).toBe('');
    await useChat(cwd);
  });
});

describe('the entry ./no-wasm', () => {
  it('the hooks of a page whose policy forbids WebAssembly and eval connect', async () => {
    const cwd = createProject('modern', 'no_wasm', ['chat'], {
      'index.html': chatPage(
        `<meta http-equiv="Content-Security-Policy" content="script-src 'self'" />`,
        '<script type="module" src="/first.js"></script>',
        '<link rel="stylesheet" href="/first.css" />',
      ),
      'first.jsx': "import '@advakod/resilient-websocket/no-wasm';\nimport './main.jsx';\n",
    });
    const defines = { 'process.env.REACT_APP_WS_URL': serverUrl, 'process.env.NODE_ENV': 'production' };
    const output = await runNode(
      [
        '../node_modules/esbuild/bin/esbuild',
        'first.jsx',
        ...['--bundle', '--jsx=automatic', '--outdir=.', '--log-level=warning', '--format=esm', '--minify'],
        ...Object.entries(defines).map(([name, value]) => `--define:${name}=${JSON.stringify(value)}`),
      ],
      { cwd },
    );
    expect(output).toBe('');
    await useChat(cwd);
  });
});

describe('ES module and CommonJS on one page', () => {
  it('have a core each, and neither disturbs the other', async () => {
    const cwd = createProject('modern', 'mixed', ['mixed'], {
      'index.html': chatPage('<script defer src="/bundle.js"></script>'),
    });
    const { errors, page } = await bundleAndOpen(cwd);
    const result = await page.evaluate(`main('${serverUrl}')`);
    expect(result).toEqual({
      returned: [1, 2, 3, 4, 5],
      isSameClass: false,
      isInstance: false,
      states: ['connected', 'disconnected', 'connected'],
    });
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  async function bundleAndOpen(cwd: string): Promise<OpenPage> {
    const flags = ['--bundle', '--format=iife', '--outfile=bundle.js', '--log-level=warning'];
    const output = await runNode(['../node_modules/esbuild/bin/esbuild', 'main.js', ...flags], { cwd });
    expect(output).toBe('');
    const server = await serveFiles(cwd);
    try {
      return await openPage(fixture, server.url);
    } finally {
      await server.close();
    }
  }
});

describe('without a build', () => {
  const packageFolder = '/node_modules/@advakod/resilient-websocket/dist';

  it('a page with an import map connects', async () => {
    const imports = {
      react: './vendor/react.js',
      'react/jsx-runtime': './vendor/jsx-runtime.js',
      'react-dom/client': './vendor/react-dom-client.js',
      '@advakod/resilient-websocket/': `${packageFolder}/`,
      '@advakod/resilient-websocket/components/WebSocketStatus': `${packageFolder}/components/WebSocketStatus.js`,
      '@advakod/resilient-websocket/hooks/useChatWebSocket': `${packageFolder}/hooks/useChatWebSocket.js`,
    };
    const cwd = createProject('modern', 'import_map', ['chat', 'import_map'], {
      'index.html': chatPage(
        `<script type="importmap">${JSON.stringify({ imports })}</script>`,
        `<link rel="stylesheet" href="${packageFolder}/styles.css" />`,
        '<script type="module" src="main.js"></script>',
      ),
    });
    await runNode(['vendor.mjs'], { cwd });
    await runNode(
      ['../node_modules/esbuild/bin/esbuild', 'chat.jsx', '--jsx=automatic', '--outfile=chat.js'],
      { cwd },
    );
    await useChat(consumerFolder('modern'), '/import_map/', { server: serverUrl });
  });

  it('a dedicated worker connects', async () => {
    createProject('modern', 'worker', ['worker'], { 'index.html': chatPage() });
    const server = await serveFiles(consumerFolder('modern'));
    try {
      const { page, errors } = await openPage(fixture, `${server.url}/worker/`);
      const events = await page.evaluate(
        (url) =>
          new Promise((resolve, reject) => {
            const worker = new Worker('worker.js', { type: 'module' });
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
            worker.postMessage(url);
          }),
        `${serverUrl}/general?token=demo-package`,
      );
      expect(events).toEqual(['connecting', 'connected', 'connection_established', 'disconnected']);
      expect(errors).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

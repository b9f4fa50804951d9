// The HTTP server of the test pages: it serves their HTML and scripts, and the built package from `dist` or
// from the folder that RWS_DIST names.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { basename, extname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const dist = resolve(process.env['RWS_DIST'] ?? 'dist');

const scripts = ['top', 'frame'];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/**
 * The package is not bundled into the pages' scripts. It is loaded as a module, as by a page without a
 * bundler.
 */
const externalPackage = (path: string): Plugin => ({
  name: 'external-package',
  setup: (builder) => {
    builder.onResolve({ filter: /^@advakod\/resilient-websocket$/ }, () => ({ path, external: true }));
  },
});

async function buildScript(name: string, packagePath: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`tests/browser/support/test_page/${name}.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // package.json declares no side effects, which is true of the package but not of these scripts.
    ignoreAnnotations: true,
    plugins: [externalPackage(packagePath)],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

function pageHtml(script: string): string {
  return `<!doctype html><html lang="en"><head><title>${script}</title></head>
    <body><script src="/first.js"></script><script type="module" src="/${script}.js"></script></body></html>`;
}

export interface TestPageServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  /** Sent with every response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the pages load as the package. Default: its main entry. */
  readonly entry?: 'index' | 'no-wasm';
  /** A script that every page runs before the package is loaded. */
  readonly firstScript?: string;
  /** If given, the pages are served over TLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

export async function startTestPageServer({
  headers = {},
  entry = 'index',
  firstScript = '',
  certificate,
}: ServerOptions = {}): Promise<TestPageServer> {
  const files = new Map<string, string>([
    ['/', pageHtml('top')],
    ['/frame.html', pageHtml('frame')],
    ['/elsewhere.html', '<!doctype html><title>elsewhere</title><p>Elsewhere.</p>'],
    ['/first.js', firstScript],
  ]);
  for (const name of scripts) files.set(`/${name}.js`, await buildScript(name, `/dist/${entry}.js`));
  const onRequest: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    respondWith(response, pathname, files.get(pathname) ?? readDistFile(pathname));
  };
  const server = certificate ? createSecureServer(certificate, onRequest) : createServer(onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, 'localhost', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${certificate ? 'https' : 'http'}://localhost:${port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readDistFile(pathname: string): string | undefined {
  const path = join(dist, basename(pathname));
  return pathname.startsWith('/dist/') && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function respondWith(response: ServerResponse, pathname: string, body: string | undefined): void {
  const type = types[extname(pathname) === '' ? '.html' : extname(pathname)] ?? 'text/plain';
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body ?? 'Not found');
}

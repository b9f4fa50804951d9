// Owns the HTTP server of the rig's pages: the client as it is built, and the pages' own scripts.
// Refuses to serve anything outside of the built package, which RWS_DIST may name elsewhere than `dist`.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { basename, extname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const dist = resolve(process.env['RWS_DIST'] ?? 'dist');

const scripts = ['top_page', 'frame_page'];

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The client stays outside of the pages' scripts and is loaded as a module, as a page without a bundler does. */
const clientOutside: Plugin = {
  name: 'client-outside',
  setup: (builder) => {
    builder.onResolve({ filter: /^@advakod\/resilient-websocket$/ }, () => ({
      path: '/dist/index.js',
      external: true,
    }));
  },
};

async function buildScript(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`tests/browser/support/rig/${name}.ts`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    // The package says that its files do nothing when imported; those of the rig do.
    ignoreAnnotations: true,
    plugins: [clientOutside],
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

function pageWith(script: string): string {
  return `<!doctype html><html lang="en"><head><title>${script}</title></head>
    <body><script type="module" src="/${script}.js"></script></body></html>`;
}

export interface RigHost {
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface HostWishes {
  /** Sent with everything. */
  readonly headers?: Readonly<Record<string, string>>;
  /** With it the pages are served over TLS. */
  readonly certificate?: { readonly key: string; readonly cert: string };
}

export async function startRigHost({ headers = {}, certificate }: HostWishes = {}): Promise<RigHost> {
  const files = new Map<string, string>([
    ['/', pageWith('top_page')],
    ['/frame.html', pageWith('frame_page')],
    ['/elsewhere.html', '<!doctype html><title>elsewhere</title><p>Elsewhere.</p>'],
  ]);
  for (const name of scripts) files.set(`/${name}.js`, await buildScript(name));
  const respond: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    answer(response, pathname, files.get(pathname) ?? distFile(pathname));
  };
  const server = certificate ? createSecureServer(certificate, respond) : createServer(respond);
  await new Promise<void>((started, failed) => {
    server.once('error', failed).listen(0, 'localhost', started);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `${certificate ? 'https' : 'http'}://localhost:${port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function distFile(pathname: string): string | undefined {
  const path = join(dist, basename(pathname));
  return pathname.startsWith('/dist/') && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function answer(response: ServerResponse, pathname: string, body: string | undefined): void {
  const type = types[extname(pathname) === '' ? '.html' : extname(pathname)] ?? 'text/plain';
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(body ?? 'There is no such file.');
}

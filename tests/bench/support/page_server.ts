// The server of the pages, on a free port. The pages are cross-origin isolated, which gives their clocks a
// resolution of 5 µs.
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface PageServer {
  readonly origin: string;
  readonly serve: (path: string, type: string, body: string) => void;
  readonly close: () => Promise<void>;
}

export async function startPageServer(): Promise<PageServer> {
  const files = new Map<string, { readonly type: string; readonly body: string }>();
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.type ?? 'text/plain',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(file?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    serve: (path, type, body) => files.set(path, { type, body }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

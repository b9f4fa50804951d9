// The HTTP server: the page's files, the panel's control calls, the chat's history. Requests with another
// host name than localhost are rejected, because of DNS rebinding.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, normalize } from 'node:path';
import type { ServerStatus } from './backend_process.js';
import type { Control } from './control.js';
import { readJsonObject, sendFile, sendJson, sendText } from './http_answers.js';
import { icon } from './icon.js';
import type { Store } from './store.js';
import { userIdFromToken } from './users.js';

export interface PageServerOptions {
  readonly folder: string;
  readonly control: Control;
  readonly store: Store;
  readonly backendPort: () => number;
}

export class PageServer {
  readonly #options: PageServerOptions;
  readonly #listeners = new Set<ServerResponse>();
  readonly server: Server;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.server = createServer((request, response) => {
      this.#route(request, response).catch(() => {
        response.destroy();
      });
    });
  }

  /** Sends the server's status to every open panel. */
  publish(status: ServerStatus): void {
    for (const listener of this.#listeners) writeEvent(listener, status);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? '')) {
      sendJson(response, 403, { error: 'wrong host' });
      return;
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [area, name, ...rest] = url.pathname.slice(1).split('/');
    if (area === 'control') await this.#routeControl(name ?? '', request, response);
    else if (area === 'api' && name === 'sessions') this.#routeSessions(rest, url, request, response);
    else if (area === 'icon.svg') sendText(response, 200, 'image/svg+xml', icon);
    else await this.#serve(url.pathname, response);
  }

  async #routeControl(action: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && action === 'events') {
      this.#addListener(response);
      return;
    }
    const body = request.method === 'POST' ? await readJsonObject(request) : null;
    if (body === null) {
      sendJson(response, 400, { error: 'a POST with a JSON object is needed' });
      return;
    }
    const result = this.#options.control.run(action, body);
    if ('error' in result) sendJson(response, 400, { error: result.error });
    else sendJson(response, 200, result.status);
  }

  #routeSessions(rest: string[], url: URL, request: IncomingMessage, response: ServerResponse): void {
    const { store } = this.#options;
    const userId = userIdFromToken(url.searchParams.get('token'));
    const [session, messages, ...more] = rest;
    if (userId === null) {
      sendJson(response, 403, { error: 'bad token' });
    } else if (session === undefined) {
      const isNew = request.method === 'POST';
      sendJson(response, isNew ? 201 : 200, isNew ? store.createSession(userId) : store.sessions(userId));
    } else if (
      messages === 'messages' &&
      more.length === 0 &&
      store.session(Number(session), userId) !== null
    ) {
      sendJson(response, 200, store.messages(Number(session)));
    } else {
      sendJson(response, 404, { error: 'no such session' });
    }
  }

  async #serve(pathname: string, response: ServerResponse): Promise<void> {
    const name = normalize(pathname === '/' ? '/index.html' : pathname);
    const port = String(this.#options.backendPort());
    await sendFile(response, join(this.#options.folder, name), (text) =>
      name === '/index.html' ? text.replace('{{backend-port}}', port) : text,
    );
  }

  #addListener(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
    writeEvent(response, this.#options.control.status);
  }
}

function writeEvent(response: ServerResponse, status: ServerStatus): void {
  response.write(`data: ${JSON.stringify(status)}\n\n`);
}

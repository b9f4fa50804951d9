// The whole demo: the store, the server process and the page server. main.ts parses the command line, and
// scripts/demo.mjs bundles the files.
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MemoryStore } from '../../server/node/index.js';
import { BackendProcess } from './backend_process.js';
import { Control } from './control.js';
import type { StoreRequest } from './ipc.js';
import { PageServer } from './page_server.js';
import { Store } from './store.js';

export interface DemoOptions {
  /** Port of the WebSocket server; 0: any free one. */
  readonly port: number;
  /** Port of the page; 0: any free one. */
  readonly pagePort: number;
  /** Folder with backend.mjs and page/. Default: the folder of this module. */
  readonly buildFolder?: string;
}

export interface Demo {
  readonly port: number;
  readonly pagePort: number;
  /** Address of the page. */
  readonly url: string;
  readonly control: Control;
  readonly store: Store;
  close(): Promise<void>;
}

export async function startDemo(options: DemoOptions): Promise<Demo> {
  const folder = options.buildFolder ?? dirname(fileURLToPath(import.meta.url));
  const store = new Store();
  // Outlives the server process, as the chat's messages do.
  const sessionStore = new MemoryStore();
  const backend = new BackendProcess(options.port, {
    modulePath: join(folder, 'backend.mjs'),
    onStatus: (status) => {
      pages.publish(status);
    },
    onExit: () => {
      store.interruptUnfinished();
    },
    callStore: (request) => callStore(store, sessionStore, request),
  });
  const control = new Control(backend);
  const backendPort = (): number => backend.port;
  const pages = new PageServer({ folder: join(folder, 'page'), control, store, backendPort });
  const killNow = (): void => {
    backend.killNow();
  };
  // A frozen process does not notice that its parent has exited.
  process.once('exit', killNow);
  const close = async (): Promise<void> => {
    process.off('exit', killNow);
    await Promise.all([backend.close(), pages.close()]);
  };
  backend.start();
  try {
    await Promise.all([backend.whenRunning(), listen(pages, options.pagePort)]);
  } catch (error) {
    await close();
    throw error;
  }
  const { port: pagePort } = pages.server.address() as AddressInfo;
  return {
    port: backend.port,
    pagePort,
    url: `http://localhost:${String(pagePort)}/`,
    control,
    store,
    close,
  };
}

function callStore(store: Store, sessionStore: MemoryStore, request: StoreRequest): unknown {
  switch (request.call) {
    case 'session':
      return store.session(request.arguments.sessionId, request.arguments.userId);
    case 'append': {
      const { sessionId, role, content, metadata, key } = request.arguments;
      return store.append(sessionId, role, content, metadata, key);
    }
    case 'update': {
      const { messageId, content, metadata } = request.arguments;
      return store.update(messageId, content, metadata);
    }
    case 'sessionStep': {
      const { step, parameters } = request.arguments;
      const carryOut = sessionStore[step].bind(sessionStore) as (...all: readonly unknown[]) => unknown;
      return carryOut(...parameters);
    }
  }
}

function listen({ server }: PageServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

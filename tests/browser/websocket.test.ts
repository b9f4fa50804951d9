// Compares the class `WebSocket` of the package with the browser's own in every chosen engine, and uses it in a page.
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { chosenEngines, launchEngine } from './support/engines/chosen.js';
import type { Engine, EnginePage } from './support/engines/engine.js';
import { freePort } from './support/network/ports.js';
import { startTestPageServer, type TestPageServer } from './support/test_page/server.js';

let script = '';
let server: WebSocketServer;
let url = '';
/** Nothing listens there. */
let closedUrl = '';
let testServer: TestPageServer;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: ['tests/browser/support/websocket_page.ts'],
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022' },
  });
  script = outputFiles[0]?.text ?? '';
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  url = `ws://localhost:${(server.address() as AddressInfo).port}/`;
  server.on('connection', (socket) => {
    socket.send('hello');
    socket.on('message', (data: Buffer) => {
      if (data.toString() === 'close') socket.close(4001, 'bye');
      else socket.send(data.toString());
    });
  });
  closedUrl = `ws://localhost:${await freePort('127.0.0.1')}/`;
  testServer = await startTestPageServer();
});

afterAll(async () => {
  server.close();
  await testServer.close();
});

describe.each(chosenEngines)('the class WebSocket in %s', (name) => {
  let engine: Engine;
  let page: EnginePage;

  beforeAll(async () => {
    engine = await launchEngine(name);
    page = await engine.open(testServer.url);
    // As a module, so that the browser reports what its functions throw.
    await page.evaluate(`(async () => {
      const module = URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: 'text/javascript' }));
      globalThis.tools = await import(module);
      globalThis.Own = (await import('/dist/websocket.js')).default;
      globalThis.Plain = class extends Own {
        constructor(url, protocols) {
          super(url, protocols, { enableAutoReconnect: false });
        }
      };
    })()`);
  });

  afterAll(() => engine.close());

  /** What a function of websocket_page.ts returns for a class. */
  async function describeClass(what: string, type: string): Promise<unknown> {
    const call = `(async () => JSON.stringify(await tools.${what}(${type}, ...${JSON.stringify([url, closedUrl])})))()`;
    return JSON.parse(await page.evaluate<string>(call));
  }

  it.each([
    ['has the shape of the class of the browser', 'describeShape', 'Own'],
    ['throws what the class of the browser throws', 'describeErrors', 'Own'],
    ['has the events of the class of the browser for an attempt that fails', 'describeFailure', 'Plain'],
    ['gives a single listener an event as the class of the browser does', 'describeGreeting', 'Plain'],
    ['gives an Observable its messages as the class of the browser does', 'describeWhen', 'Plain'],
    [
      'has the events of the class of the browser, and reports what listeners throw',
      'describeEvents',
      'Plain',
    ],
  ])('%s', async (_title, what, type) => {
    const native = await describeClass(what, 'WebSocket');
    expect(await describeClass(what, type)).toEqual(native);
  });

  it('connects, reconnects and closes with events of the browser, whatever its handlers throw', async () => {
    const origin = url.slice(0, -1);
    expect(await describeClass('useReconnecting', 'Own')).toEqual({
      log: [
        ['open', true, true],
        ['hello', origin, true],
        [4001, true, true, 0],
        ['open', true, true],
        ['hello', origin, true],
        [4002, true, true, 3],
      ],
      reported: ['of a handler', 'of a handler'],
    });
  });
});

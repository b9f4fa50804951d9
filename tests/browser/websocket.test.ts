// Compares the class `WebSocket` of the package with the browser's own, and uses it in a page.
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleScript } from './support/client_bundle.js';
import { startDemoFixture, type DemoFixture } from './support/demo_fixture.js';

let fixture: DemoFixture;

// Served by the demo, whose content security policy allows scripts of its own only.
const scriptFile = 'build/demo/page/test-websocket.js';

const source = `
  import OwnWebSocket from './web/websocket/index.ts';

  const shapeOf = (owner, names) =>
    names.map((name) => {
      const { get, set, value, ...flags } = Object.getOwnPropertyDescriptor(owner, name);
      return [name, typeof get, typeof set, typeof value === 'function' ? value.length : value, flags];
    });

  const namesOf = Object.keys(WebSocket.prototype).sort();
  globalThis.shapes = [OwnWebSocket, WebSocket].map((type) => ({
    keys: Object.keys(type.prototype).sort(),
    statics: Object.keys(type).sort(),
    prototype: shapeOf(type.prototype, namesOf),
    constants: shapeOf(type, Object.keys(WebSocket)),
    tag: String(type.prototype[Symbol.toStringTag]),
    name: type.name,
    length: type.length,
    chain: Object.getPrototypeOf(type.prototype) === EventTarget.prototype,
  }));

  const nameOf = (action) => {
    try {
      action();
    } catch (error) {
      return [error instanceof DOMException, error.name];
    }
  };
  const errorsOf = (type, url) => {
    const socket = new type(url);
    const names = [
      nameOf(() => new type('http://[')),
      nameOf(() => new type('ftp://localhost')),
      nameOf(() => new type(url + '#part')),
      nameOf(() => new type(url, ['a', 'a'])),
      nameOf(() => new type(url, 'a b')),
      nameOf(() => socket.close(1001)),
      nameOf(() => socket.close('x')),
      nameOf(() => socket.close(1000, 'x'.repeat(124))),
    ];
    socket.close();
    return names;
  };
  globalThis.compareErrors = (url) => [errorsOf(OwnWebSocket, url), errorsOf(WebSocket, url)];

  globalThis.use = (url) =>
    new Promise((resolve) => {
      const reported = [];
      const log = [];
      window.addEventListener('error', (event) => {
        reported.push(event.message);
        event.preventDefault();
      });
      const socket = new OwnWebSocket(url, [], { minReconnectionDelay: 50, jitter: 0 });
      socket.onopen = (event) => log.push([event.type, event.target === socket, socket.url === url]);
      socket.onmessage = ({ data, origin, constructor }) => {
        if (JSON.parse(data).type !== 'connection_established') return;
        log.push([typeof data, origin, constructor === MessageEvent]);
        if (log.length < 4) socket.client.ws.close(4000);
        else socket.close(4001, 'enough');
        throw new Error('of a handler');
      };
      socket.onclose = (event) => {
        log.push([event.code, event.wasClean, event.constructor === CloseEvent, socket.readyState]);
        if (socket.readyState === OwnWebSocket.CLOSED) resolve({ log, reported });
      };
    });
`;

beforeAll(async () => {
  writeFileSync(scriptFile, await bundleScript(source));
  fixture = await startDemoFixture();
});

afterEach(() => fixture.reset());

afterAll(async () => {
  await fixture.close();
  rmSync(scriptFile);
});

interface Globals {
  readonly shapes: readonly [own: unknown, native: unknown];
  compareErrors(url: string): readonly [own: unknown, native: unknown];
  use(url: string): Promise<unknown>;
}

describe('the class WebSocket in a browser', () => {
  const url = () => `ws://localhost:${fixture.demo.port}/general?token=demo-websocket`;

  async function open() {
    const opened = await fixture.open();
    await opened.page.addScriptTag({ url: '/test-websocket.js' });
    return opened;
  }

  it('has the shape of the class of the browser', async () => {
    const { page } = await open();
    const [own, native] = await page.evaluate(() => (globalThis as unknown as Globals).shapes);
    expect(own).toEqual(native);
  });

  it('throws what the class of the browser throws', async () => {
    const { page } = await open();
    const [own, native] = await page.evaluate(
      (address) => (globalThis as unknown as Globals).compareErrors(address),
      url(),
    );
    expect(own).toEqual(native);
  });

  it('connects, reconnects and closes with events of the browser, whatever its handlers throw', async () => {
    const { page } = await open();
    const result = await page.evaluate((address) => (globalThis as unknown as Globals).use(address), url());
    const origin = `ws://localhost:${fixture.demo.port}`;
    expect(result).toEqual({
      log: [
        ['open', true, true],
        ['string', origin, true],
        [4000, true, true, 0],
        ['open', true, true],
        ['string', origin, true],
        [4001, true, true, 3],
      ],
      reported: ['Uncaught Error: of a handler', 'Uncaught Error: of a handler'],
    });
  });
});

// The entry `./no-wasm`: from its import on the core of all entries is JavaScript. core_loading.test.ts tests how the
// WebAssembly core is loaded.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchGrowth } from './bindings/support/memory.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';

const url = 'ws://localhost/';
const loadMain = () => import('../../web/index.js');
const loadNoWasm = () => import('../../web/entries/no_wasm.js');

beforeEach(() => {
  vi.resetModules();
  ScriptedWebSocket.install();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Connects a client, sends over it, and ends it. */
async function use(client: InstanceType<Awaited<ReturnType<typeof loadMain>>['default']>): Promise<void> {
  const connected = client.connect();
  const socket = ScriptedWebSocket.last;
  socket.open();
  await connected;
  expect(client.send('Hello')).toBe(true);
  expect(socket.sent).toEqual(['Hello']);
  client.destroy();
}

describe('without WebAssembly', () => {
  beforeEach(() => {
    vi.stubGlobal('WebAssembly', undefined);
  });

  it('the entry has the class and everything else of the main entry, and its clients work', async () => {
    const [main, noWasm] = [await loadMain(), await loadNoWasm()];
    expect({ ...noWasm }).toEqual({ ...main });
    expect(noWasm.default).toBe(main.default);
    await use(new noWasm.default(url, { logLevel: 'silent' }));
  });

  it('the other entries work as soon as it is imported', async () => {
    const { default: PlatformLike } = await import('../../web/websocket/index.js');
    expect(() => new PlatformLike(url)).toThrow(
      expect.objectContaining({ name: 'UnsupportedEnvironmentError' }),
    );
    await loadNoWasm();
    const socket = new PlatformLike(url);
    const opened = new Promise((resolve) => {
      socket.onopen = resolve;
    });
    const made = await vi.waitFor(() => ScriptedWebSocket.last);
    made.open();
    await opened;
    socket.client.destroy();
  });

  it('the error of preload() names the entry, which can be loaded afterwards', async () => {
    const { default: ResilientWebSocket, preload } = await loadMain();
    await expect(preload()).rejects.toThrow("import '@advakod/resilient-websocket/no-wasm'");
    await preload().catch(loadNoWasm);
    await expect(preload()).resolves.toBeUndefined();
    await use(new ResilientWebSocket(url, { logLevel: 'silent' }));
  });

  it('the memory grows with the number of clients, and they still work', async () => {
    const { default: ResilientWebSocket } = await loadNoWasm();
    const grow = watchGrowth();
    const clients = Array.from({ length: 8000 }, () => new ResilientWebSocket(url, { logLevel: 'silent' }));
    expect(grow).toHaveBeenCalled();
    const [first, last] = [clients[0], clients.at(-1)];
    if (first === undefined || last === undefined) throw new Error('There are no clients.');
    await use(first);
    await use(last);
    for (const client of clients) client.destroy();
  });

  it('when no memory is left the constructor throws, and other clients still work', async () => {
    const { default: ResilientWebSocket } = await loadNoWasm();
    const first = new ResilientWebSocket(url, { logLevel: 'silent' });
    vi.stubGlobal('ArrayBuffer', function () {
      throw new RangeError('Array buffer allocation failed');
    });
    const clients: InstanceType<typeof ResilientWebSocket>[] = [];
    expect(() => {
      for (;;) clients.push(new ResilientWebSocket(url, { logLevel: 'silent' }));
    }).toThrow('unreachable');
    vi.unstubAllGlobals();
    ScriptedWebSocket.install();
    vi.stubGlobal('WebAssembly', undefined);
    await use(first);
  });
});

describe('with WebAssembly', () => {
  it('the entry does not use it', async () => {
    const used: PropertyKey[] = [];
    vi.stubGlobal(
      'WebAssembly',
      new Proxy(WebAssembly, {
        get(target, name) {
          used.push(name);
          return Reflect.get(target, name) as unknown;
        },
      }),
    );
    const { default: ResilientWebSocket, preload } = await loadNoWasm();
    await preload();
    await use(new ResilientWebSocket(url, { logLevel: 'silent' }));
    expect(used).toEqual([]);
  });

  it('a client that was made before keeps its connection, and new ones work beside it', async () => {
    const { default: ResilientWebSocket } = await loadMain();
    const before = new ResilientWebSocket(url, { logLevel: 'silent' });
    const connected = before.connect();
    const socket = ScriptedWebSocket.last;
    socket.open();
    await connected;
    await loadNoWasm();
    await use(new ResilientWebSocket(url, { logLevel: 'silent' }));
    expect(before.send('still here')).toBe(true);
    expect(socket.sent).toEqual(['still here']);
    before.destroy();
  });

  it('two copies of the package on one page, one with each core, share no state', async () => {
    const { default: Translated } = await loadNoWasm();
    vi.resetModules();
    const { default: Compiled } = await loadMain();
    expect(Translated).not.toBe(Compiled);
    const [translated, compiled] = [Translated, Compiled].map(
      (Client) => new Client(url, { logLevel: 'silent', maxQueueSize: 1 }),
    );
    if (translated === undefined || compiled === undefined) throw new Error('There are no clients.');
    translated.send('queued');
    expect([translated, compiled].map((client) => client.getStatus().queuedMessages)).toEqual([1, 0]);
    await use(compiled);
    expect(translated.getStatus().queuedMessages).toBe(1);
    translated.destroy();
  });
});

// Loading the wasm module: synchronously by the first client, or before that by preload(). And the seed of a client.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSeed } from '../../web/core/load.js';

const url = 'ws://localhost/';
const loadPackage = () => import('../../web/index.js');

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Counts the synchronous compilations of modules that are too large for the main thread of older browsers. */
function watchCompilation() {
  const counts = { synchronous: 0, asynchronous: 0 };
  const isLarge = (bytes: Uint8Array) => bytes.byteLength > 4096;
  const { compile, Module } = WebAssembly;
  vi.spyOn(WebAssembly, 'compile').mockImplementation((bytes) => {
    counts.asynchronous += Number(isLarge(bytes as Uint8Array));
    return compile(bytes);
  });
  const watched = new Proxy(Module, {
    construct: (target, [bytes]: [Uint8Array<ArrayBuffer>]) => {
      counts.synchronous += Number(isLarge(bytes));
      return new target(bytes);
    },
  });
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), { Module: watched }));
  return counts;
}

test('the first client compiles the module synchronously, and further clients use the same one', async () => {
  const counts = watchCompilation();
  const { ResilientWebSocket } = await loadPackage();
  expect(counts).toEqual({ synchronous: 0, asynchronous: 0 });
  new ResilientWebSocket(url).destroy();
  new ResilientWebSocket(url).destroy();
  expect(counts).toEqual({ synchronous: 1, asynchronous: 0 });
});

test('after preload() no client compiles anything', async () => {
  const counts = watchCompilation();
  const { preload, ResilientWebSocket } = await loadPackage();
  expect(await preload()).toBeUndefined();
  await Promise.all([preload(), preload()]);
  const client = new ResilientWebSocket(url);
  expect(client.connectionState).toBe('disconnected');
  client.destroy();
  expect(counts).toEqual({ synchronous: 0, asynchronous: 1 });
});

test('a client made before preload() has finished is a working one, and there is one instance', async () => {
  const counts = watchCompilation();
  const { preload, ResilientWebSocket } = await loadPackage();
  const { loadCore } = await import('../../web/core/load.js');
  const loading = preload();
  const client = new ResilientWebSocket(url);
  const core = loadCore();
  await loading;
  expect(loadCore()).toBe(core);
  expect(client.options.pingInterval).toBe(30_000);
  client.destroy();
  await preload();
  expect(counts).toEqual({ synchronous: 1, asynchronous: 1 });
});

function errorOf(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('Nothing was thrown.');
}

const refusal = /^The WebAssembly module did not start \(.*no wasm here.*'wasm-unsafe-eval'.*preload\(\)/;

test('a module that cannot be compiled is a clear error, thrown by each client', async () => {
  const { ResilientWebSocket } = await loadPackage();
  const cause = new RangeError('no wasm here');
  vi.stubGlobal(
    'WebAssembly',
    Object.assign(Object.create(WebAssembly), {
      Module: class {
        constructor() {
          throw cause;
        }
      },
    }),
  );
  for (let round = 0; round < 2; ++round) {
    const thrown = errorOf(() => new ResilientWebSocket(url));
    expect(thrown.message).toMatch(refusal);
    expect(thrown.cause).toBe(cause);
  }
  vi.unstubAllGlobals();
  new ResilientWebSocket(url).destroy();
});

test('a page without WebAssembly gets a clear error', async () => {
  const { preload, ResilientWebSocket, UnsupportedEnvironmentError } = await loadPackage();
  vi.stubGlobal('WebAssembly', undefined);
  const expected = {
    name: 'UnsupportedEnvironmentError',
    message: expect.stringMatching(/^The WebAssembly module did not start/) as string,
  };
  const thrown = errorOf(() => new ResilientWebSocket(url));
  expect(thrown).toBeInstanceOf(UnsupportedEnvironmentError);
  expect(thrown).toMatchObject(expected);
  await expect(preload()).rejects.toMatchObject(expected);
});

test('where only asynchronous compilation is allowed, preload() works, and the error names it', async () => {
  // The main thread of Chromium before 115, for modules of more than 4 KB.
  const large = new WeakSet<object>();
  const { compile, Module, Instance } = WebAssembly;
  const disallowed = (name: string) =>
    new RangeError(
      `WebAssembly.${name} is disallowed on the main thread, if the buffer size is larger than 4KB`,
    );
  vi.spyOn(WebAssembly, 'compile').mockImplementation(async (bytes) => {
    const module = await compile(bytes);
    large.add(module);
    return module;
  });
  const strict = {
    Module: new Proxy(Module, {
      construct: (target, [bytes]: [Uint8Array<ArrayBuffer>]) => {
        if (bytes.byteLength > 4096) throw disallowed('Module');
        return new target(bytes);
      },
    }),
    Instance: new Proxy(Instance, {
      construct: (target, args: [WebAssembly.Module, WebAssembly.Imports]) => {
        if (large.has(args[0])) throw disallowed('Instance');
        return new target(...args);
      },
    }),
  };
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), strict));
  const { preload, ResilientWebSocket } = await loadPackage();
  const thrown = errorOf(() => new ResilientWebSocket(url));
  expect(thrown.cause).toBeInstanceOf(RangeError);
  expect(thrown.message).toContain('Chromium before 115 needs await preload()');
  await preload();
  const client = new ResilientWebSocket(url);
  expect(client.options.pingInterval).toBe(30_000);
  client.destroy();
});

test('preload() rejects with that error, leaves no unhandled rejection, and can be called again', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const { preload, ResilientWebSocket } = await loadPackage();
  const compile = vi
    .spyOn(WebAssembly, 'compile')
    .mockRejectedValue(new WebAssembly.CompileError('no wasm here'));
  void preload();
  await expect(preload()).rejects.toThrow(refusal);
  expect(compile).toHaveBeenCalledTimes(1);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  compile.mockRestore();
  await preload();
  new ResilientWebSocket(url).destroy();
});

test.each([
  [0, 0],
  [0.5, 2 ** 52],
  [1 - 2 ** -53, 2 ** 53 - 1],
])('of %d in [0, 1) the seed is %d, so that it spans 53 bits', (drawn, seed) => {
  vi.spyOn(Math, 'random').mockReturnValue(drawn);
  expect(createSeed()).toBe(seed);
});

test('two seeds differ', () => {
  expect(createSeed()).not.toBe(createSeed());
});

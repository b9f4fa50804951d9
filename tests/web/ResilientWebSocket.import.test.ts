// Importing the package does nothing, in a Node that has neither WebSocket nor DOM.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'resilient-websocket-'));
const bundle = join(folder, 'index.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('../../web/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    outfile: bundle,
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Imports the package in a bare Node between two scripts; what they print. */
function run(before: string, after: string): string {
  const location = JSON.stringify(pathToFileURL(bundle).href);
  const input = `${before}\nconst { default: ResilientWebSocket } = await import(${location});\n${after}`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module'], { input });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return stdout.toString();
}

const watch = `
const touched = [];
for (const name of ['WebSocket', 'TextEncoder', 'TextDecoder', 'crypto', 'document', 'window']) {
  Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
}
const compiled = [];
const large = new Set();
WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct(target, [bytes]) {
    const module = new target(bytes);
    // Decoding the bytes may take a tiny module of its own.
    compiled.push(bytes.length > 4096 ? 'the core compiled' : 'a decoder compiled');
    if (bytes.length > 4096) large.add(module);
    return module;
  },
});
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, args) {
    if (large.has(args[0])) compiled.push('the core instantiated');
    return new target(...args);
  },
});
for (const name of ['setTimeout', 'setInterval', 'fetch', 'queueMicrotask']) {
  const original = globalThis[name];
  globalThis[name] = (...args) => { touched.push(name); return original(...args); };
}
`;

test('importing touches nothing of the platform and compiles nothing', () => {
  expect(run(watch, 'console.log(JSON.stringify([touched, compiled]))')).toBe('[[],[]]\n');
});

test('the module is compiled and instantiated once, by the first client', () => {
  const script = `
    const first = new ResilientWebSocket('ws://localhost/');
    const second = new ResilientWebSocket('ws://localhost/');
    console.log(compiled.filter((entry) => entry.includes('core')).join(), first.connectionState, second.getUserFriendlyStatus().text);
  `;
  expect(run(watch, script)).toBe('the core compiled,the core instantiated disconnected Отключено\n');
});

test('a client without a WebSocket refuses to connect, names the fix, and lets the process end', () => {
  const script = `
    const client = new ResilientWebSocket('ws://localhost/', { maxReconnectAttempts: 0, logLevel: 'silent' });
    client.connect().catch((error) => console.log(error.name, error.message));
    await null;
    client.connect();
    console.log(client.connectionState);
  `;
  expect(run('delete globalThis.WebSocket;', script)).toMatch(
    /^UnsupportedEnvironmentError .*globalThis\.WebSocket = ws, .*\ndisconnected\n$/,
  );
});

// Owns the promise that importing the package does nothing, in a Node that has neither WebSocket nor DOM.
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';

let bundle = '';

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [new URL('../../web/index.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  bundle = outputFiles[0]?.text ?? '';
});

/** Runs the package and then a script in a bare Node; what it prints. */
function run(before: string, after: string): string {
  const body = bundle
    .replace(/^export \{/m, 'const exported = {')
    .replaceAll(/^ {2}(\w+) as (\w+)/gm, '  $2: $1');
  const input = `${before}\n${body}\n;${after}`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module'], { input });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  return stdout.toString();
}

const watch = `
const before = Object.getOwnPropertyNames(globalThis).length;
const touched = [];
for (const name of ['WebSocket', 'TextEncoder', 'TextDecoder', 'crypto', 'document', 'window']) {
  Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
}
const compiled = [];
for (const name of ['Module', 'Instance']) {
  const original = WebAssembly[name];
  WebAssembly[name] = new Proxy(original, { construct(target, args) { compiled.push(name); return new target(...args); } });
}
for (const name of ['setTimeout', 'setInterval', 'fetch', 'queueMicrotask']) {
  const original = globalThis[name];
  globalThis[name] = (...args) => { touched.push(name); return original(...args); };
}
`;

test('importing touches nothing of the platform and compiles nothing', () => {
  expect(run(watch, 'console.log(JSON.stringify([touched, compiled]))')).toBe('[[],[]]\n');
});

test('the module is instantiated once, by the first client', () => {
  const script = `
    const { default: ResilientWebSocket } = exported;
    const first = new ResilientWebSocket('ws://localhost/');
    const second = new ResilientWebSocket('ws://localhost/');
    console.log(JSON.stringify(compiled), first.connectionState, second.getUserFriendlyStatus().text);
  `;
  expect(run(watch, script)).toBe('["Module","Instance"] disconnected Отключено\n');
});

test('a client without a WebSocket fails politely and lets the process end', () => {
  const script = `
    const { default: ResilientWebSocket } = exported;
    const client = new ResilientWebSocket('ws://localhost/', { maxReconnectAttempts: 0, logLevel: 'silent' });
    client.on('error', (error) => console.log(error.type));
    client.connect();
    console.log(client.connectionState);
  `;
  expect(run('delete globalThis.WebSocket;', script)).toBe('network_error\nfailed\n');
});

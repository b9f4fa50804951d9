// The built package in pages and programs that are not like ours: a classic script in another charset, globals that are
// taken, TypeScript without lib "dom".
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = readFileSync(`${root}dist/index.cjs`);

/** Runs the package as a classic script of a page, after the page's own scripts. */
function runOnPage(packageText: string, pageScript: string, use: string): unknown {
  const sockets: { url: string; onopen?: () => void }[] = [];
  class PageSocket {
    readyState = 0;
    onopen = null;
    onmessage = null;
    onerror = null;
    onclose = null;
    constructor(readonly url: string) {
      sockets.push(this as never);
    }
  }
  const page = createContext({
    ...{ WebAssembly, URL, TextEncoder, TextDecoder, WebSocket: PageSocket, sockets, console },
    ...{ setTimeout, clearTimeout, queueMicrotask, exports: {}, module: { exports: {} } },
    ...{ location: { href: 'https://page.test/' }, origin: 'https://page.test' },
  });
  runInContext(pageScript, page);
  runInContext(packageText, page);
  return runInContext(`const { ResilientWebSocket } = module.exports; ${use}`, page);
}

const status =
  "new ResilientWebSocket('wss://page.test/', { logLevel: 'silent' }).getUserFriendlyStatus().text";

test.each(['utf-8', 'windows-1251', 'shift_jis'])(
  'the texts are right in a page of the charset %s',
  (charset) => {
    const text = new TextDecoder(charset).decode(bundle);
    expect(runOnPage(text, '', status)).toBe('Отключено');
  },
);

test.each([
  ["const URL = 'https://page.test/api';", 'an address'],
  ['var URL = 5;', 'a number for URL'],
  ['var origin = [0, 0];', 'a point for origin'],
  ['const WebSocket = null, Worker = 1, Blob = 2, document = [], navigator = 3;', 'other names'],
])('a page that has %s connects all the same', (pageScript) => {
  const use = `
    const client = new ResilientWebSocket('wss://page.test/ws', { logLevel: 'silent' });
    client.connect();
    const { url } = sockets[0];
    client.destroy();
    url;
  `;
  expect(runOnPage(bundle.toString(), pageScript, use)).toBe('wss://page.test/ws');
});

/** What the compiler says of a program that uses the package's declarations. */
function compile(text: string, lib: string[]): string[] {
  const file = `${root}dist/types/consumer.ts`;
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: false, exactOptionalPropertyTypes: true },
    ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
    ...{ target: ts.ScriptTarget.ES2022, types: [], lib },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, target, ...rest) =>
    name === file ? ts.createSourceFile(file, text, target) : getSourceFile(name, target, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file: where }) => {
    return `${where?.fileName ?? ''} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

const consumer = `
  import ResilientWebSocket, { preload, type NativeWebSocket } from './index.js';
  void preload();
  const client = new ResilientWebSocket<{ id: number }, string>('wss://page.test/', { binaryType: 'arraybuffer' });
  client.on('message', ({ id }) => id.toFixed());
  const socket: NativeWebSocket | null = client.ws;
  void client.connect().then(() => socket?.readyState);
`;

// The compiler reads its whole library.
const timeout = 180_000;

test('TypeScript without lib "dom" compiles', { timeout }, () => {
  expect(compile(consumer, ['lib.es2022.d.ts'])).toEqual([]);
});

test('with lib "dom" the types are the platform\'s', { timeout }, () => {
  const withDom = `${consumer}
    const native: WebSocket | null = client.ws;
    void client.connect({ signal: AbortSignal.timeout(5) }).then(() => native?.close());
    new ResilientWebSocket(new URL('wss://page.test/'));
  `;
  expect(compile(withDom, ['lib.es2022.d.ts', 'lib.dom.d.ts'])).toEqual([]);
});

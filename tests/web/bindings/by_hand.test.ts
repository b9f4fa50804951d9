// docs/by-hand.md: its example runs as it stands there.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import createCore, { wasmBytes } from '#core';
import { ScriptedSocket } from './support/scripted_socket.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  ScriptedSocket.install();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const text = readFileSync(new URL('../../../docs/by-hand.md', import.meta.url), 'utf8');
const example = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';

/** Runs the example; what it logs is returned while it goes on. */
async function run(): Promise<unknown[][]> {
  const importLine = "import createCore, { wasmBytes } from './core.mjs';\n";
  expect(example.startsWith(importLine)).toBe(true);
  const logged: unknown[][] = [];
  const page = { log: (...values: unknown[]) => logged.push(values) };
  const AsyncFunction = (async () => Promise.resolve()).constructor as new (
    ...source: string[]
  ) => (...values: unknown[]) => Promise<void>;
  const body = example.slice(importLine.length);
  await new AsyncFunction('createCore', 'wasmBytes', 'console', body)(createCore, wasmBytes, page);
  return logged;
}

it('the example connects, sends, receives, and connects again', async () => {
  const logged = await run();
  const [first] = ScriptedSocket.made;
  expect(first?.url).toBe('wss://example.com/socket');
  first?.onopen?.();
  expect(first?.sent).toEqual(['Hello']);
  first?.onmessage?.({ data: 'Hi' });
  first?.onmessage?.({ data: '{"type":"ping"}' });
  expect(first?.sent).toEqual(['Hello', '{"type":"pong"}']);
  first?.onclose?.({ code: 1006, reason: '', wasClean: false });
  vi.advanceTimersByTime(2000);
  ScriptedSocket.last.onopen?.();
  expect(ScriptedSocket.made).toHaveLength(2);
  expect(logged).toEqual([['connecting'], ['connected'], ['message', 'Hi'], ['reconnecting'], ['connected']]);
});

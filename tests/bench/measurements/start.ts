// Owns the cost of being there: import, construction, the memory of idle clients.
import { type Browser } from 'puppeteer-core';
import { type Contender } from '../contenders/contender.js';
import type {} from '../page/wasm_watch.js';
import { digits, Samples, spread, summaryOf } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { launchChromium, startChromium } from '../support/chromium_runner.js';
import { helperScript, moduleScript, type Entrant } from '../support/contender_bundles.js';
import { type Bench, interleave, progress, roundsOf } from './measurement.js';

interface StartTimes {
  readonly imported: number;
  readonly first: number;
  readonly each: number;
  readonly thousandth: number;
  readonly compile: number;
  readonly instantiate: number;
}

/** Runs in a page that has seen nothing yet. */
async function startIn(path: string): Promise<StartTimes> {
  const began = performance.now();
  const { contender } = (await import(path)) as { contender: Contender };
  const imported = performance.now();
  contender.construct('ws://localhost/0');
  const first = performance.now();
  for (let index = 1; index < 999; index += 1) contender.construct(`ws://localhost/${index}`);
  const many = performance.now();
  contender.construct('ws://localhost/999');
  const thousandth = performance.now();
  return {
    imported: imported - began,
    first: first - imported,
    each: (many - first) / 998,
    thousandth: thousandth - many,
    compile: globalThis.wasmTimes?.compile ?? 0,
    instantiate: globalThis.wasmTimes?.instantiate ?? 0,
  };
}

async function startOnce(browser: Browser, origin: string, index: number): Promise<StartTimes> {
  // A context of its own has no cache, neither of files nor of compiled code.
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/start.html`);
    return await page.evaluate(startIn, `${origin}/start${index}.js`);
  } finally {
    await context.close();
  }
}

async function startTable(bench: Bench): Promise<Table> {
  const { server, entrants } = bench;
  const before = (await Promise.all(['wasm_watch', 'stub_everywhere'].map(helperScript))).join('\n');
  server.serve('/start.html', 'text/html; charset=utf-8', `<!doctype html><script>${before}</script>`);
  for (const [index, entrant] of entrants.entries()) {
    server.serve(`/start${index}.js`, 'text/javascript; charset=utf-8', await moduleScript(entrant));
  }
  const columns = ['imported', 'first', 'both', 'each', 'thousandth', 'compile', 'instantiate'] as const;
  const samples = new Map(columns.map((column) => [column, new Samples()]));
  const browser = await launchChromium();
  const take = async ({ name }: Entrant, index: number): Promise<void> => {
    const times = await startOnce(browser, server.origin, index);
    const all = { ...times, both: times.imported + times.first };
    for (const column of columns) samples.get(column)?.add(name, all[column]);
  };
  await interleave(entrants, roundsOf(bench, 11), (entrant) => take(entrant, entrants.indexOf(entrant)));
  await browser.close();
  const of = (column: (typeof columns)[number], name: string): readonly number[] =>
    samples.get(column)?.of(name) ?? [];
  return {
    title: 'Milliseconds from nothing to clients (fresh browser context each time)',
    head: [
      'contender',
      'import',
      'first client',
      'import to first client',
      'that over raw',
      '998 more, µs each',
      '1000th, µs',
      'compile',
      'instantiate',
    ],
    rows: entrants.map(({ name }) => [
      name,
      digits(summaryOf(of('imported', name)).median),
      digits(summaryOf(of('first', name)).median),
      spread(of('both', name)),
      name === 'raw'
        ? ''
        : spread(samples.get('both')?.against('raw', name, (own, bare) => own - bare) ?? []),
      digits(summaryOf(of('each', name)).median * 1000),
      digits(summaryOf(of('thousandth', name)).median * 1000),
      digits(summaryOf(of('compile', name)).median),
      digits(summaryOf(of('instantiate', name)).median),
    ]),
    notes: [
      'Compile and instantiate are the parts of it that are spent in `new WebAssembly.Module` and `.Instance`.',
    ],
  };
}

const herdSize = 1000;

async function heapTable(bench: Bench): Promise<Table> {
  const [heap, wasm] = [new Samples(), new Samples()];
  const before = await helperScript('wasm_watch');
  for (let round = 0; round < Math.min(3, roundsOf(bench, 3)); round += 1) {
    const runner = await startChromium(bench.entrants, bench.server, { before });
    for (const [name, page] of runner.pages) {
      const session = await page.createCDPSession();
      const used = async (): Promise<number> => {
        await session.send('HeapProfiler.collectGarbage');
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize, embedderHeapUsedSize } = await session.send('Runtime.getHeapUsage');
        return usedSize + embedderHeapUsedSize;
      };
      // The first clients bring code and tables with them.
      await runner.call(name, 'grow', { count: 100 });
      const [heapBefore, wasmBefore] = [await used(), await runner.call(name, 'wasmBytes', undefined)];
      await runner.call(name, 'grow', { count: herdSize });
      heap.add(name, ((await used()) - heapBefore) / herdSize);
      wasm.add(name, ((await runner.call(name, 'wasmBytes', undefined)) - wasmBefore) / herdSize);
    }
    await runner.close();
  }
  const bare = summaryOf(heap.of('raw')).median;
  return {
    title: `Bytes for each of ${herdSize} idle connected clients, beside the first 100`,
    head: ['contender', 'JavaScript and DOM heap', 'WebAssembly memory', 'both, over raw'],
    rows: heap.contenders.map((name) => {
      const [inHeap, inWasm] = [summaryOf(heap.of(name)).median, summaryOf(wasm.of(name)).median];
      return [name, digits(inHeap), digits(inWasm), name === 'raw' ? '' : digits(inHeap + inWasm - bare)];
    }),
    notes: [
      'Over stub sockets: a browser does not open so many real ones. WebAssembly memory is counted up to its last byte in ' +
        'use; it grows by whole pages of 64 KiB.',
    ],
  };
}

export async function start(bench: Bench): Promise<Section> {
  progress('import and construction');
  const times = await startTable(bench);
  progress('memory of idle clients');
  return {
    title: 'Start and memory',
    explanation:
      'Chromium; each contender bundled and minified by esbuild, imported as a module from a server on the same machine. ' +
      'Stub sockets, so that no network is measured.',
    tables: [times, await heapTable(bench)],
  };
}

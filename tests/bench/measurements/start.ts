// The cost of having clients: import, construction, and the memory of idle clients.
import { type Browser } from 'puppeteer-core';
import { type Contender } from '../contenders/contender.js';
import type {} from '../page/wasm_monitor.js';
import { formatNumber, Samples, formatSpread, summarize } from '../report/samples.js';
import { type Section, type Table } from '../report/table.js';
import { launchChromium, startChromium } from '../support/chromium_runner.js';
import { helperScript, moduleScript, type ContenderSpec } from '../support/contender_bundles.js';
import { type Bench, interleave, logProgress, countRounds } from './measurement.js';

interface StartTimes {
  readonly imported: number;
  readonly first: number;
  readonly each: number;
  readonly thousandth: number;
  readonly compile: number;
  readonly instantiate: number;
}

/** Runs in a fresh page. */
async function measureStart(path: string): Promise<StartTimes> {
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

async function startInNewContext(browser: Browser, origin: string, index: number): Promise<StartTimes> {
  // A new context has no cached files and no cached compiled code.
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/start.html`);
    return await page.evaluate(measureStart, `${origin}/start${index}.js`);
  } finally {
    await context.close();
  }
}

async function startTable(bench: Bench): Promise<Table> {
  const { server, contenders } = bench;
  const before = (await Promise.all(['wasm_monitor', 'replace_websocket'].map(helperScript))).join('\n');
  server.serve('/start.html', 'text/html; charset=utf-8', `<!doctype html><script>${before}</script>`);
  for (const [index, contender] of contenders.entries()) {
    server.serve(`/start${index}.js`, 'text/javascript; charset=utf-8', await moduleScript(contender));
  }
  const columns = ['imported', 'first', 'both', 'each', 'thousandth', 'compile', 'instantiate'] as const;
  const samples = new Map(columns.map((column) => [column, new Samples()]));
  const browser = await launchChromium();
  const measure = async ({ name }: ContenderSpec, index: number): Promise<void> => {
    const times = await startInNewContext(browser, server.origin, index);
    const all = { ...times, both: times.imported + times.first };
    for (const column of columns) samples.get(column)?.add(name, all[column]);
  };
  await interleave(contenders, countRounds(bench, 11), (contender) =>
    measure(contender, contenders.indexOf(contender)),
  );
  await browser.close();
  const of = (column: (typeof columns)[number], name: string): readonly number[] =>
    samples.get(column)?.of(name) ?? [];
  return {
    title: 'Milliseconds from an empty page to clients (new browser context each time)',
    head: [
      'contender',
      'import',
      'first client',
      'import to first client',
      'the same over raw',
      '998 more, µs each',
      '1000th, µs',
      'compile',
      'instantiate',
    ],
    rows: contenders.map(({ name }) => [
      name,
      formatNumber(summarize(of('imported', name)).median),
      formatNumber(summarize(of('first', name)).median),
      formatSpread(of('both', name)),
      name === 'raw'
        ? ''
        : formatSpread(samples.get('both')?.compare('raw', name, (own, bare) => own - bare) ?? []),
      formatNumber(summarize(of('each', name)).median * 1000),
      formatNumber(summarize(of('thousandth', name)).median * 1000),
      formatNumber(summarize(of('compile', name)).median),
      formatNumber(summarize(of('instantiate', name)).median),
    ]),
    notes: [
      'Compile and instantiate are the times in `new WebAssembly.Module` and `new WebAssembly.Instance`.',
    ],
  };
}

const clientCount = 1000;

async function heapTable(bench: Bench): Promise<Table> {
  const [heap, wasm] = [new Samples(), new Samples()];
  const before = await helperScript('wasm_monitor');
  for (let round = 0; round < Math.min(3, countRounds(bench, 3)); round += 1) {
    const runner = await startChromium(bench.contenders, bench.server, { before });
    for (const [name, page] of runner.pages) {
      const session = await page.createCDPSession();
      const used = async (): Promise<number> => {
        await session.send('HeapProfiler.collectGarbage');
        await session.send('HeapProfiler.collectGarbage');
        const { usedSize, embedderHeapUsedSize } = await session.send('Runtime.getHeapUsage');
        return usedSize + embedderHeapUsedSize;
      };
      // The first clients load code and tables.
      await runner.call(name, 'addClients', { count: 100 });
      const [heapBefore, wasmBefore] = [await used(), await runner.call(name, 'wasmBytes', undefined)];
      await runner.call(name, 'addClients', { count: clientCount });
      heap.add(name, ((await used()) - heapBefore) / clientCount);
      wasm.add(name, ((await runner.call(name, 'wasmBytes', undefined)) - wasmBefore) / clientCount);
    }
    await runner.close();
  }
  const bare = summarize(heap.of('raw')).median;
  return {
    title: `Bytes for each of ${clientCount} idle connected clients, after the first 100`,
    head: ['contender', 'JavaScript and DOM heap', 'WebAssembly memory', 'both, over raw'],
    rows: heap.contenders.map((name) => {
      const [inHeap, inWasm] = [summarize(heap.of(name)).median, summarize(wasm.of(name)).median];
      return [
        name,
        formatNumber(inHeap),
        formatNumber(inWasm),
        name === 'raw' ? '' : formatNumber(inHeap + inWasm - bare),
      ];
    }),
    notes: [
      'With stub sockets, because a browser does not open so many real ones. WebAssembly memory is counted up to the last ' +
        'byte in use; it grows by pages of 64 KiB.',
    ],
  };
}

export async function start(bench: Bench): Promise<Section> {
  logProgress('import and construction');
  const times = await startTable(bench);
  logProgress('memory of idle clients');
  return {
    title: 'Start and memory',
    explanation:
      'Chromium; each contender is bundled and minified by esbuild, and imported as a module from a server on the same ' +
      'machine. With stub sockets, so that no network is measured.',
    tables: [times, await heapTable(bench)],
  };
}

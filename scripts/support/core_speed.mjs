// Compares the core as JavaScript with the core as WebAssembly, in Node: the start, and the cost of messages over sockets
// that send nothing. The two take turns, and each measurement has a process of its own.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { capture, CommandFailed, root } from './run.mjs';

const rounds = 15;
const warmUp = 20_000;
const batches = 20;
const batchSize = 5_000;

const median = (values) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)];

/** Returns {start, message}: milliseconds until a client is connected, nanoseconds for a message out and one in. */
async function measure(entry) {
  let socket;
  class SilentSocket {
    readyState = 0;
    bufferedAmount = 0;
    constructor() {
      socket = this;
    }
    send() {}
    close() {}
  }
  const started = performance.now();
  const { default: ResilientWebSocket } = await import(pathToFileURL(join(root, `dist/${entry}.js`)).href);
  const options = {
    WebSocket: SilentSocket,
    logLevel: 'silent',
    enableHeartbeat: false,
    messageFormat: 'text',
  };
  const client = new ResilientWebSocket('ws://localhost/', options);
  const connected = client.connect();
  socket.readyState = 1;
  socket.onopen({});
  await connected;
  const start = performance.now() - started;
  let received = 0;
  client.on('message', () => {
    received += 1;
  });
  const text = 'x'.repeat(100);
  const exchange = (count) => {
    for (let index = 0; index < count; index += 1) {
      client.send(text);
      socket.onmessage({ data: text });
    }
  };
  exchange(warmUp);
  const costs = [];
  for (let batch = 0; batch < batches; batch += 1) {
    const before = performance.now();
    exchange(batchSize);
    costs.push(((performance.now() - before) * 1e6) / batchSize);
  }
  if (received !== warmUp + batches * batchSize) throw new Error(`${received} messages arrived`);
  client.destroy();
  return { start, message: median(costs) };
}

/** Resolves to rows {name, wasm, javaScript, ratio}: the medians of all rounds, and the median of their ratios. */
export async function compareCores() {
  const runs = { index: [], 'no-wasm': [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const entry of Object.keys(runs)) {
      const { code, output } = await capture(process.execPath, [fileURLToPath(import.meta.url), entry]);
      if (code !== 0) throw new CommandFailed(output);
      runs[entry].push(JSON.parse(output));
    }
  }
  const row = (name, key) => {
    const [wasm, javaScript] = Object.values(runs).map((results) => results.map((result) => result[key]));
    const ratio = median(javaScript.map((value, round) => value / wasm[round]));
    return { name, wasm: median(wasm), javaScript: median(javaScript), ratio };
  };
  return [
    row('from the import to a connected client, ms', 'start'),
    row('a text of 100 bytes out and one in, ns', 'message'),
  ];
}

/** The rows as a Markdown table. */
export function speedTable(rows) {
  const lines = rows.map(
    ({ name, wasm, javaScript, ratio }) =>
      `| ${name} | ${wasm.toFixed(0)} | ${javaScript.toFixed(0)} | ${ratio.toFixed(1)} |`,
  );
  return ['| what | WebAssembly | JavaScript | ratio |', '| --- | ---: | ---: | ---: |', ...lines].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await measure(process.argv[2])));
}

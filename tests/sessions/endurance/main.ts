// The endurance run: three servers with one Redis behind HAProxy, clients in Chromium and Node, and every second one of
// them is killed or cut. At the end the logs of both applications are compared.
// Arguments: --seconds 180 --clients 20 --rate 50 --seed N --bundles FOLDER [--without-browser]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { WebSocket } from 'ws';
import type { WebSocketClass } from '@advakod/resilient-websocket';
import { runClients, type ClientSettings } from './clients.js';
import { compare, type ClientLog, type LogLine } from './log.js';
import {
  createFolder,
  createProxy,
  createRedis,
  Forwarder,
  freePort,
  Program,
  untilListening,
  wait,
} from './network.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '180' },
    clients: { type: 'string', default: '20' },
    rate: { type: 'string', default: '50' },
    seed: { type: 'string' },
    bundles: { type: 'string', default: '' },
    'without-browser': { type: 'boolean', default: false },
  },
});
const serverCount = 3;
const waitLimit = 60;
const seconds = Number(values.seconds);
const rate = Number(values.rate);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));

/** Random numbers from 0 to 1 that follow from the seed (mulberry32). */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function runInChromium(settings: ClientSettings): Promise<ClientLog[]> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ path: join(values.bundles, 'page.js') });
    return await page.evaluate(
      (given) => (globalThis as unknown as { runClients: typeof runClients }).runClients(given),
      settings,
    );
  } finally {
    await browser.close();
  }
}

const folder = createFolder();
const redisPort = await freePort();
const redis = createRedis(redisPort, folder.path);
await redis.start();
const redisLink = await Forwarder.start(redisPort);
const ports: number[] = [];
for (let index = 0; index < serverCount; ++index) ports.push(await freePort());
const logs = ports.map((_, index) => join(folder.path, `server${index}.log`));
const servers = ports.map((port, index) => {
  const file = join(values.bundles, 'application.mjs');
  const args = [
    '--port',
    String(port),
    '--redis',
    `redis://127.0.0.1:${redisLink.port}`,
    '--log',
    logs[index] ?? '',
  ];
  return new Program([process.execPath, file, ...args], () => untilListening(port));
});
await Promise.all(servers.map((server) => server.start()));
const proxyPort = await freePort();
const proxy = createProxy(proxyPort, ports, folder.path);
await proxy.start();

const links: Forwarder[] = [];
const clients: [string, string][] = [];
for (let index = 0; index < Number(values.clients); ++index) {
  const link = await Forwarder.start(proxyPort);
  links.push(link);
  clients.push([`client${index}`, `ws://127.0.0.1:${link.port}/`]);
}

const random = createRandom(seed);
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
const counts: Record<string, number> = {};
/** Each kind of fault; resolves when what was broken works again. */
const faults: Readonly<Record<string, () => Promise<void>>> = {
  'server killed': async () => {
    const server = pick(servers);
    const pause = random() * 1000;
    await server.kill();
    await wait(pause);
    await server.start();
  },
  'HAProxy killed': async () => {
    await proxy.kill();
    await wait(random() * 300);
    await proxy.start();
  },
  'link of a client cut': () => pick(links).cut(random() * 1000),
  'Redis connection cut': () => redisLink.cut(random() * 1000),
  'Redis killed': async () => {
    await redis.kill();
    await redis.start();
  },
};

async function breakThings(until: number): Promise<void> {
  while (performance.now() < until) {
    const name = pick(Object.keys(faults));
    counts[name] = (counts[name] ?? 0) + 1;
    const next = wait(1000);
    await faults[name]?.();
    await next;
  }
}

const inBrowser = values['without-browser'] ? 0 : Math.floor(clients.length / 2);
const settings = { seconds, rate, waitLimit };
const nodeClass = WebSocket as unknown as WebSocketClass;
const [page, node] = await Promise.all([
  inBrowser === 0 ? [] : runInChromium({ ...settings, clients: clients.slice(0, inBrowser) }),
  runClients({ ...settings, clients: clients.slice(inBrowser) }, nodeClass),
  breakThings(performance.now() + seconds * 1000),
]);
for (const program of [...servers, proxy, redis]) await program.kill();
for (const link of [...links, redisLink]) link.stop();
const lines = logs.flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine),
);
folder.remove();

const result = compare([...page, ...node], lines);
console.log(
  `seed ${seed}, ${seconds} s, ${inBrowser} clients in Chromium, ${clients.length - inBrowser} in Node`,
);
for (const [name, count] of Object.entries(counts)) console.log(`${name}: ${count}`);
console.log(
  `handed over ${result.handed} messages of the clients, ${result.handedAgain} of them again under a new fence; ` +
    `${result.pushes} messages of the server by itself; ${result.resumptions} sessions resumed`,
);
for (const { title, faults: found } of result.checks) {
  console.log(`${found.length === 0 ? 'ok' : 'FAILED'} ${title}`);
  for (const fault of found.slice(0, 5)) console.log(`   ${fault}`);
}
const failed = result.checks.filter(({ faults: found }) => found.length > 0).length;
console.log(`${result.checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

// Measures the memory of one server process with many sessions whose clients acknowledge nothing.
// Usage: node --expose-gc --max-old-space-size=4096 measure_memory.mjs [SESSIONS] [MESSAGES] [BYTES], bundled by
// `npx esbuild tests/server/measure_memory.ts --bundle --packages=external --platform=node --format=esm`.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket, WebSocketServer } from 'ws';
import { SessionServer, type Session } from '../../server/node/index.js';

const [sessions = 10_000, messages = 100, bytes = 1024] = process.argv.slice(2).map(Number);

/** Opens the connections, says hello on each, and reads everything. */
async function runClients(url: string): Promise<void> {
  let received = 0;
  const frame = JSON.stringify({
    rws: 'hello',
    v: 1,
    session: null,
    attempt: 1,
    received: 0,
    window: messages,
  });
  for (let count = 0; count < sessions; count += 1) {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('message', (data: Buffer) => {
      received += data.subarray(0, 8).toString() === '{"rws":"' ? 0 : 1;
      if (received === sessions * messages) process.send?.('all received');
    });
    await once(socket, 'open');
    socket.send(frame);
  }
}

function memory(): Readonly<Record<string, number>> {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const inMegabytes = (value: number): number => Math.round(value / 1e6);
  return { rss: inMegabytes(rss), heapUsed: inMegabytes(heapUsed), external: inMegabytes(external) };
}

async function measure(): Promise<void> {
  const server = new SessionServer({ window: messages, maxQueue: messages, pingInterval: 3_600_000 });
  const open: Session[] = [];
  const http = createServer();
  new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket, request) => {
    server.attach(socket, request);
  });
  const isOpen = new Promise<void>((resolve) => {
    server.on('session', (session) => {
      if (open.push(session) === sessions) resolve();
    });
  });
  let refused = 0;
  server.on('messageUnconfirmed', () => (refused += 1));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  console.log('megabytes before', memory());
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clients = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, MEASURED_SERVER: url },
    execArgv: [],
  });
  await isOpen;
  console.log(`with ${sessions} connected sessions`, memory());
  const allReceived = once(clients, 'message');
  for (let index = 0; index < messages; index += 1) {
    const text = (number: number): string => `${index} ${number} `.padEnd(bytes, 'x');
    await Promise.all(open.map((session, number) => session.send(text(number))));
    // Lets the sockets do their work.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await allReceived;
  console.log(`with ${messages} unacknowledged messages of ${bytes} bytes in each`, memory());
  // Each session is full now: whatever the application sends is refused, and nothing grows.
  for (let round = 0; round < 10; round += 1)
    for (const session of open) void session.send('more than may be kept');
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(`after ${refused} more messages, all refused`, memory());
  clients.kill();
  process.exit();
}

const url = process.env['MEASURED_SERVER'];
await (url === undefined ? measure() : runClients(url));

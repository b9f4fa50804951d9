// One server process of the endurance run: the session server on Redis with an application that answers each message in
// its handler, and writes down what it was handed. Arguments: --port N --redis URL --log FILE
import { openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { WebSocketServer } from 'ws';
import { SessionServer } from '../../../server/node/index.js';
import { RedisStore } from '../../../server/node/redis.js';
import { type LogLine, pushEvery } from './log.js';

const { values } = parseArgs({
  options: { port: { type: 'string' }, redis: { type: 'string' }, log: { type: 'string' } },
});

const file = openSync(values.log ?? '', 'a');
/** Written at once, so that it is kept when the process is killed. */
function write(line: LogLine): void {
  writeSync(file, `${JSON.stringify(line)}\n`);
}

const redis = createClient({ url: values.redis ?? '' });
redis.on('error', () => {
  // It connects again by itself.
});
await redis.connect();
const server = new SessionServer<IncomingMessage>({
  store: new RedisStore({ client: redis }),
  principalOf: ({ url = '/' }) => new URL(url, 'ws://localhost').searchParams.get('client') ?? '',
});
let holdings = 0;
let pushes = 0;
server.on('session', (session) => {
  holdings += 1;
  const holding = `${process.pid}.${holdings}`;
  const client = session.principal;
  session.on('message', async (data, { seq }) => {
    write({
      kind: 'handed',
      at: performance.timeOrigin + performance.now(),
      client,
      seq,
      text: String(data),
      holding,
    });
    await session.send(`reply:${String(data)}`);
    if (seq % pushEvery !== 0) return;
    pushes += 1;
    const push = `push:${holding}.${pushes}`;
    // After the handler: it is no part of what is stored with the count.
    setTimeout(() => {
      session.send(push).then(
        () => {
          write({ kind: 'stored', client, text: push });
        },
        () => {
          // It may have been stored or not.
        },
      );
    }, 1);
  });
});
server.on('messageFailed', ({ session, seq }) => {
  write({ kind: 'reported', client: session.principal, text: `failed ${seq}` });
});
server.on('messageUnconfirmed', ({ principal, seq, reason }) => {
  if (reason !== 'storeFailed')
    write({ kind: 'reported', client: principal ?? '', text: `unconfirmed ${seq} ${reason}` });
});
server.on('violation', ({ code, reason, principal }) => {
  write({ kind: 'reported', client: principal ?? '', text: `violation ${code} ${reason}` });
});
server.on('error', () => {
  // Redis is away. What was not stored is not acknowledged.
});

const http = createServer();
const sockets = new WebSocketServer({ server: http });
sockets.on('connection', (socket, request) => {
  server.attach(socket, request);
});
http.listen(Number(values.port), '127.0.0.1', () => {
  console.log('listening');
});

// The kit application on the session server for Node. Each text of a client says what the application does.
// Arguments: --port 0 --store memory|redis --redis URL --ttl MS --window N --max-message BYTES
import { WebSocketServer } from 'ws';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createClient } from 'redis';
import { SessionServer, type Session, type SessionStore } from '../../../server/node/index.js';
import { RedisStore } from '../../../server/node/redis.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    store: { type: 'string', default: 'memory' },
    redis: { type: 'string', default: 'redis://127.0.0.1:6379/0' },
    ttl: { type: 'string' },
    window: { type: 'string' },
    'max-message': { type: 'string' },
  },
});

const number = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

async function openStore(): Promise<{ store?: SessionStore; close: () => void }> {
  if (values.store === 'memory') return { close: () => undefined };
  if (values.store !== 'redis') throw new RangeError('--store must be memory or redis');
  const client = createClient({ url: values.redis });
  client.on('error', (error: Error) => {
    console.error(`redis: ${error.message}`);
  });
  await client.connect();
  return {
    store: new RedisStore({ client }),
    close: () => {
      client.destroy();
    },
  };
}

const ms = (text: string | undefined): number => Number(text ?? 0);
const wait = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

/** Splits `name:first:rest`; the rest may contain colons. */
function words(text: string, count: number): readonly string[] {
  const parts = text.split(':');
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(':')];
}

type Log = [number, string][];

async function obey(session: Session, log: Log, text: string): Promise<void> {
  const [name, first = '', rest = ''] = words(text, 3);
  const [, all = ''] = words(text, 2);
  switch (name) {
    case 'echo':
      await session.send(all);
      break;
    case 'many':
      for (let index = 0; index < Number(first); index += 1) void session.send(`${rest}${index}`);
      break;
    case 'slow':
      await wait(ms(first));
      await session.send(rest);
      break;
    case 'fail':
      await session.send(all);
      throw new Error('asked to fail');
    case 'push':
      // The timer runs when the handler has finished: this message is not part of it.
      setTimeout(() => void session.send(rest), Math.max(1, ms(first)));
      break;
    case 'close':
      await session.close();
      break;
    case 'expire':
      for (let index = 0; index < Number(first); index += 1) void session.send('expired', { ttl: 0 });
      break;
    case 'log':
      await session.send(JSON.stringify(log));
      break;
  }
}

async function main(): Promise<void> {
  const { store, close } = await openStore();
  const server = new SessionServer<IncomingMessage>({
    store,
    ttl: number(values.ttl),
    window: number(values.window),
    maxMessage: number(values['max-message']),
    principalOf: ({ url = '/' }) => new URL(url, 'ws://localhost').searchParams.get('user') ?? '',
  });
  // By session: another server may have had the session in between.
  const logs = new Map<string, Log>();
  server.on('session', (session) => {
    const log = logs.get(session.id) ?? [];
    logs.set(session.id, log);
    session.on('end', (reason) => {
      if (reason !== 'taken') logs.delete(session.id);
    });
    session.on('message', async (data, { seq }) => {
      log.push([seq, typeof data === 'string' ? data : `binary:${data.length}`]);
      if (typeof data === 'string') await obey(session, log, data);
      else if (Buffer.from(data).toString('latin1', 0, 5) === 'echo:') await session.send(data.subarray(5));
    });
  });
  server.on('messageFailed', ({ seq }) => {
    console.log(`messageFailed ${seq}`);
  });
  server.on('messageUnconfirmed', ({ seq, reason }) => {
    console.log(`messageUnconfirmed ${seq} ${reason}`);
  });
  server.on('violation', ({ code, reason }) => {
    console.log(`violation ${code} ${reason}`);
  });

  const http = createServer();
  const sockets = new WebSocketServer({ server: http, maxPayload: 4 * server.maxPayload });
  sockets.on('connection', (socket, request) => {
    server.attach(socket, request);
  });
  http.listen(Number(values.port), '127.0.0.1', () => {
    console.log(`listening ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  });
  process.once('SIGTERM', () => {
    http.close();
    void server.close().then(() => {
      sockets.close();
      close();
    });
  });
}

await main();

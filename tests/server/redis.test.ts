// What can fail between a server and Redis, and in Redis itself.
import { createCluster } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { IncomingMessage } from 'node:http';
import type { SessionServerOptions } from '../../server/node/index.js';
import { RedisStore, type RedisStoreOptions } from '../../server/node/redis.js';
import { Client } from './support/client.js';
import { connectRedis, freePort, Proxy, RedisProcess } from './support/redis.js';
import { gate, obey, Served } from './support/served.js';

/** Ends what a test has opened, the last first. */
const endings: (() => unknown)[] = [];

async function serve(
  url: string,
  options: SessionServerOptions<IncomingMessage> & Omit<Partial<RedisStoreOptions>, 'client'> = {},
): Promise<Served> {
  const { retryFor, prefix, ...rest } = options;
  const client = await connectRedis(url);
  endings.push(() => {
    client.destroy();
  });
  const store = new RedisStore({ client, retryFor, prefix });
  const served = await Served.start({ store, ackDelay: 0, ...rest }, obey);
  endings.push(() => served.stop());
  return served;
}

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe('with a proxy before Redis', () => {
  let redis: RedisProcess;
  let proxy: Proxy;
  beforeAll(async () => {
    redis = await RedisProcess.start();
    proxy = await Proxy.start(redis.port);
  });
  afterAll(async () => {
    proxy.stop();
    await redis.stop();
  });

  it('the lost reply of a write repeats neither the count nor the messages', async () => {
    const served = await serve(proxy.url);
    const { client } = await Client.greet(served.url);
    proxy.dropReplies();
    client.send('echo:once', 'many:3:n');
    const elsewhere = served.session.send('elsewhere');
    await untilTrue(() => proxy.dropped > 0);
    // Redis has done it, and the server does not know.
    expect(await client.until(0)).toEqual([]);
    proxy.cut();
    proxy.mend();
    await elsewhere;
    await client.acked(2);
    const messages = await client.messages(5);
    expect([...messages].sort()).toEqual(['elsewhere', 'n0', 'n1', 'n2', 'once']);
    expect(await client.until(5)).toEqual([]);
  });

  it('the lost reply of a take resumes the session, not refuses it as a late hello', async () => {
    const served = await serve(proxy.url);
    const { client, welcome } = await Client.greet(served.url);
    await served.session.send('kept');
    await client.message();
    await client.cut();
    await served.left();
    proxy.dropped = 0;
    proxy.dropReplies();
    const second = await Client.open(served.url);
    second.hello({ session: String(welcome['session']), attempt: 2 });
    await untilTrue(() => proxy.dropped > 0);
    proxy.cut();
    proxy.mend();
    await expect(second.next('welcome')).resolves.toMatchObject({ resumed: true });
    await expect(second.message()).resolves.toBe('kept');
  });

  it('while Redis cannot be reached nothing is acknowledged, and the socket is kept', async () => {
    const served = await serve(proxy.url);
    const { client } = await Client.greet(served.url);
    proxy.cut();
    client.send('echo:1', 'echo:2');
    const sent = served.session.send('meanwhile');
    await served.when(() => served.log.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await client.until(0)).toEqual([]);
    proxy.mend();
    await sent;
    await client.acked(2);
    expect([...(await client.messages(3))].sort()).toEqual(['1', '2', 'meanwhile']);
    expect(served.log).toHaveLength(2);
    expect(served.errors).toEqual([]);
  });

  it('after retryFor without Redis the connection is closed with 1013, and the session goes on later', async () => {
    const served = await serve(proxy.url, { retryFor: 300 });
    const { client, welcome } = await Client.greet(served.url);
    client.send('echo:first');
    await client.acked(1);
    proxy.cut();
    client.send('echo:again');
    await expect(client.closed()).resolves.toMatchObject({ code: 1013 });
    expect(served.ended).toEqual(['failed']);
    proxy.mend();
    const { client: second, welcome: again } = await Client.greet(served.url, {
      ...{ session: String(welcome['session']), attempt: 2, received: 1 },
    });
    expect(again).toMatchObject({ resumed: true });
    if (again['received'] === 1) second.send('echo:again');
    await expect(second.message()).resolves.toBe('again');
  });
});

describe('in Redis', () => {
  let redis: RedisProcess;
  let admin: Awaited<ReturnType<typeof connectRedis>>;
  beforeAll(async () => {
    redis = await RedisProcess.start();
    admin = await connectRedis(redis.url);
  });
  afterAll(async () => {
    admin.destroy();
    await redis.stop();
  });

  it('SIGKILL and a restart with the append-only file lose nothing', async () => {
    const served = await serve(redis.url);
    const { client } = await Client.greet(served.url);
    client.send('echo:before');
    await client.acked(1);
    await redis.kill();
    client.send('echo:while it is down');
    const sent = served.session.send('from elsewhere');
    await redis.run();
    await sent;
    await client.acked(2);
    expect([...(await client.messages(3))].sort()).toEqual(['before', 'from elsewhere', 'while it is down']);
    expect(served.log.map(([seq]) => seq)).toEqual([1, 2]);
  });

  it('a lost write ends the session, and what it still has is reported', async () => {
    const served = await serve(redis.url);
    const { client, welcome } = await Client.greet(served.url);
    const key = `rws:{${String(welcome['session'])}}`;
    await served.session.send('one');
    await client.message();
    for (const name of [key, `${key}:messages`]) await admin.copy(name, `backup of ${name}`);
    await served.session.send('two');
    await client.message();
    // Back to where only "one" was sent.
    for (const name of [key, `${key}:messages`]) {
      await admin.copy(`backup of ${name}`, name, { REPLACE: true });
    }
    await expect(client.closed()).resolves.toMatchObject({ code: 1012 });
    expect(served.ended).toEqual(['lost']);
    expect(served.unconfirmed.map(({ seq, data, reason }) => [seq, data, reason])).toEqual([
      [1, 'one', 'lost'],
      [2, undefined, 'lost'],
    ]);
    const again = { session: String(welcome['session']), attempt: 2, received: 2 };
    const { welcome: fresh } = await Client.greet(served.url, again);
    expect(fresh['resumed']).toBe(false);
  });

  it('a hole that is no recorded skip gets resumed: false, and the rest is reported', async () => {
    const served = await serve(redis.url);
    const { client, welcome } = await Client.greet(served.url);
    await Promise.all(['a', 'b', 'c'].map((text) => served.session.send(text)));
    await client.messages(3);
    await client.cut();
    const session = String(welcome['session']);
    await admin.xDel(`rws:{${session}}:messages`, '2-0');
    const { welcome: fresh } = await Client.greet(served.url, { session, attempt: 2 });
    expect(fresh['resumed']).toBe(false);
    expect(served.unconfirmed.map(({ data }) => data)).toEqual(['a', 'c']);
  });

  it('a record that is gone ends the session of a connected client, and numbers are reported', async () => {
    const served = await serve(redis.url);
    const { client } = await Client.greet(served.url);
    await served.session.send('gone');
    await client.message();
    await admin.flushAll();
    await expect(client.closed()).resolves.toMatchObject({ code: 1012 });
    expect(served.unconfirmed).toMatchObject([{ seq: 1, data: undefined, reason: 'lost' }]);
  });

  it('without notifications the old holder notices within a second or so, and the new one sends all', async () => {
    class DeafStore extends RedisStore {
      override subscribe(): Promise<() => Promise<void>> {
        return Promise.resolve(() => Promise.resolve());
      }
    }
    const client = await connectRedis(redis.url);
    endings.push(() => {
      client.destroy();
    });
    const a = await Served.start({ store: new DeafStore({ client }) });
    const b = await Served.start({ store: new DeafStore({ client }) });
    endings.push(
      () => a.stop(),
      () => b.stop(),
    );
    const { client: old, welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    await b.server.send(session, 'found by looking');
    await expect(old.message()).resolves.toBe('found by looking');
    await Client.greet(b.url, { session, attempt: 2 });
    await expect(old.closed()).resolves.toMatchObject({ code: 4409 });
  });

  it('numbers close to 2^53 are kept exactly', async () => {
    const a = await serve(redis.url);
    const attempt = Number.MAX_SAFE_INTEGER - 1;
    const { client, welcome } = await Client.greet(a.url, { attempt });
    const session = String(welcome['session']);
    await client.cut();
    await a.server.close();
    const sent = 2 ** 53 - 100;
    const key = `rws:{${session}}`;
    await admin.hSet(key, { sent: String(sent), acked: String(sent), counted: String(sent) });
    const b = await serve(redis.url);
    const { client: second, welcome: again } = await Client.greet(b.url, {
      ...{ session, attempt: attempt + 1, received: sent },
    });
    expect(again).toMatchObject({ resumed: true, received: sent });
    second.send('echo:large');
    await expect(second.message()).resolves.toBe('large');
    await second.acked(sent + 1);
    await b.session.send('expired', { ttl: 0 });
    await second.next('skip');
    second.control({ rws: 'ack', received: sent + 1 });
    await second.until(sent + 1);
    await untilTrue(async () => (await admin.hGet(key, 'acked')) === String(sent + 1));
    expect(await admin.hGet(key, 'skips')).toBe(`${sent + 2}-${sent + 2}`);
  });

  it('a session that has ended leaves no key behind', async () => {
    await admin.flushAll();
    const served = await serve(redis.url, { prefix: 'chat:' });
    const { client } = await Client.greet(served.url);
    client.send('many:5:x');
    await client.messages(5);
    expect((await admin.keys('*')).every((key) => key.startsWith('chat:'))).toBe(true);
    client.control({ rws: 'bye' });
    await client.closed();
    await untilTrue(async () => (await admin.keys('*')).length === 0);
  });

  it('the numbers that expire together are one range, with earlier skips and holes between', async () => {
    const served = await serve(redis.url);
    const { client, welcome } = await Client.greet(served.url, { window: 1 });
    const session = String(welcome['session']);
    const texts = ['1', 'gone', 'gone', '4', 'gone', '6'];
    for (const text of texts) await served.session.send(text, text === 'gone' ? { ttl: 0 } : {});
    const seen: unknown[] = [];
    for (let received = 0; received < 6;) {
      const frames = await client.until(received);
      for (const frame of frames) {
        const count = typeof frame === 'object' && 'count' in frame ? Number(frame.count) : 0;
        seen.push(count > 0 ? `skip ${count}` : frame);
        received += Math.max(1, count);
      }
    }
    expect(seen).toEqual(['1', 'skip 1', 'skip 1', '4', 'skip 1', '6']);
    const { client: second } = await Client.greet(served.url, { session, attempt: 2, received: 6 });
    expect(await second.until(6)).toEqual([]);
  });
});

it('works on a Redis Cluster', async () => {
  const redis = await RedisProcess.start(
    '--cluster-enabled',
    'yes',
    '--cluster-port',
    String(await freePort()),
  );
  endings.push(() => redis.stop());
  const admin = await connectRedis(redis.url);
  await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  await untilTrue(async () => (await admin.clusterInfo()).includes('cluster_state:ok'));
  admin.destroy();
  const start = async (): Promise<Served> => {
    const client = createCluster({ rootNodes: [{ url: redis.url }] });
    client.on('error', () => undefined);
    await client.connect();
    endings.push(() => {
      client.destroy();
    });
    const served = await Served.start({ store: new RedisStore({ client }), ackDelay: 0, ttl: 1000 }, obey);
    endings.push(() => served.stop());
    return served;
  };
  const a = await start();
  const b = await start();
  const { client, welcome } = await Client.greet(a.url);
  const session = String(welcome['session']);
  client.send('echo:a');
  await client.acked(1);
  await b.server.send(session, 'b');
  await expect(client.messages(2)).resolves.toEqual(['a', 'b']);
  const { client: second, welcome: again } = await Client.greet(b.url, { session, attempt: 2 });
  expect(again).toMatchObject({ resumed: true, received: 1 });
  await expect(second.messages(2)).resolves.toEqual(['a', 'b']);
  await expect(client.closed()).resolves.toMatchObject({ code: 4409 });
  await second.cut();
  await untilTrue(() => a.unconfirmed.length + b.unconfirmed.length === 2);
});

it('a session that was handled under an old fence of a store that went back in time is not trusted', async () => {
  const redis = await RedisProcess.start();
  endings.push(() => redis.stop());
  const admin = await connectRedis(redis.url);
  endings.push(() => {
    admin.destroy();
  });
  const { promise, open } = gate();
  const a = await serve(redis.url);
  const b = await serve(redis.url);
  const { welcome } = await Client.greet(a.url);
  const session = String(welcome['session']);
  const backup = await admin.hGetAll(`rws:{${session}}`);
  b.handler = () => promise;
  const { client } = await Client.greet(b.url, { session, attempt: 2 });
  client.send('handled by b');
  await b.when(() => b.log.length === 1);
  // The taking by b is lost: the store knows a as the holder again.
  await admin.del(`rws:{${session}}`);
  await admin.hSet(`rws:{${session}}`, { ...backup, expires: String(Date.now() + 60_000) });
  open();
  await expect(client.closed()).resolves.toMatchObject({ code: 4409 });
  expect(b.ended).toEqual(['taken']);
  expect(await admin.hGet(`rws:{${session}}`, 'counted')).toBe(null);
});

async function untilTrue(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not in time: ${isTrue.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

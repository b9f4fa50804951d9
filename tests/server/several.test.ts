// Several servers that share a store: takeover, fences, sends to a session that another server holds.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './support/client.js';
import { gate, obey, Served } from './support/served.js';
import { sources, type StoreSource } from './support/stores.js';

describe.each(sources)('two servers with the %s', (_name, open) => {
  let source: StoreSource;
  let a: Served;
  let b: Served;
  const start = async (handler: Parameters<typeof Served.start>[1] = obey): Promise<void> => {
    a = await Served.start({ store: await source.store(), ackDelay: 0 }, handler);
    b = await Served.start({ store: await source.store(), ackDelay: 0 }, handler);
  };

  beforeAll(async () => {
    source = await open();
  });
  afterEach(async () => {
    await Promise.all([a.stop(), b.stop()]);
  });
  afterAll(() => source.stop());

  it('the other server takes an idle session over; the first closes its socket with 4409', async () => {
    await start();
    const { client, welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    client.send('echo:1');
    await client.message();
    const { client: second, welcome: again } = await Client.greet(b.url, { session, attempt: 2 });
    expect(again).toMatchObject({ resumed: true, received: 1, session });
    await expect(second.message()).resolves.toBe('1');
    await expect(client.closed()).resolves.toMatchObject({ code: 4409 });
    expect(a.ended).toEqual(['taken']);
    expect(b.sessions.map(({ id }) => id)).toEqual([session]);
    const late = await Client.open(a.url);
    late.hello({ session, attempt: 2 });
    await expect(late.closed()).resolves.toMatchObject({ code: 4409 });
    second.send('echo:2');
    await expect(second.message()).resolves.toBe('2');
  });

  it('a session that goes to and fro is announced each time, and loses and repeats nothing', async () => {
    await start();
    const { welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    for (let attempt = 2; attempt < 10; attempt += 1) {
      const { url } = attempt % 2 === 0 ? b : a;
      const received = attempt - 2;
      const { client, welcome: again } = await Client.greet(url, { session, attempt, received });
      expect(again).toMatchObject({ resumed: true, received });
      client.send(`echo:${attempt}`);
      await expect(client.message()).resolves.toBe(String(attempt));
      await client.acked(attempt - 1);
    }
    expect([...a.log, ...b.log].map(([seq]) => seq).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(a.sessions).toHaveLength(4 + 1);
  });

  it('a handler under an old fence stores nothing: its replies come once, from the successor', async () => {
    const { promise, open: release } = gate();
    const signals: unknown[] = [];
    await start(async (session, data, { signal }) => {
      signals.push(signal);
      if (signals.length === 1) await promise;
      await session.send(`reply ${signals.length} to ${String(data)}`);
    });
    const { client, welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    client.send('x');
    await a.when(() => a.log.length === 1);
    const { client: second, welcome: again } = await Client.greet(b.url, { session, attempt: 2 });
    expect(again['received']).toBe(0);
    second.send('x');
    await expect(second.message()).resolves.toBe('reply 2 to x');
    await second.acked(1);
    await a.when(() => a.ended.length === 1);
    expect(signals[0]).toMatchObject({ aborted: true });
    // Back at the first server, whose old handler ends now.
    const { client: third } = await Client.greet(a.url, { session, attempt: 3, received: 1 });
    release();
    third.send('y');
    await expect(third.message()).resolves.toBe('reply 3 to y');
    const rest = await third.until(2);
    expect(rest.filter((frame) => typeof frame === 'string')).toEqual([]);
  });

  it('a message from another server reaches the client through the holder, also without a connection', async () => {
    await start();
    const { client, welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    await b.server.send(session, 'from b');
    await expect(client.message()).resolves.toBe('from b');
    await a.server.send(session, 'from a');
    await expect(client.message()).resolves.toBe('from a');
    await client.cut();
    await b.server.send(session, 'kept');
    const { client: second } = await Client.greet(a.url, { session, attempt: 2, received: 2 });
    await expect(second.message()).resolves.toBe('kept');
    await expect(b.server.send('x'.repeat(32), 'nobody')).rejects.toThrow('The session has ended');
    expect(b.unconfirmed).toMatchObject([{ data: 'nobody', reason: 'closed', principal: undefined, seq: 0 }]);
  });

  it('messages of both servers keep one order, and skips of one are skips of the other', async () => {
    await start();
    const { client, welcome } = await Client.greet(a.url, { window: 1 });
    const session = String(welcome['session']);
    await a.server.send(session, '1');
    await b.server.send(session, '2', { ttl: 0 });
    await a.server.send(session, '3');
    await client.message();
    client.control({ rws: 'ack', received: 1 });
    await client.next('skip');
    const { client: second } = await Client.greet(b.url, { session, attempt: 2, received: 1 });
    await expect(second.next('skip')).resolves.toEqual({ rws: 'skip', count: 1 });
    await expect(second.message()).resolves.toBe('3');
  });

  it('the application of another server can end the session of a client that is away', async () => {
    await start();
    const { client, welcome } = await Client.greet(a.url);
    const session = String(welcome['session']);
    await client.cut();
    await a.left();
    await a.session.close();
    const { client: second } = await Client.greet(b.url, { session, attempt: 2 });
    await second.next('bye');
    second.socket.close(1000);
    await b.when(() => b.ended.includes('closed'));
  });

  it('an expired session is reported once, whichever server finds it', async () => {
    const store = await source.store();
    a = await Served.start({ store, ttl: 250 });
    b = await Served.start({ store: await source.store(), ttl: 250 });
    const { client } = await Client.greet(a.url);
    await a.session.send('unread');
    // Without the first server, the other one finds the session.
    await a.server.close();
    await client.closed();
    await b.when(() => b.unconfirmed.length > 0);
    expect([...a.unconfirmed, ...b.unconfirmed]).toMatchObject([{ data: 'unread', reason: 'expired' }]);
  });
});

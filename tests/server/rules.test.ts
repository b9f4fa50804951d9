// The rules of docs/sessions.md that concern one server, with each store.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SessionServerOptions } from '../../server/node/index.js';
import type { IncomingMessage } from 'node:http';
import { Client, type Frame } from './support/client.js';
import { gate, obey, Served } from './support/served.js';
import { sources, type StoreSource } from './support/stores.js';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe.each(sources)('with the %s', (_name, open) => {
  let source: StoreSource;
  const running: Served[] = [];
  const serve = async (
    options: SessionServerOptions<IncomingMessage> = {},
    handler: Parameters<typeof Served.start>[1] = obey,
  ): Promise<Served> => {
    const served = await Served.start({ store: await source.store(), ...options }, handler);
    running.push(served);
    return served;
  };
  const resume = async (served: Served, welcome: Frame, attempt: number, received: number) =>
    Client.greet(served.url, { session: String(welcome['session']), attempt, received });

  beforeAll(async () => {
    source = await open();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((served) => served.stop()));
  });
  afterAll(() => source.stop());

  it('rule 1: welcome is the first frame, with what the server accepts', async () => {
    const served = await serve({ ttl: 60_000, window: 50, maxMessage: 2000 });
    served.server.on('session', (session) => session.send('at once'));
    const client = await Client.open(served.url);
    client.hello();
    await expect(client.message()).resolves.toBe('at once');
    const other = await Client.open(served.url);
    other.hello();
    const welcome = await other.next('welcome');
    const { session, ...rest } = welcome;
    expect(session).toMatch(/^[\w-]{32}$/);
    expect(rest).toEqual({
      ...{ rws: 'welcome', v: 1, resumed: false, received: 0 },
      ...{ window: 50, maxMessage: 2000, ttl: 60_000 },
    });
  });

  it('rules 2 and 3: what was not acknowledged is sent again in order, before anything new', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    await Promise.all(range(5).map((index) => served.session.send(`old ${index}`)));
    await client.messages(5);
    await client.cut();
    await served.session.send(Buffer.from([1, 2, 3]));
    const { client: second } = await resume(served, welcome, 2, 2);
    void served.session.send('new');
    const messages = [await second.message(), await second.message(), await second.message()];
    expect(messages).toEqual(['old 2', 'old 3', 'old 4']);
    await expect(second.message()).resolves.toEqual(Buffer.from([1, 2, 3]));
    await expect(second.message()).resolves.toBe('new');
  });

  it('rule 4: a message is counted when its handler has finished, one after the other', async () => {
    const gates = [gate(), gate()];
    const served = await serve({ ackDelay: 0 }, (_session, _data, { seq }) => gates[seq - 1]?.promise);
    const { client } = await Client.greet(served.url);
    client.send('first', 'second');
    await served.when(() => served.log.length === 1);
    expect(await client.until(0)).toEqual([]);
    gates[0]?.open();
    await expect(client.next('ack')).resolves.toEqual({ rws: 'ack', received: 1 });
    await served.when(() => served.log.length === 2);
    gates[1]?.open();
    await expect(client.next('ack')).resolves.toEqual({ rws: 'ack', received: 2 });
  });

  it('rule 4: the message of a handler that fails is counted and reported, and its replies are kept', async () => {
    const served = await serve();
    const { client } = await Client.greet(served.url);
    client.send('fail:reply');
    await expect(client.message()).resolves.toBe('reply');
    await client.acked(1);
    expect(served.failed).toMatchObject([
      { session: served.session, seq: 1, data: 'fail:reply', error: new Error('the handler fails') },
    ]);
    expect(served.failed[0]?.id).toBe(`${served.session.id}:1`);
  });

  it('acknowledges 32 messages at once, and fewer after ackDelay', async () => {
    const served = await serve({ ackDelay: 60_000 });
    const { client } = await Client.greet(served.url);
    client.send(...range(31).map(String));
    await served.when(() => served.log.length === 31);
    expect(await client.until(0)).toEqual([]);
    client.send(...range(33).map(String));
    await client.acked(32);
    const quick = await serve({ ackDelay: 20 });
    const { client: other } = await Client.greet(quick.url);
    other.send('one');
    await expect(other.next('ack')).resolves.toEqual({ rws: 'ack', received: 1 });
  });

  it('acknowledges within ackDelay what is counted after an ack or pong, and nothing twice', async () => {
    const served = await serve({ ackDelay: 500 });
    const { client } = await Client.greet(served.url);
    client.send(...range(33).map(String));
    await expect(client.next('ack')).resolves.toMatchObject({ received: 32 });
    await expect(client.next('ack')).resolves.toMatchObject({ received: 33 });
    client.send('34');
    await expect(client.next('ack')).resolves.toMatchObject({ received: 34 });
    client.send('35');
    await served.when(() => served.log.length === 35);
    let counted: unknown;
    while (counted !== 35) {
      client.control({ rws: 'ping', id: 1, received: 0 });
      counted = (await client.next('pong'))['received'];
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(client.arrived).toEqual([]);
    client.send('36');
    await expect(client.next('ack')).resolves.toMatchObject({ received: 36 });
  });

  it('rule 5: what is being handled is not handed over again, what was not yet is dropped at hello', async () => {
    const { promise, open: release } = gate();
    const served = await serve({ ackDelay: 0 }, async (session, data) => {
      await promise;
      await session.send(`re ${String(data)}`);
    });
    const { client, welcome } = await Client.greet(served.url);
    client.send('one', 'two', 'three');
    await served.when(() => served.log.length === 1);
    await client.until(0);
    const { client: second, welcome: again } = await resume(served, welcome, 2, 0);
    expect(again).toMatchObject({ resumed: true, received: 0 });
    second.send('one', 'two', 'three');
    await second.until(0);
    release();
    await expect(second.messages(3)).resolves.toEqual(['re one', 're two', 're three']);
    expect(served.log).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ]);
    await expect(client.closed()).resolves.toMatchObject({ code: 4409 });
  });

  it('rule 6: an attempt that is not above is refused with 4409 and changes nothing', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url, { attempt: 7 });
    for (const attempt of [0, 6, 7]) {
      const late = await Client.open(served.url);
      late.hello({ session: String(welcome['session']), attempt, received: 99 });
      await expect(late.closed()).resolves.toMatchObject({ code: 4409 });
    }
    client.send('echo:still here');
    await expect(client.message()).resolves.toBe('still here');
    const { client: newer } = await resume(served, welcome, 8, 1);
    await expect(client.closed()).resolves.toMatchObject({ code: 4409 });
    newer.send('echo:taken');
    await expect(newer.message()).resolves.toBe('taken');
  });

  it("rule 7: another user's session id resumes nothing and disturbs no other", async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(`${served.url}?user=ann`);
    const { welcome: other } = await Client.greet(`${served.url}?user=bob`, {
      ...{ session: String(welcome['session']), attempt: 50, received: 0 },
    });
    expect(other['resumed']).toBe(false);
    expect(other['session']).not.toBe(welcome['session']);
    client.send('echo:mine');
    await expect(client.message()).resolves.toBe('mine');
    const { welcome: back } = await Client.greet(`${served.url}?user=ann`, {
      ...{ session: String(welcome['session']), attempt: 2, received: 1 },
    });
    expect(back['resumed']).toBe(true);
  });

  it.each([
    ['beyond what was sent', 4],
    ['below what was acknowledged', 1],
  ])('rule 8: a count in hello %s ends the session, and both sides report', async (_title, received) => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    await Promise.all(['a', 'b', 'c'].map((text) => served.session.send(text)));
    await client.messages(3);
    client.control({ rws: 'ack', received: 2 });
    await client.until(2);
    await client.cut();
    const { welcome: fresh } = await resume(served, welcome, 2, received);
    expect(fresh).toMatchObject({ resumed: false, received: 0 });
    await served.when(() => served.unconfirmed.length === 1);
    expect(served.unconfirmed).toMatchObject([{ seq: 3, data: 'c', reason: 'lost', principal: '' }]);
    expect(served.ended).toEqual(['lost']);
    const { welcome: third } = await resume(served, welcome, 3, 2);
    expect(third['resumed']).toBe(false);
  });

  it('rule 9: the sends of a handler and its count are one step, also after an await', async () => {
    const { promise, open: release } = gate();
    const served = await serve({}, async (session) => {
      await session.send('before');
      await promise;
      await session.send('after');
    });
    const { client } = await Client.greet(served.url);
    client.send('go');
    await served.when(() => served.log.length === 1);
    // A send from elsewhere does not wait for the handler.
    await served.session.send('elsewhere');
    await expect(client.message()).resolves.toBe('elsewhere');
    expect(await client.until(1)).toEqual([]);
    release();
    await expect(client.messages(2)).resolves.toEqual(['before', 'after']);
    await client.acked(1);
  });

  it('rule 10: with window messages unacknowledged the server waits; ack and ping take effect at once', async () => {
    const served = await serve({}, () => new Promise(() => undefined));
    const { client } = await Client.greet(served.url, { window: 2 });
    client.send('a handler that never ends');
    await Promise.all(range(5).map((index) => served.session.send(String(index))));
    await client.messages(2);
    expect(await client.until(0)).toEqual([]);
    client.control({ rws: 'ack', received: 1 });
    await expect(client.messages(1)).resolves.toEqual(['2']);
    client.control({ rws: 'pong', id: 0, received: 3 });
    await expect(client.messages(2)).resolves.toEqual(['3', '4']);
  });

  it('rule 11: an expired number is skipped, and stays skipped on the next connection', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    await Promise.all([
      served.session.send('first'),
      ...range(3).map((index) => served.session.send(`gone ${index}`, { ttl: 0 })),
      served.session.send('last'),
    ]);
    await expect(client.messages(2)).resolves.toEqual(['first', 'last']);
    const skips = (await client.until(0)).map((frame) => (frame as Frame)['count']);
    expect(skips.reduce((sum: number, count) => sum + Number(count), 0)).toBe(3);
    expect(served.unconfirmed.map(({ seq, reason }) => [seq, reason])).toEqual([
      [2, 'messageExpired'],
      [3, 'messageExpired'],
      [4, 'messageExpired'],
    ]);
    await client.cut();
    const { client: second } = await resume(served, welcome, 2, 2);
    await expect(second.next('skip')).resolves.toEqual({ rws: 'skip', count: 2 });
    await expect(second.message()).resolves.toBe('last');
    second.control({ rws: 'ack', received: 5 });
    await second.until(5);
    expect(served.unconfirmed).toHaveLength(3);
  });

  it("rule 11: the client's skips are counted in order", async () => {
    const served = await serve({ ackDelay: 0 });
    const { client } = await Client.greet(served.url);
    client.send('one');
    client.control({ rws: 'skip', count: 3 });
    client.send('five');
    await client.acked(5);
    expect(served.log).toEqual([
      [1, 'one'],
      [5, 'five'],
    ]);
  });

  it('rule 13: bye of the client ends the session after what came before', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    client.send('echo:unread');
    client.control({ rws: 'bye' });
    await client.acked(1);
    await expect(client.closed()).resolves.toMatchObject({ code: 1000 });
    expect(served.log).toEqual([[1, 'echo:unread']]);
    expect(served.unconfirmed).toMatchObject([{ seq: 1, data: 'unread', reason: 'bye' }]);
    expect(served.ended).toEqual(['bye']);
    await expect(served.session.send('late')).rejects.toThrow('The session has ended');
    const { welcome: fresh } = await resume(served, welcome, 2, 1);
    expect(fresh['resumed']).toBe(false);
  });

  it('rule 13: the application ends a session in its handler; bye follows the last message', async () => {
    const served = await serve({}, async (session) => {
      await session.send('goodbye');
      await session.close();
    });
    const { client } = await Client.greet(served.url);
    client.send('end', 'never handed over');
    await expect(client.message()).resolves.toBe('goodbye');
    await client.next('bye');
    client.control({ rws: 'ack', received: 1 });
    client.socket.close(1000);
    await served.when(() => served.ended.includes('closed'));
    expect(served.log).toEqual([[1, 'end']]);
    expect(served.unconfirmed).toEqual([]);
  });

  it('rule 13: a session that is closed while the client is away says bye when it comes back', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    await client.cut();
    await served.left();
    await served.session.send('kept');
    await served.session.close();
    await expect(served.session.send('too late')).rejects.toThrow('The session has ended');
    const { client: second } = await resume(served, welcome, 2, 0);
    await expect(second.message()).resolves.toBe('kept');
    await second.next('bye');
  });

  it('rule 13: a shutdown finishes running handlers, stores their counts and closes with 1012', async () => {
    const { promise, open: release } = gate();
    const served = await serve({}, async (session) => {
      await promise;
      await session.send('reply');
    });
    const { client, welcome } = await Client.greet(served.url);
    client.send('one', 'two');
    await served.when(() => served.log.length === 1);
    const closing = served.server.close();
    release();
    await expect(client.message()).resolves.toBe('reply');
    await client.acked(1);
    await expect(client.closed()).resolves.toMatchObject({ code: 1012 });
    await closing;
    expect(served.log).toEqual([[1, 'one']]);
    const next = await serve();
    const { welcome: again } = await resume(next, welcome, 2, 1);
    expect(again).toMatchObject({ resumed: true, received: 1 });
  });

  it('rule 14: a session without a connection expires as a whole, and what was unacknowledged is reported', async () => {
    const served = await serve({ ttl: 300 });
    const { client, welcome } = await Client.greet(served.url);
    await served.session.send('unread');
    // While there is a connection the session lives on.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await expect(client.message()).resolves.toBe('unread');
    await client.cut();
    await served.when(() => served.unconfirmed.length === 1);
    expect(served.unconfirmed).toMatchObject([{ seq: 1, data: 'unread', reason: 'expired' }]);
    expect(served.ended).toEqual(['expired']);
    const { welcome: fresh } = await resume(served, welcome, 2, 0);
    expect(fresh['resumed']).toBe(false);
  });

  it('rule 14: what a handler sends whose session expires meanwhile is reported', async () => {
    const { promise, open: finish } = gate();
    const served = await serve({ ttl: 200 }, async (session) => {
      void session.send('before');
      await promise;
      void session.send('after');
    });
    const { client } = await Client.greet(served.url);
    client.send('question');
    await served.when(() => served.log.length === 1);
    await client.cut();
    await served.when(() => served.ended.length === 1);
    finish();
    await served.when(() => served.unconfirmed.length === 2);
    expect(served.unconfirmed).toMatchObject([
      { seq: 0, data: 'before', reason: 'expired' },
      { seq: 0, data: 'after', reason: 'expired' },
    ]);
  });

  it('keeps no more than maxQueue messages, and reports what it refuses', async () => {
    const served = await serve({ maxQueue: 3 });
    const { client } = await Client.greet(served.url);
    const results = await Promise.allSettled(range(5).map((index) => served.session.send(String(index))));
    expect(results.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'fulfilled', 'fulfilled'],
      ...['rejected', 'rejected'],
    ]);
    expect(served.unconfirmed.map(({ data, reason, seq }) => [data, reason, seq])).toEqual([
      ['3', 'queueFull', 0],
      ['4', 'queueFull', 0],
    ]);
    client.send('many:2:x');
    await client.acked(1);
    expect(served.failed).toHaveLength(1);
    client.control({ rws: 'ack', received: 3 });
    await client.until(3);
    client.send('many:3:y');
    await expect(client.messages(3)).resolves.toEqual(['y0', 'y1', 'y2']);
  });
});

// The public interface of SessionServer and Session, beyond the protocol.
import { inspect } from 'node:util';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { MemoryStore, SessionServer, type SessionServerOptions } from '../../server/node/index.js';
import { checkOptions } from '../../server/node/options.js';
import { RedisStore } from '../../server/node/redis.js';
import { Registry } from '../../server/node/registry.js';
import type { TakeRequest, TakeResult } from '../../server/node/store.js';
import { Client } from './support/client.js';
import { obey, Served } from './support/served.js';

let served: Served | undefined;
afterEach(async () => {
  await served?.stop();
  served = undefined;
});

describe('options', () => {
  it.each([
    [{ ttl: 0 }, RangeError, '"ttl" must be an integer from 1 to 2147483647'],
    [{ ttl: '5' }, TypeError, '"ttl" must be a number'],
    [{ window: 1.5 }, RangeError, '"window" must be an integer from 1 to 1000000'],
    [{ maxMessage: NaN }, RangeError, '"maxMessage" must be an integer from 1 to 1073741824'],
    [{ ackDelay: -1 }, RangeError, '"ackDelay" must be an integer from 0 to 60000'],
    [{ helloTimeout: Infinity }, RangeError, '"helloTimeout" must be an integer from 1 to 2147483647'],
    [{ maxQueue: 0 }, RangeError, '"maxQueue" must be an integer from 1 to 9007199254740991'],
    [
      { maxMessage: 10, maxWaitingBytes: 9 },
      RangeError,
      '"maxWaitingBytes" must be an integer from 10 to 9007199254740991',
    ],
    [{ store: {} }, TypeError, '"store" must be a store with the method create'],
    [{ principalOf: 'ann' }, TypeError, '"principalOf" must be a function'],
    [{ windows: 5 }, TypeError, 'There is no option "windows"'],
  ])('%o are refused', (options, kind, text) => {
    const create = () => new SessionServer(options as unknown as SessionServerOptions);
    expect(create).toThrow(kind);
    expect(create).toThrow(text);
  });

  it.each([
    [{}, '"client" must be a client of npm redis, version 5 or later'],
    [{ client: { withTypeMapping: vi.fn() }, prefix: '{x}' }, '"prefix" must be a text without { and }'],
    [{ client: { withTypeMapping: vi.fn() }, retryFor: 0 }, '"retryFor" must be an integer from 1 to'],
  ])('%o of a RedisStore are refused', (options, text) => {
    expect(() => new RedisStore(options as never)).toThrow(text);
  });
});

describe('send', () => {
  it.each([
    [7, TypeError, '"data" must be a string or a Uint8Array'],
    [undefined, TypeError, '"data" must be a string or a Uint8Array'],
    ['{"rws":"ack"}', RangeError, '"data" must be a text that does not begin with {"rws":"'],
    ['ü'.repeat(51), RangeError, '"data" must be at most 100 bytes (option "maxMessage")'],
    [new Uint8Array(101), RangeError, '"data" must be at most 100 bytes (option "maxMessage")'],
  ])('throws for bad data', async (data, kind, text) => {
    served = await Served.start({ maxMessage: 100 });
    await Client.greet(served.url);
    const { session, server } = served;
    expect(() => session.send(data as string)).toThrow(kind);
    expect(() => session.send(data as string)).toThrow(text);
    expect(() => server.send(session.id, data as string)).toThrow(text);
    expect(() => session.send('x', { ttl: -1 })).toThrow('"ttl" must be an integer of at least 0');
  });

  it('takes a copy of binary data, and a binary message that begins as a control frame', async () => {
    served = await Served.start();
    const { client } = await Client.greet(served.url);
    const data = Buffer.from('{"rws":"bye"}');
    const sent = served.session.send(data);
    data.fill(0);
    await sent;
    await expect(client.message()).resolves.toEqual(Buffer.from('{"rws":"bye"}'));
  });

  it('from a timer that a handler started is not one of the handler', async () => {
    served = await Served.start({}, (session) => {
      setTimeout(() => void session.send('later'), 20);
    });
    const { client } = await Client.greet(served.url);
    client.send('go');
    await expect(client.message()).resolves.toBe('later');
  });

  it('to another session in a handler is not stored with its count', async () => {
    served = await Served.start({}, async () => {
      await first.session.send('from the other');
      throw new Error('fails');
    });
    const first = served;
    const { client } = await Client.greet(served.url);
    const target = served.session;
    const { client: second } = await Client.greet(served.url);
    Object.defineProperty(first, 'session', { value: target });
    second.send('go');
    await expect(client.message()).resolves.toBe('from the other');
  });

  it('does not end the process when its promise is ignored and refused', async () => {
    served = await Served.start({ maxQueue: 1 });
    await Client.greet(served.url);
    void served.session.send('kept');
    void served.session.send('refused');
    void served.server.send('a'.repeat(32), 'refused');
    await served.when(() => served?.unconfirmed.length === 2);
    expect(served.unconfirmed.map(({ reason }) => reason)).toEqual(['queueFull', 'closed']);
  });
});

describe('events', () => {
  it('resumed comes with each further connection', async () => {
    served = await Served.start();
    const resumed = vi.fn();
    const { client, welcome } = await Client.greet(served.url);
    served.session.on('resumed', resumed).on('resumed', resumed);
    await client.cut();
    await served.left();
    expect(served.session.isConnected).toBe(false);
    await Client.greet(served.url, { session: String(welcome['session']), attempt: 2 });
    expect(resumed).toHaveBeenCalledTimes(1);
    expect(served.session.isConnected).toBe(true);
  });

  it('a message waits for all its listeners; once and off end them', async () => {
    served = await Served.start({ ackDelay: 0 }, obey);
    const { client } = await Client.greet(served.url);
    const once = vi.fn();
    const off = vi.fn();
    served.session.once('message', once).on('message', off).off('message', off);
    client.send('1', '2');
    await client.acked(2);
    expect(once).toHaveBeenCalledTimes(1);
    expect(off).not.toHaveBeenCalled();
  });

  it('a listener that throws stops no other, and is written to the console', async () => {
    const written = vi.spyOn(console, 'error').mockReturnValue();
    served = await Served.start({}, obey);
    served.server.on('session', () => {
      throw new Error('a fault of the application');
    });
    const { client } = await Client.greet(served.url);
    client.send('echo:works');
    await expect(client.message()).resolves.toBe('works');
    expect(written.mock.calls).toEqual([
      ['SessionServer: a listener of "session" failed:', new Error('a fault of the application')],
    ]);
    written.mockRestore();
  });
});

it('the id of a session is in no console output of the session', async () => {
  served = await Served.start();
  await Client.greet(served.url);
  const { session } = served;
  expect(inspect(session, { depth: 9, showHidden: true })).not.toContain(session.id);
});

it('close does not wait for a handler longer than its timeout, and takes no new socket', async () => {
  served = await Served.start({}, () => new Promise(() => undefined));
  const { client } = await Client.greet(served.url);
  const silent = await Client.open(served.url);
  client.send('never ends');
  await served.when(() => served?.log.length === 1);
  await served.server.close({ timeout: 50 });
  for (const each of [client, silent]) await expect(each.closed()).resolves.toMatchObject({ code: 1012 });
  const late = await Client.open(served.url);
  await expect(late.closed()).resolves.toMatchObject({ code: 1012 });
  await expect(served.server.close({ timeout: -1 })).rejects.toThrow('"timeout" must be an integer');
});

it('servers of one process share a MemoryStore; without one each has its own', async () => {
  const store = new MemoryStore();
  served = await Served.start({ store });
  const other = await Served.start({ store });
  const stranger = await Served.start();
  const { welcome } = await Client.greet(served.url);
  const session = String(welcome['session']);
  const { welcome: same } = await Client.greet(other.url, { session, attempt: 2 });
  const { welcome: fresh } = await Client.greet(stranger.url, { session, attempt: 3 });
  expect([same['resumed'], fresh['resumed']]).toEqual([true, false]);
  await other.stop();
  await stranger.stop();
});

test('nothing is kept of a session that has ended, whether it wrote or not', async () => {
  const registry = new Registry(checkOptions({}), new MemoryStore(), () => undefined);
  const state = { fence: 1, counted: 0, sent: 0, isClosing: false, received: 0, isNew: true };
  const holding = registry.add('session-of-this-test', '', state);
  const writer = registry.writerOf('session-of-this-test');
  expect(registry.writerOf('session-of-this-test')).toBe(writer);
  holding.finish('bye', 1000, 'bye');
  const later = registry.writerOf('session-of-this-test');
  expect(later).not.toBe(writer);
  await later.write([], false);
  expect(registry.writerOf('session-of-this-test')).not.toBe(later);
  await registry.shutDown(0, 'end of the test');
});

test('a session that a hello ends is reported once, also when its end is noticed before the answer to the hello', async () => {
  /** Gives the result of `take` late. */
  class SlowStore extends MemoryStore {
    override async take(request: TakeRequest): Promise<TakeResult> {
      const result = await super.take(request);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return result;
    }
  }
  served = await Served.start({ store: new SlowStore(), ttl: 300 }, obey);
  const { client, welcome } = await Client.greet(served.url);
  client.send('many:2:m');
  await client.messages(2);
  const session = String(welcome['session']);
  const { welcome: next } = await Client.greet(served.url, { session, attempt: 2, received: 9 });
  expect(next['resumed']).toBe(false);
  expect(served.unconfirmed).toMatchObject([
    { seq: 1, data: 'm0', reason: 'lost' },
    { seq: 2, data: 'm1', reason: 'lost' },
  ]);
  expect(served.ended).toEqual(['lost']);
});

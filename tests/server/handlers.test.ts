// Handlers that finish at once, later or with an error, what they send and when it is stored.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MemoryStore, type Session } from '../../server/node/index.js';
import type { Write, WriteResult } from '../../server/node/store.js';
import { Client } from './support/client.js';
import { gate, Served } from './support/served.js';

/** A store whose writes a test holds back or lets fail. */
class FaultyStore extends MemoryStore {
  /** Called before each write, which waits for it and fails with it. */
  before: () => unknown = () => undefined;
  /** The result of each write waits for it. */
  after: () => unknown = () => undefined;

  override async write(write: Write): Promise<WriteResult> {
    await this.before();
    const result = await super.write(write);
    await this.after();
    return result;
  }
}

const reply = (session: Session, data: unknown): Promise<void> => session.send(`re ${String(data)}`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const running: Served[] = [];
let store: FaultyStore;
const serve = async (...[options, handler]: Parameters<typeof Served.start>): Promise<Served> => {
  const served = await Served.start({ ackDelay: 0, store, ...options }, handler);
  running.push(served);
  return served;
};

beforeEach(() => {
  store = new FaultyStore();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((served) => served.stop()));
});

describe('a handler', () => {
  const error = new Error('the handler fails');
  const fail = (): never => {
    throw error;
  };
  const failing: readonly (readonly [string, () => unknown])[] = [
    ['throws', fail],
    ['rejects', () => Promise.reject(error)],
    [
      'returns a rejected promise with other methods',
      () => Object.assign(Promise.reject(error), { then: fail, catch: undefined }),
    ],
    ['returns a rejected promise without "then"', () => Object.assign(Promise.reject(error), { then: 0 })],
    ['returns a thenable that throws', () => ({ then: fail })],
    ['returns a value whose "then" cannot be read', () => Object.defineProperty({}, 'then', { get: fail })],
    [
      'returns a thenable that rejects, then resolves and throws',
      () => ({
        then: (resolve: () => void, reject: (reason: Error) => void) => {
          reject(error);
          resolve();
          throw new Error('too late');
        },
      }),
    ],
  ];
  it.each(failing)(
    'that %s is reported once; its message is counted, its reply is sent',
    async (_title, end) => {
      const served = await serve({}, (session, data) => {
        void reply(session, data);
        return data === '1' ? end() : undefined;
      });
      const { client } = await Client.greet(served.url);
      client.send('1', '2');
      await client.acked(2);
      await expect(client.messages(2)).resolves.toEqual(['re 1', 're 2']);
      expect(served.failed).toMatchObject([{ seq: 1, data: '1', error }]);
    },
  );

  it('may return a thenable that sends and resolves later, twice', async () => {
    const served = await serve({}, (session, data) => ({
      then: (resolve: () => void) => {
        void reply(session, data);
        setTimeout(resolve, 10);
        setTimeout(resolve, 20);
      },
    }));
    const { client } = await Client.greet(served.url);
    client.send('1', '2');
    await expect(client.messages(2)).resolves.toEqual(['re 1', 're 2']);
    await client.acked(2);
    expect(served.log).toHaveLength(2);
  });

  it('that finishes at once shares its count with a slower listener, and each failure is reported', async () => {
    const { promise, open } = gate();
    const served = await serve({}, (session, data) => {
      void reply(session, data);
      throw error;
    });
    const { client } = await Client.greet(served.url);
    served.session.once('message', async (data) => {
      await promise;
      await served.session.send(`slow ${String(data)}`);
      throw error;
    });
    client.send('1', '2');
    await served.when(() => served.failed.length === 1);
    await served.session.send('from elsewhere');
    await expect(client.message()).resolves.toBe('from elsewhere');
    expect(await client.until(0)).toEqual([]);
    open();
    await expect(client.messages(3)).resolves.toEqual(['re 1', 'slow 1', 're 2']);
    expect(served.failed.map(({ seq }) => seq)).toEqual([1, 1, 2]);
  });

  it('that is added or removed while one runs takes effect with the next message', async () => {
    const served = await serve();
    const { client } = await Client.greet(served.url);
    const added = vi.fn();
    const removed = vi.fn();
    const change = (): unknown => served.session.on('message', added).off('message', removed);
    served.session.on('message', change).on('message', removed);
    client.send('1', '2');
    await client.acked(2);
    expect(removed.mock.calls.map(([data]: unknown[]) => data)).toEqual(['1']);
    expect(added.mock.calls.map(([data]: unknown[]) => data)).toEqual(['2']);
  });

  it('that has finished: what its microtasks and timers send is sent by itself, behind its messages', async () => {
    const served = await serve({}, (session) => {
      void Promise.resolve().then(() => session.send('microtask'));
      setTimeout(() => void session.send('timer'), 5);
      void session.send('handler');
    });
    const { client } = await Client.greet(served.url);
    client.send('1');
    await expect(client.messages(3)).resolves.toEqual(['handler', 'microtask', 'timer']);
  });

  it('keeps the order of its messages among other sends', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const served = await serve({}, async (session, data) => {
      void reply(session, data);
      if (Number(data) % 3 === 0) await Promise.resolve();
      if (Number(data) % 20 === 0) await pause(1);
    });
    const { client } = await Client.greet(served.url);
    for (const number of numbers) {
      client.send(String(number));
      void served.session.send(`other ${number}`);
      if (number % 7 === 0) await pause(1);
    }
    const messages = await client.messages(400);
    expect(messages.filter((text) => text.startsWith('re'))).toEqual(numbers.map((number) => `re ${number}`));
    expect(messages.filter((text) => text.startsWith('other'))).toEqual(
      numbers.map((number) => `other ${number}`),
    );
  });

  it('of several messages in one turn: together they send no more than maxQueue', async () => {
    const served = await serve({ maxQueue: 3 }, (session) => {
      void session.send('a');
      void session.send('b');
    });
    const { client } = await Client.greet(served.url);
    client.send('1', '2', '3');
    await client.acked(3);
    await expect(client.messages(3)).resolves.toEqual(['a', 'b', 'a']);
    expect(served.unconfirmed.map(({ data, reason }) => `${String(data)} ${reason}`)).toEqual([
      ...['b queueFull', 'a queueFull', 'b queueFull'],
    ]);
  });

  it('does not send what another session sends at its end, caused by the handler', async () => {
    const { promise, open } = gate();
    const sessions: Session[] = [];
    const served = await serve({}, async () => {
      await sessions[1]?.send('to a record that is gone').catch(() => undefined);
      await promise;
    });
    served.server.on('session', (session) => sessions.push(session));
    const { client } = await Client.greet(served.url);
    await Client.greet(served.url);
    sessions[1]?.on('end', () => sessions[0]?.send('the other has left'));
    vi.spyOn(store, 'write').mockResolvedValueOnce({ status: 'gone' });
    client.send('1');
    await expect(client.message()).resolves.toBe('the other has left');
    open();
  });
});

describe('the server is closed in a handler', () => {
  it.each([
    ['that finishes at once', 0, 0],
    ['before its first await', 0, 20],
    ['after an await', 5, 20],
  ])('%s: it is finished first', async (_title, before, after) => {
    const served = await serve({}, (session, data) => {
      const close = (): void => void served.server.close();
      if (after === 0) {
        close();
        return reply(session, data);
      }
      return (async () => {
        if (before > 0) await pause(before);
        close();
        await pause(after);
        await reply(session, data);
      })();
    });
    const { client } = await Client.greet(served.url);
    client.send('1', '2');
    await expect(client.message()).resolves.toBe('re 1');
    await client.acked(1);
    await expect(client.closed()).resolves.toMatchObject({ code: 1012 });
    expect(served.log).toEqual([[1, '1']]);
  });
});

describe('rule 13: before bye the server acknowledges', () => {
  it.each([
    ['at once', 0],
    ['after an await', 5],
  ])('the message whose handler closes the session %s', async (_title, wait) => {
    const served = await serve({ ackDelay: 60_000 }, async (session) => {
      if (wait > 0) await pause(wait);
      void session.close();
      void session.send('last');
    });
    const { client } = await Client.greet(served.url);
    client.send('1', '2');
    await client.next('bye');
    expect(client.arrived.map(String)).toEqual(['last', '[object Object]']);
    expect(client.arrived[1]).toEqual({ rws: 'ack', received: 1 });
    expect(served.log).toEqual([[1, '1']]);
  });

  it('the message that is being handled when the session is closed, and whose count is stored late', async () => {
    const { promise, open } = gate();
    const served = await serve({ ackDelay: 60_000 }, () => promise);
    // Only what happens here can make the server send bye.
    vi.spyOn(store, 'look').mockReturnValue(new Promise(() => undefined));
    const { client } = await Client.greet(served.url);
    client.send('1');
    await served.when(() => served.log.length === 1);
    await served.session.close();
    store.before = () => pause(10);
    open();
    await pause(5);
    // It is written after the count, and refused.
    await expect(served.session.send('too late')).rejects.toThrow('The session has ended');
    await client.next('bye');
    expect(client.arrived).toEqual([{ rws: 'ack', received: 1 }]);
  });
});

it('bye that arrives while a handler runs follows everything before it', async () => {
  const { promise, open } = gate();
  const served = await serve({}, async (session, data) => {
    await promise;
    await reply(session, data);
  });
  const { client } = await Client.greet(served.url);
  client.send('1', '2');
  client.control({ rws: 'bye' });
  client.control({ rws: 'bye' });
  client.send('3');
  await client.until(0);
  open();
  await client.acked(2);
  await expect(client.closed()).resolves.toMatchObject({ code: 1000 });
  expect(served.log.map(([seq]) => seq)).toEqual([1, 2]);
  expect(served.unconfirmed.map(({ data }) => data)).toEqual(['re 1', 're 2']);
});

describe('a store', () => {
  it('whose write fails: what was handled after it is not counted without it', async () => {
    const served = await serve({}, reply);
    const { client, welcome } = await Client.greet(served.url);
    const { promise, open } = gate();
    store.before = async () => {
      store.before = () => undefined;
      await promise;
      throw new Error('the store is away');
    };
    client.send('1');
    await served.when(() => served.log.length === 1);
    await pause(5);
    client.send('2');
    await served.when(() => served.log.length === 2);
    open();
    await expect(client.closed()).resolves.toMatchObject({ code: 1013 });
    expect(served.errors).toEqual([new Error('the store is away')]);
    const session = String(welcome['session']);
    const { client: second, welcome: again } = await Client.greet(served.url, { session, attempt: 2 });
    expect(again).toMatchObject({ resumed: true, received: 0 });
    second.send('1', '2');
    await expect(second.messages(2)).resolves.toEqual(['re 1', 're 2']);
  });

  it('whose write fails after the session has expired: what the handler sent is reported', async () => {
    const served = await serve({ ttl: 200 }, reply);
    const { client } = await Client.greet(served.url);
    const { promise, open } = gate();
    store.before = async () => {
      await promise;
      throw new Error('the store is away');
    };
    client.send('1');
    await served.when(() => served.log.length === 1);
    await client.cut();
    await served.when(() => served.ended.includes('expired'));
    open();
    await served.when(() => served.unconfirmed.length === 1);
    expect(served.unconfirmed).toMatchObject([{ seq: 0, data: 're 1', reason: 'expired' }]);
  });

  it('that confirms a count after its session is held anew disturbs the new hold in nothing', async () => {
    const served = await serve();
    const { client, welcome } = await Client.greet(served.url);
    const { promise, open } = gate();
    store.after = () => promise;
    client.send('1');
    await served.when(() => served.log.length === 1);
    await pause(5);
    vi.spyOn(store, 'look').mockRejectedValueOnce(new Error('the store is away'));
    await client.cut();
    await served.when(() => served.ended.length === 1);
    const session = String(welcome['session']);
    const { client: second, welcome: again } = await Client.greet(served.url, { session, attempt: 2 });
    expect(again).toMatchObject({ resumed: true, received: 1 });
    open();
    await pause(5);
    served.handler = reply;
    second.send('2');
    await expect(second.message()).resolves.toBe('re 2');
    expect(served.ended).toEqual(['failed']);
  });

  it('whose write throws at once is as one whose write rejects', async () => {
    const served = await serve({}, reply);
    const { client } = await Client.greet(served.url);
    vi.spyOn(store, 'write').mockImplementationOnce(() => {
      throw new Error('no promise');
    });
    client.send('1');
    await expect(client.closed()).resolves.toMatchObject({ code: 1013 });
    expect(served.errors).toEqual([new Error('no promise')]);
  });

  it('that writes late, after two takeovers: each reply is stored once', async () => {
    const first = await serve({}, reply);
    const other = await serve({}, reply);
    const { client, welcome } = await Client.greet(first.url);
    const session = String(welcome['session']);
    const { promise, open } = gate();
    store.before = () => {
      store.before = () => undefined;
      return promise;
    };
    client.send('1');
    await first.when(() => first.log.length === 1);
    await pause(5);
    const { client: second } = await Client.greet(first.url, { session, attempt: 2 });
    second.send('1', '2');
    await first.when(() => first.log.length === 2);
    const { client: third, welcome: again } = await Client.greet(other.url, { session, attempt: 3 });
    expect(again['received']).toBe(0);
    third.send('1', '2');
    await expect(third.messages(2)).resolves.toEqual(['re 1', 're 2']);
    open();
    await pause(30);
    expect((await third.until(2)).filter((frame) => typeof frame === 'string')).toEqual([]);
    expect(first.log.map(([seq]) => seq)).toEqual([1, 2]);
  });
});

it('a send by the object of an earlier hold is transmitted at once if the session is held again', async () => {
  const first = await serve();
  const other = await serve();
  const { welcome } = await Client.greet(first.url);
  const session = String(welcome['session']);
  const earlier = first.session;
  await Client.greet(other.url, { session, attempt: 2 });
  await first.when(() => first.ended.length === 1);
  const { client } = await Client.greet(first.url, { session, attempt: 3 });
  await client.until(0);
  // The look at the record would also find the message.
  vi.spyOn(store, 'look').mockReturnValue(new Promise(() => undefined));
  await earlier.send('x');
  await expect(client.message()).resolves.toBe('x');
});

// Sockets that deliver a frame or `close` while the server is in one of their methods, as sockets without a network may.
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore, SessionServer, type Payload, type Session } from '../../server/node/index.js';
import type { TakeRequest, TakeResult, Write, WriteResult } from '../../server/node/store.js';
import { SocketDouble } from './support/socket_double.js';

const servers: SessionServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close({ timeout: 0 })));
});

type Handler = (session: Session, data: Payload) => unknown;

/** A server, and its events in order as text. */
function start(handler: Handler = () => undefined, store = new MemoryStore()) {
  const server = new SessionServer({ ackDelay: 0, helloTimeout: 200, store });
  servers.push(server);
  const events: string[] = [];
  server.on('session', (session) => {
    events.push('session');
    session.on('message', (data) => {
      events.push(String(data));
      return handler(session, data);
    });
    session.on('resumed', () => events.push('resumed')).on('end', (reason) => events.push(`end: ${reason}`));
  });
  return { server, events };
}

function attach(server: SessionServer): SocketDouble {
  const socket = new SocketDouble();
  server.attach(socket, undefined);
  return socket;
}

const reply: Handler = (session, data) => session.send(`re ${String(data)}`);
const isControl = (frame: unknown, rws: string): boolean => (frame as { rws?: unknown }).rws === rws;
const pause = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('bye follows the replies to all messages whose counts are stored by one write', async () => {
  class LateStore extends MemoryStore {
    override async write(write: Write): Promise<WriteResult> {
      await pause(50);
      return super.write(write);
    }
  }
  const store = new LateStore();
  const sessions: Session[] = [];
  const first = start((session) => sessions.push(session), store);
  const socket = attach(first.server);
  const hello = { rws: 'hello', v: 1, session: null as unknown, attempt: 1, received: 0, window: 1 };
  socket.deliver(hello);
  await pause();
  socket.deliver('begin');
  await pause(100);
  const [session] = sessions;
  if (session === undefined) throw new Error('no session');
  await Promise.all([session.send('x'), session.send('y')]);
  socket.leave();
  await session.close();
  await first.server.close({ timeout: 0 });
  const second = attach(start(reply, store).server);
  second.deliver({ ...hello, session: session.id, attempt: 2 });
  await pause();
  expect(second.messages).toEqual(['x']);
  second.deliver('1', '2', { rws: 'ack', received: 1 });
  await pause(10);
  expect(second.messages).toEqual(['x', 'y']);
  second.deliver({ rws: 'ack', received: 2 });
  await pause(100);
  expect(second.messages).toEqual(['x', 'y', 're 1']);
  expect(second.controls('bye')).toHaveLength(0);
  second.deliver({ rws: 'ack', received: 3 });
  await pause(100);
  expect(second.messages).toEqual(['x', 'y', 're 1', 're 2']);
  expect(second.sent.at(-1)).toEqual({ rws: 'bye' });
});

describe('while welcome is sent', () => {
  it('messages wait until the listeners of the session are added, or the resumption is announced', async () => {
    const { server, events } = start(reply);
    const socket = attach(server);
    socket.onSend = (frame) => {
      if (isControl(frame, 'welcome')) socket.deliver('1', '2');
    };
    socket.hello();
    await pause();
    expect(events).toEqual(['session', '1', '2']);
    expect(socket.messages).toEqual(['re 1', 're 2']);
    const second = attach(server);
    second.onSend = (frame) => {
      if (isControl(frame, 'welcome')) second.deliver('3');
    };
    second.hello(socket.controls('welcome')[0]?.['session'], 2, 2);
    await pause();
    expect(events.slice(3)).toEqual(['resumed', '3']);
    expect(second.messages).toEqual(['re 3']);
  });

  it('the connection may end: nothing more is sent on it, and the session waits for the client', async () => {
    const { server, events } = start();
    server.on('session', async (session) => {
      await session.send('kept');
      await session.close();
    });
    const socket = attach(server);
    socket.onSend = () => {
      socket.leave();
    };
    socket.hello();
    // Longer than helloTimeout, after which a bye without an answer ends the session.
    await pause(300);
    expect(socket.sent).toHaveLength(1);
    const second = attach(server);
    second.hello(socket.controls('welcome')[0]?.['session'], 2);
    await second.next('bye');
    expect(second.messages).toEqual(['kept']);
    expect(events).toEqual(['session', 'resumed']);
  });
});

it('each message is acknowledged and followed by the next one while it is sent', async () => {
  const { server } = start((session, data) => {
    void session.send(`a ${String(data)}`);
    void session.send(`b ${String(data)}`);
  });
  const socket = attach(server);
  let received = 0;
  socket.onSend = (frame) => {
    if (typeof frame !== 'string') return;
    received += 1;
    socket.deliver({ rws: 'ack', received });
    if (received < 50) socket.deliver(String(received));
  };
  socket.hello();
  await socket.next('welcome');
  socket.deliver('0');
  await pause(50);
  expect(socket.messages).toEqual(
    Array.from({ length: 50 }, (_, index) => [`a ${index}`, `b ${index}`]).flat(),
  );
  expect(socket.codes).toEqual([]);
});

it.each(['re 1', 'ack', 'pong'])(
  'the connection may end while "%s" is sent; the rest is sent on the next one',
  async (last) => {
    const { server, events } = start(reply);
    const socket = attach(server);
    socket.hello();
    const { session } = await socket.next('welcome');
    socket.onSend = (frame) => {
      if (frame === last || isControl(frame, last)) socket.leave();
    };
    socket.deliver('1', '2');
    if (last === 'pong') socket.deliver({ rws: 'ping', id: 1, received: 0 });
    await pause();
    const second = attach(server);
    second.hello(session, 2);
    await pause();
    expect(second.messages).toEqual(['re 1', 're 2']);
    expect(events).toEqual(['session', '1', '2', 'resumed']);
  },
);

it('the connection may end while bye is sent: the session has ended', async () => {
  const { server, events } = start((session) => session.close());
  const socket = attach(server);
  socket.onSend = (frame) => {
    if (isControl(frame, 'bye')) socket.leave();
  };
  socket.hello();
  await socket.next('welcome');
  socket.deliver('1');
  await pause();
  expect(socket.sent.slice(1)).toEqual([{ rws: 'ack', received: 1 }, { rws: 'bye' }]);
  expect(events).toEqual(['session', '1', 'end: closed']);
});

it('a newer hello may come while the server closes the older connection', async () => {
  const { server, events } = start();
  const socket = attach(server);
  socket.hello();
  const { session } = await socket.next('welcome');
  const second = attach(server);
  const third = attach(server);
  socket.close = () => {
    third.hello(session, 3);
    socket.leave();
  };
  second.hello(session, 2);
  await third.next('welcome');
  third.deliver('1');
  expect(second.codes).toEqual([4409]);
  expect(third.codes).toEqual([]);
  expect(events).toEqual(['session', 'resumed', 'resumed', '1']);
});

/** Numbers from 0 to 1 that are the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Some writes are late, and some fail: before or after they are done. */
class UnreliableStore extends MemoryStore {
  readonly #random: () => number;

  constructor(random: () => number) {
    super();
    this.#random = random;
  }

  override async write(write: Write): Promise<WriteResult> {
    await this.#disturb();
    const result = await super.write(write);
    await this.#disturb();
    return result;
  }

  async #disturb(): Promise<void> {
    if (this.#random() < 0.3) await pause(this.#random() * 4);
    if (this.#random() < 0.05) throw new Error('the store is away');
  }
}

it.each([1, 3, 6, 7, 15, 17])(
  'takeovers and failures of the store at random moments repeat and lose nothing (%i)',
  async (seed) => {
    const random = randomFrom(seed * 7919);
    const store = new UnreliableStore(random);
    const handler: Handler = async (session, data) => {
      void session.send(`a ${String(data)}`);
      if (random() < 0.5) await Promise.resolve();
      if (random() < 0.3) await pause(2);
      void session.send(`b ${String(data)}`);
    };
    const both = [start(handler, store).server, start(handler, store).server] as const;
    for (const server of both) server.on('error', () => undefined);
    const seen: string[] = [];
    let session: unknown = null;
    for (let attempt = 1; attempt <= 40; attempt += 1) {
      const socket = attach(both[random() < 0.5 ? 0 : 1]);
      socket.onSend = (frame) => {
        if (typeof frame !== 'string') return;
        seen.push(frame);
        if (random() < 0.3) socket.deliver({ rws: 'ack', received: seen.length });
      };
      socket.hello(session, attempt, seen.length);
      const welcome = await socket.next('welcome');
      ({ session } = welcome);
      for (let seq = Number(welcome['received']) + 1; random() < 0.9; seq += 1) {
        socket.deliver(String(seq));
        if (random() < 0.2) await pause(1);
      }
      if (random() < 0.5) socket.leave();
      // From here on the client takes nothing from this connection.
      socket.onSend = () => undefined;
    }
    const expected = seen.map((_, index) => `${index % 2 === 0 ? 'a' : 'b'} ${Math.floor(index / 2) + 1}`);
    expect(seen).toEqual(expected);
    expect(seen.length).toBeGreaterThan(40);
  },
);

it('a connection that ends while its session is taken from the store announces no session, and the next one resumes it', async () => {
  class LateStore extends MemoryStore {
    override async take(request: TakeRequest): Promise<TakeResult> {
      const result = await super.take(request);
      await pause(60);
      return result;
    }
  }
  const store = new LateStore();
  const first = start(reply, store);
  const socket = attach(first.server);
  socket.hello();
  const { session } = await socket.next('welcome');
  await first.server.close({ timeout: 0 });
  const second = start(reply, store);
  const left = attach(second.server);
  left.hello(session, 2);
  await pause();
  left.leave();
  await pause(100);
  expect(second.events).toEqual([]);
  const back = attach(second.server);
  back.hello(session, 3);
  await expect(back.next('welcome')).resolves.toMatchObject({ resumed: true });
  back.deliver('1');
  await pause();
  expect(second.events).toEqual(['session', '1']);
  expect(back.messages).toEqual(['re 1']);
});

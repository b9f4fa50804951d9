// The frames of one turn: which of them leave together, in which order, and what waits when they are too many.
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { atEndOfTick, inNextTick } from '../../server/node/tick.js';
import { MemoryStore, SessionServer, type Payload, type Session } from '../../server/node/index.js';
import type { Write, WriteResult } from '../../server/node/store.js';
import { Client } from './support/client.js';
import { Served } from './support/served.js';
import { SocketDouble } from './support/socket_double.js';

const servers: SessionServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close({ timeout: 0 })));
});

type Handler = (session: Session, data: Payload) => unknown;

function start(handler: Handler): SessionServer {
  const server = new SessionServer({ ackDelay: 0 });
  servers.push(server);
  server.on('session', (session) => session.on('message', (data) => handler(session, data)));
  return server;
}

function attach<Socket extends SocketDouble>(
  server: SessionServer,
  socket: Socket,
  request?: unknown,
): Socket {
  server.attach(socket, request);
  return socket;
}

const reply: Handler = (session, data) => session.send(`re ${String(data)}`);
const pause = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('What is sent in one turn', () => {
  /** An open session on a stream that records its calls, with what the socket sends. */
  async function startOnStream(handler: Handler) {
    const calls: string[] = [];
    const request = { socket: { cork: () => calls.push('cork'), uncork: () => calls.push('uncork') } };
    const socket = attach(start(handler), new SocketDouble(), request);
    socket.onSend = (frame) =>
      calls.push(typeof frame === 'string' ? frame.slice(0, 4) : String(frame['rws']));
    socket.hello();
    await socket.next('welcome');
    await pause();
    expect(calls).toEqual(['cork', 'welcome', 'uncork']);
    calls.length = 0;
    return { socket, calls };
  }

  it('leaves with one system call', async () => {
    const { socket, calls } = await startOnStream(reply);
    socket.deliver('1', '2', '3');
    await pause();
    expect(calls.filter((call) => call !== 'ack')).toEqual(['cork', 're 1', 're 2', 're 3', 'uncork']);
    calls.length = 0;
    socket.deliver('4');
    await pause();
    expect(calls.filter((call) => call !== 'ack')).toEqual(['cork', 're 4', 'uncork']);
  });

  it('is written before a large message, which is written at once', async () => {
    const { socket, calls } = await startOnStream((session, data) =>
      session.send(data === 'big' ? 'x'.repeat(20_000) : data),
    );
    socket.deliver('1', 'big', '2');
    await pause();
    expect(calls.filter((call) => call !== 'ack')).toEqual([
      'cork',
      '1',
      'uncork',
      'xxxx',
      'cork',
      '2',
      'uncork',
    ]);
  });

  it('is written although the session ends in the turn', async () => {
    const { socket, calls } = await startOnStream((session) => {
      void session.send('last');
      return session.close();
    });
    socket.deliver('1');
    await socket.next('bye');
    await pause();
    expect(calls.filter((call) => call !== 'ack')).toEqual(['cork', 'last', 'bye', 'uncork']);
  });

  it('does not need a stream', async () => {
    const fail = (): never => {
      throw new Error('no socket');
    };
    const throwing = Object.defineProperty({}, 'socket', { get: fail });
    for (const request of [null, 'text', {}, { socket: null }, { socket: { cork: true } }, throwing]) {
      const socket = attach(start(reply), new SocketDouble(), request);
      socket.hello();
      await socket.next('welcome');
      socket.deliver('1');
      await pause();
      expect(socket.messages).toEqual(['re 1']);
    }
  });
});

it('messages of all sizes arrive in their order', async () => {
  const sizes = [1, 5461, 5462, 16_384, 1, 16_385, 16_384, 70_000, 0];
  const messages = Array.from({ length: 90 }, (_, index) => {
    const text = `${index} `.padEnd(sizes[index % sizes.length] ?? 0, 'x');
    return index % 2 === 0 ? text : Buffer.from(text);
  });
  const served = await Served.start({}, (session) => {
    for (const message of messages) void session.send(message);
  });
  const { client } = await Client.greet(served.url);
  client.send('go');
  await expect(client.messages(messages.length)).resolves.toEqual(messages.map(String));
  await served.stop();
});

it('the next message follows when a full socket has become empty, also if control frames have filled it', async () => {
  class SlowSocket extends SocketDouble {
    bufferedAmount = 0;
    readonly #callbacks: (() => void)[] = [];

    override send(data: string | Uint8Array, callback?: () => void): void {
      super.send(data);
      this.bufferedAmount += data.length;
      if (callback !== undefined) this.#callbacks.push(callback);
    }

    drain(): void {
      this.bufferedAmount = 0;
      for (const callback of this.#callbacks.splice(0)) callback();
    }
  }
  const server = start((session, data) => {
    const size = data === 'fill' ? 16_000 : 1;
    // 2 096 000 bytes are 1152 less than the limit.
    for (let count = data === 'fill' ? 131 : 1; count > 0; count -= 1) void session.send(Buffer.alloc(size));
  });
  const socket = attach(server, new SlowSocket());
  socket.hello();
  await socket.next('welcome');
  socket.drain();
  socket.deliver('fill');
  await pause();
  for (let id = 0; id < 40; id += 1) socket.deliver({ rws: 'ping', id, received: 0 });
  expect(socket.bufferedAmount).toBeGreaterThan(2_097_152);
  socket.deliver('more');
  await pause();
  expect(socket.messages).toHaveLength(131);
  socket.drain();
  await pause();
  expect(socket.messages).toHaveLength(132);
});

it('a socket that throws is ended, and the client gets its messages on the next one', async () => {
  const server = start((session) => Promise.all(['a', 'b', 'c'].map((text) => session.send(text))));
  const socket = attach(server, new SocketDouble());
  socket.hello();
  const { session } = await socket.next('welcome');
  socket.onSend = (frame) => {
    if (frame === 'b') throw new Error('a socket of another make');
  };
  socket.deliver('begin');
  await pause();
  expect(socket.codes).toEqual([1006]);
  const second = attach(server, new SocketDouble());
  second.hello(session, 2, 1);
  await pause();
  expect(second.messages).toEqual(['b', 'c']);
});

describe('A tick', () => {
  it('calls what is added at its end, before the next tick', async () => {
    const calls: string[] = [];
    inNextTick(() => {
      inNextTick(() => calls.push('next tick'));
      atEndOfTick(() => {
        calls.push('end');
        atEndOfTick(() => calls.push('added at the end'));
      });
      calls.push('first');
    });
    atEndOfTick(() => calls.push('tick of its own'));
    expect(calls).toEqual([]);
    await pause();
    expect(calls).toEqual(['first', 'end', 'added at the end', 'tick of its own', 'next tick']);
  });

  it('that throws loses nothing', async () => {
    const calls: string[] = [];
    const usual = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', ({ message }) => calls.push(message));
    try {
      inNextTick(() => {
        atEndOfTick(() => calls.push('end'));
        throw new Error('first');
      });
      await pause();
    } finally {
      for (const listener of usual) process.on('uncaughtException', listener);
    }
    expect(calls).toEqual(['first', 'end']);
  });

  it('of a session has the context of the application in which the session sends', async () => {
    const context = new AsyncLocalStorage<string>();
    class Store extends MemoryStore {
      readonly contexts: unknown[] = [];

      override write(write: Write): WriteResult | Promise<WriteResult> {
        this.contexts.push(context.getStore());
        return super.write(write);
      }
    }
    const store = new Store();
    const server = new SessionServer({ store, ackDelay: 0 });
    servers.push(server);
    const sessions: Session[] = [];
    server.on('session', (session) => sessions.push(session));
    for (const socket of [new SocketDouble(), new SocketDouble()]) {
      attach(server, socket).hello();
      await socket.next('welcome');
    }
    await pause();
    sessions.forEach((session, index) => {
      context.run(`session ${index}`, () => void session.send('x'));
    });
    await pause();
    expect(store.contexts).toEqual(['session 0', 'session 1']);
  });
});

it('The replies to the messages of one turn may be very many', async () => {
  const server = new SessionServer({ ackDelay: 0, maxQueue: 1_000_000 });
  servers.push(server);
  const errors: unknown[] = [];
  server.on('error', (error) => errors.push(error));
  server.on('session', (session) =>
    session.on('message', (data) => {
      for (let index = 0; index < Number(data); index += 1) void session.send('x');
    }),
  );
  const socket = attach(server, new SocketDouble());
  socket.hello();
  await socket.next('welcome');
  socket.deliver('150000', '1');
  await pause(500);
  expect(errors).toEqual([]);
  // The window.
  expect(socket.messages).toHaveLength(1000);
});

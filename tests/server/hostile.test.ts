// Clients that break the rules: each is closed with a code that says so, and harms no other.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Client } from './support/client.js';
import { gate, obey, Served } from './support/served.js';

let served: Served;

beforeEach(async () => {
  served = await Served.start({ window: 10, maxMessage: 20_000, helloTimeout: 300, ackDelay: 0 }, obey);
});
afterEach(() => served.stop());

const hello = { rws: 'hello', v: 1, session: null, attempt: 1, received: 0, window: 10 };

describe('a first frame', () => {
  it.each([
    ['a text message', 'hello'],
    ['a binary message', Buffer.from('{"rws":"hello"}')],
    ['another control frame', '{"rws":"ack","received":0}'],
    ['broken JSON', '{"rws":"hello",'],
    ['a hello that is too large', JSON.stringify({ ...hello, auth: 'x'.repeat(16_384) })],
    ['a hello without attempt', JSON.stringify({ ...hello, attempt: undefined })],
    ['a negative count', JSON.stringify({ ...hello, received: -1 })],
    ['a count of 2^53', JSON.stringify({ ...hello, received: 2 ** 53 })],
    ['a count that is no integer', JSON.stringify({ ...hello, received: 0.5 })],
    ['a window of 0', JSON.stringify({ ...hello, window: 0 })],
    ['a session that is a number', JSON.stringify({ ...hello, session: 7 })],
    ['an unknown control frame', '{"rws":"hallo"}'],
    ['a name that is no text', '{"rws":"hello","rws":7}'],
  ])('that is %s closes with 4400', async (_title, frame) => {
    const client = await Client.open(served.url);
    client.send(frame);
    const { code, reason } = await client.closed();
    expect(code).toBe(4400);
    expect(reason).not.toBe('');
    expect(served.violations).toEqual([{ code, reason, principal: undefined }]);
    expect(served.sessions).toEqual([]);
  });

  it('of another version closes with 4406', async () => {
    const client = await Client.open(served.url);
    client.control({ ...hello, v: 2 });
    await expect(client.closed()).resolves.toMatchObject({ code: 4406 });
  });

  it('that does not come in time closes with 4408', async () => {
    const client = await Client.open(served.url);
    await expect(client.closed()).resolves.toEqual({ code: 4408, reason: 'no hello within 300 ms' });
  });

  it('with a session id of any form gets a new session', async () => {
    for (const session of ['', '*', '{x}', '../', 'ä'.repeat(30), 'x'.repeat(10_000), '__proto__']) {
      const { client, welcome } = await Client.greet(served.url, { session });
      expect(welcome['resumed']).toBe(false);
      await client.cut();
    }
  });
});

describe('in a session', () => {
  const violate = async (...frames: readonly (string | Buffer)[]) => {
    const { client, welcome } = await Client.greet(served.url);
    await served.session.send('a message');
    await client.message();
    client.send(...frames);
    const closed = await client.closed();
    // The session is kept.
    const session = String(welcome['session']);
    const { welcome: again } = await Client.greet(served.url, { session, attempt: 2, received: 1 });
    expect(again['resumed']).toBe(true);
    return closed;
  };

  it.each([
    ['a second hello', [JSON.stringify(hello)]],
    ['a count above what was sent', ['{"rws":"ack","received":2}']],
    ['such a count in a ping', ['{"rws":"ping","id":1,"received":2}']],
    ['a count below an earlier one', ['{"rws":"ack","received":1}', '{"rws":"ack","received":0}']],
    ['a ping without id', ['{"rws":"ping","received":0}']],
    ['a ping whose id is no number of JSON', ['{"rws":"ping","id":1e400,"received":0}']],
    ['a skip of nothing', ['{"rws":"skip","count":0}']],
    ['a skip beyond the window', ['{"rws":"skip","count":11}']],
    ['a large control frame', [`{"rws":"ack","received":1,"x":"${'x'.repeat(1024)}"}`]],
    ['a large unknown frame', [`{"rws":"x-${'x'.repeat(1024)}"}`]],
    ['welcome', ['{"rws":"welcome"}']],
  ])('%s closes with 4400', async (_title, frames) => {
    await expect(violate(...frames)).resolves.toMatchObject({ code: 4400 });
  });

  it('a message above maxMessage closes with 1009', async () => {
    await expect(violate('ü'.repeat(10_001))).resolves.toMatchObject({ code: 1009 });
    await expect(violate(Buffer.alloc(20_001))).resolves.toMatchObject({ code: 1009 });
  });

  it('more than window unacknowledged messages close with 4400; a handler that never ends holds no more', async () => {
    const never = gate();
    served.handler = () => never.promise;
    const texts = Array.from({ length: 11 }, (_, index) => String(index));
    await expect(violate(...texts)).resolves.toEqual({
      ...{ code: 4400, reason: 'more than 10 unacknowledged messages' },
    });
    expect(served.log).toEqual([[1, '0']]);
    never.open();
  });

  it('frames that only ask for an answer, from a client that reads none, end its connection', async () => {
    const { client } = await Client.greet(served.url);
    client.socket.pause();
    const ended = once(client.socket, 'close');
    const ping = JSON.stringify({ rws: 'ping', id: 'x'.repeat(900), received: 0 });
    const flood = async (): Promise<void> => {
      while (client.socket.readyState === WebSocket.OPEN) {
        for (let count = 0; count < 500; count += 1) client.send(ping);
        await new Promise((resolve) => setImmediate(resolve));
        if (served.sockets[0]?.readyState === WebSocket.CLOSED) break;
      }
    };
    await flood();
    client.socket.resume();
    await ended;
    expect(served.sockets[0]?.readyState).toBe(WebSocket.CLOSED);
  });

  it('too many bytes that wait for their handler close with 1013; what was handled is not lost', async () => {
    const small = await Served.start({ maxMessage: 1000, maxWaitingBytes: 2500, ackDelay: 0 });
    const { promise, open } = gate();
    small.handler = () => promise;
    const { client, welcome } = await Client.greet(small.url);
    client.send(...['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1000)));
    await expect(client.closed()).resolves.toMatchObject({ code: 1013 });
    open();
    await small.when(() => small.log.length >= 2);
    const { welcome: again } = await Client.greet(small.url, {
      session: String(welcome['session']),
      attempt: 2,
    });
    expect(again['resumed']).toBe(true);
    expect(Number(again['received'])).toBeGreaterThan(0);
    await small.stop();
  });

  it('a violation of one client leaves another alone', async () => {
    const { client } = await Client.greet(served.url);
    await violate('{"rws":"nonsense"}');
    client.send('echo:fine');
    await expect(client.message()).resolves.toBe('fine');
  });
});

describe('a client that is not known', () => {
  it('is refused with 4401 when principalOf gives null', async () => {
    const strict = await Served.start({
      principalOf: (_request, auth) => Promise.resolve(auth === 'secret' ? 'ann' : null),
    });
    const client = await Client.open(strict.url);
    client.hello({ auth: 'wrong' });
    await expect(client.closed()).resolves.toEqual({ code: 4401, reason: 'not authorized' });
    const { client: ann } = await Client.greet(strict.url, { auth: 'secret' });
    expect(strict.session.principal).toBe('ann');
    await ann.cut();
    await strict.stop();
  });

  it('is closed with 1011 when principalOf fails, and the error is reported', async () => {
    const broken = await Served.start({ principalOf: () => Promise.reject(new Error('no database')) });
    const client = await Client.open(broken.url);
    client.hello();
    await expect(client.closed()).resolves.toMatchObject({ code: 1011 });
    expect(broken.errors).toEqual([new Error('no database')]);
    await broken.stop();
  });
});

/** Waits for the next ping, and answers it so many milliseconds later. */
async function answerPing(client: Client, delay = 0): Promise<void> {
  const { id } = await client.next('ping');
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  client.control({ rws: 'pong', id, received: 0 });
}

it('a client that has gone silent gets a ping and is disconnected; one that answers is not', async () => {
  const watchful = await Served.start({ ttl: 60, pingInterval: 150, pongTimeout: 150 });
  const { client } = await Client.greet(watchful.url);
  await answerPing(client);
  await client.next('ping');
  await expect(client.closed()).resolves.toMatchObject({ code: 1006 });
  await watchful.stop();
});

it('a client that answers each ping stays, also where pongTimeout is shorter than a tick', async () => {
  const watchful = await Served.start({ ttl: 600, pingInterval: 150, pongTimeout: 40 });
  const { client } = await Client.greet(watchful.url);
  for (let count = 0; count < 4; count += 1) await answerPing(client);
  await watchful.stop();
});

it('pongTimeout counts from the ping, not from the last frame', async () => {
  const watchful = await Served.start({ ttl: 900, pingInterval: 310, pongTimeout: 750 });
  const { client } = await Client.greet(watchful.url);
  await answerPing(client, 650);
  await client.next('ping');
  await watchful.stop();
});

it('a client whose frames arrive while the process is blocked is not disconnected', async () => {
  const watchful = await Served.start({ ttl: 1500, pingInterval: 100, pongTimeout: 100 });
  const { client } = await Client.greet(watchful.url);
  for (let count = 0; count < 2; count += 1) {
    await answerPing(client);
    const end = performance.now() + 700;
    while (performance.now() < end);
  }
  await client.next('ping');
  await watchful.stop();
});

it('a time in which the process stood still does not count, even if the frames are read later', async () => {
  const watchful = await Served.start({ ttl: 100_000, pingInterval: 100, pongTimeout: 3000 });
  const { client } = await Client.greet(watchful.url);
  const ping = await client.next('ping');
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
  try {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    client.control({ rws: 'pong', id: ping['id'], received: 0 });
    await client.next('ping');
  } finally {
    clock.mockRestore();
  }
  await watchful.stop();
});

it('a client that sends frames gets no ping; a silent one gets one ping until its next frame', async () => {
  const watchful = await Served.start({ ttl: 300, pingInterval: 600, pongTimeout: 10_000, ackDelay: 60_000 });
  const { client } = await Client.greet(watchful.url);
  for (let count = 0; count < 10; count += 1) {
    client.send('x');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(client.arrived).toEqual([]);
  await client.next('ping');
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(client.arrived).toEqual([]);
  client.send('y');
  await client.next('ping');
  await watchful.stop();
});

it('a client whose window is full and that acknowledges nothing is disconnected with a reason', async () => {
  const strict = await Served.start({ ttl: 60, stallTimeout: 150 }, obey);
  const { client } = await Client.greet(strict.url, { window: 2 });
  client.send('many:3:x');
  await expect(client.closed()).resolves.toEqual({ code: 4400, reason: 'nothing acknowledged for 150 ms' });
  await strict.stop();
});

it('a client whose window is full and that acknowledges in time stays', async () => {
  const strict = await Served.start({ ttl: 60, stallTimeout: 300 }, obey);
  const { client } = await Client.greet(strict.url, { window: 1 });
  client.send('many:4:x');
  for (let received = 1; received <= 4; ++received) {
    await expect(client.message()).resolves.toBe(`x${received - 1}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
    client.control({ rws: 'ack', received });
  }
  client.send('echo:still here');
  await expect(client.message()).resolves.toBe('still here');
  await strict.stop();
});

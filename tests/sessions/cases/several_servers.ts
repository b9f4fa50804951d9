// Rules 4 to 14 with several servers and one store: sessions that move, fences, and servers that are killed.
import { createClient } from 'redis';
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';
import { wait } from '../kit/peer.js';

const needs = ['application', 'servers', 'shared'] as const;

/** The addresses of two servers that other cases use too. */
async function pair(kit: Kit): Promise<[a: { url: string }, b: { url: string }]> {
  const servers = await Promise.all([kit.servers.shared('a'), kit.servers.shared('b')]);
  return [{ url: servers[0].url }, { url: servers[1].url }];
}

export const moves: readonly CaseBody[] = [
  {
    title: 'Another server takes the session over; the old server closes its socket with 4409',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send('echo:x');
      await connection.expectMessages('x');
      const next = await connection.reopen(b);
      next.hello({ received: 0 });
      await next.welcome({ resumed: true, received: 1 });
      await next.expectMessages('x');
      await connection.expectClose(4409);
    },
  },
  {
    title:
      'Of ten connections at two servers at the same time the highest attempt has the session in the end',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const first = await kit.session({}, a);
      const connections = await Promise.all(
        Array.from({ length: 10 }, (_, index) => first.reopen(index % 2 === 0 ? b : a)),
      );
      for (const connection of connections) connection.hello();
      const last = connections.at(-1) as Connection;
      await last.welcome({ resumed: true, received: 0 });
      await Promise.all(
        [first, ...connections.slice(0, -1)].map((connection) => connection.expectClose(4409)),
      );
      last.send('echo:alone');
      await last.expectMessages('alone');
    },
  },
  {
    title: 'A late hello at another server is closed with 4409 and changes nothing',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      const { attempt } = connection.record;
      const late = await connection.reopen(b);
      late.hello({ attempt, received: 7 });
      await late.expectClose(4409);
      connection.record.attempt = attempt;
      connection.send('echo:still here');
      await connection.expectMessages('still here');
      await connection.resume({}, b);
    },
  },
  {
    title: 'A session that moves to and fro loses and repeats nothing',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      let connection = await kit.session({}, a);
      for (let round = 0; round < 12; round += 1) {
        connection.send(`echo:${round}`, `many:2:${round}-`);
        await connection.expectMessages(String(round), `${round}-0`, `${round}-1`);
        if (round % 3 === 0) await connection.cut();
        const next = await connection.reopen(round % 2 === 0 ? b : a);
        next.hello();
        await next.welcome({ resumed: true, received: 2 * (round + 1) });
        connection = next;
      }
      await connection.quiet(200);
    },
  },
];

export const principalsElsewhere: readonly CaseBody[] = [
  {
    title: 'Another principal gets resumed: false at another server too',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const owner = await kit.session({}, { ...a, user: 'kit-a' });
      const thief = await kit.open({ ...b, user: 'kit-b' });
      thief.hello({ session: owner.record.session, attempt: 9 });
      await thief.welcome({ resumed: false, received: 0 });
      owner.send('echo:still here');
      await owner.expectMessages('still here');
    },
  },
];

/** Removes the oldest stored message of the session's stream, as if the store had lost a write. */
async function loseStoredMessage(kit: Kit, length: number): Promise<void> {
  const client = createClient({ url: kit.servers.redisUrl });
  await client.connect();
  try {
    for await (const keys of client.scanIterator({ TYPE: 'stream' })) {
      for (const key of keys) {
        if ((await client.xLen(key)) !== length) continue;
        const oldest = (await client.xRange(key, '-', '+', { COUNT: 1 }))?.[0];
        if (oldest) await client.xDel(key, oldest.id);
        return;
      }
    }
  } finally {
    client.destroy();
  }
  kit.expect(false, `a stream of ${length} messages in the store`);
}

export const lostStores: readonly CaseBody[] = [
  {
    title: 'Impossible counts at another server end the session; its connection is closed',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      const { session } = connection.record;
      const next = await connection.reopen(b);
      next.hello({ received: 9 });
      await next.welcome({ resumed: false, received: 0 });
      await connection.expectClose();
      const old = await kit.open(a);
      old.hello({ session, attempt: 99 });
      await old.welcome({ resumed: false, received: 0 });
    },
  },
  {
    title: 'A hole in the store that is no recorded skip gets resumed: false',
    needs,
    async run(kit) {
      // No other case leaves so many messages unacknowledged.
      const length = 137;
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send(`many:${length}:x`);
      await connection.expectMessages(...Array.from({ length }, (_, index) => `x${index}`));
      await connection.cut();
      await loseStoredMessage(kit, length);
      const next = await connection.reopen(b);
      next.hello({ received: 0 });
      await next.welcome({ resumed: false, received: 0 });
      await next.quiet(100);
    },
  },
];

async function expectOnce(connection: Connection, text: string): Promise<void> {
  await connection.expectMessages(text);
  await connection.quiet(1500);
}

export const fences: readonly CaseBody[] = [
  {
    title: 'A number is handed over again only under a new fence, and its reply comes once',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send('slow:3000:reply');
      await wait(200);
      const next = await connection.reopen(b);
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      next.sendRaw('slow:3000:reply');
      await expectOnce(next, 'reply');
      await next.expectCount(1);
      await next.expectHandedOver([1, 'slow:3000:reply']);
    },
  },
  {
    title:
      'A handler that began under an old fence stores nothing, also when its server has the session again',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send('slow:3000:reply');
      await wait(150);
      const moved = await connection.resume({}, b);
      const back = await moved.reopen(a);
      back.hello();
      await back.welcome({ resumed: true, received: 0 });
      back.sendRaw('slow:3000:reply');
      await expectOnce(back, 'reply');
      await back.expectCount(1);
    },
  },
  {
    title: 'A message that another server sends reaches the client through the holder',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send('push:4000:pushed');
      await connection.expectCount(1);
      const next = await connection.reopen(b);
      next.hello();
      await next.welcome({ resumed: true, received: 1 });
      next.send('echo:own');
      await next.expectMessages('own', 'pushed');
      await next.quiet(100);
    },
  },
  {
    title: 'A send that is not a handler\u2019s is not refused while another server has the session',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send(...Array.from({ length: 10 }, (_, index) => `push:${1200 + index * 20}:${index}`));
      await connection.expectCount(10);
      const next = await connection.reopen(b);
      next.hello();
      await next.welcome({ resumed: true, received: 10 });
      await next.cut();
      await wait(1600);
      const last = await next.resume({ received: 0 }, a);
      const got: string[] = [];
      while (got.length < 10) got.push((await last.message()).toString());
      kit.expect(got.toSorted().join('') === '0123456789', 'each of the ten messages once');
    },
  },
];

export const skipsElsewhere: readonly CaseBody[] = [
  {
    title: 'A skipped number is skipped by another server too',
    needs,
    async run(kit) {
      const [a, b] = await pair(kit);
      const connection = await kit.session({}, a);
      connection.send('echo:before', 'expire:2', 'echo:after');
      await connection.expectMessages('before');
      if (await connection.nextIsMessage('unsupported'))
        kit.skip('the application cannot have messages expire');
      await connection.expectSkip(2);
      await connection.expectMessages('after');
      const next = await connection.resume({ received: 0 }, b);
      await next.expectMessages('before');
      await next.expectSkip(2);
      await next.expectMessages('after');
    },
  },
];

export const killed: readonly CaseBody[] = [
  {
    title: 'What was acknowledged is counted after the server was killed',
    needs,
    async run(kit) {
      const [, b] = await pair(kit);
      const doomed = await kit.servers.start();
      const connection = await kit.session({}, { url: doomed.url });
      connection.send('a', 'b', 'echo:c', 'many:2:d');
      await connection.expectMessages('c', 'd0', 'd1');
      await connection.expectCount(4);
      await doomed.kill();
      const next = await connection.reopen(b);
      next.hello({ received: 0 });
      await next.welcome({ resumed: true, received: 4 });
      await next.expectMessages('c', 'd0', 'd1');
      await next.quiet(100);
    },
  },
  {
    title: 'A message whose handler died with its server is handed over again, and its reply comes once',
    needs,
    async run(kit) {
      const [, b] = await pair(kit);
      const doomed = await kit.servers.start();
      const connection = await kit.session({}, { url: doomed.url });
      connection.send('echo:first', 'slow:3000:second');
      await connection.expectMessages('first');
      await wait(150);
      await doomed.kill();
      const next = await connection.reopen(b);
      next.hello();
      await next.welcome({ resumed: true, received: 1 });
      next.sendRaw('slow:3000:second');
      await expectOnce(next, 'second');
      await next.expectHandedOver([2, 'slow:3000:second']);
    },
  },
  {
    title: 'A message that was answered is stored, whatever is killed at that moment',
    needs,
    async run(kit) {
      const [, b] = await pair(kit);
      const doomed = await kit.servers.start();
      const sessions = await Promise.all(
        Array.from({ length: 10 }, () => kit.session({}, { url: doomed.url })),
      );
      const answered = sessions.map((connection) => {
        connection.send('echo:a', 'echo:b', 'echo:c');
        return connection.expectMessages('a');
      });
      await Promise.all(answered);
      await doomed.kill();
      const checks = sessions.map(async (connection) => {
        const next = await connection.reopen(b);
        next.hello({ received: 0 });
        const count = Number((await next.welcome({ resumed: true }))['received']);
        for (const text of ['echo:a', 'echo:b', 'echo:c'].slice(count)) next.sendRaw(text);
        await next.expectMessages('a', 'b', 'c');
        await next.quiet(150);
      });
      await Promise.all(checks);
    },
  },
];

export const expiredElsewhere: readonly CaseBody[] = [
  {
    title: 'A session expires in the store, whatever became of its server',
    needs,
    async run(kit) {
      const ttl = 800;
      const [, b] = await pair(kit);
      const doomed = await kit.servers.start({ ttl });
      const connection = await kit.session({}, { url: doomed.url });
      connection.send('many:2:x');
      await connection.expectMessages('x0', 'x1');
      await doomed.kill();
      await wait(ttl + 700);
      const next = await connection.reopen(b);
      next.hello({ received: 0 });
      await next.welcome({ resumed: false, received: 0 });
      await next.quiet(100);
    },
  },
];

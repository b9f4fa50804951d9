// Rules 9, 10, 11: replies that are stored with the count, the window, and numbers that are skipped.
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';
import { wait } from '../kit/peer.js';

const application = ['application'] as const;

export const replies: readonly CaseBody[] = [
  {
    title: 'The reply of a handler comes once when the connection is cut while it runs',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:3000:reply');
      await wait(100);
      await connection.cut();
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      next.sendRaw('slow:3000:reply');
      await next.expectMessages('reply');
      await next.quiet(300);
      await next.expectHandedOver([1, 'slow:3000:reply']);
    },
  },
  {
    title: 'A handler that ends while no client is there stores its reply and its count',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:300:reply');
      await wait(100);
      await connection.cut();
      await wait(600);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 1 });
      await next.expectMessages('reply');
      await next.quiet(100);
    },
  },
  {
    title: 'The count in welcome is that of the stored replies, at whatever moment the connection is cut',
    needs: application,
    run: async (kit) => {
      const tries = Array.from({ length: 20 }, async (_, index) => {
        const connection = await kit.session();
        connection.send('slow:20:reply');
        await wait(index * 3);
        await connection.cut();
        const next = await connection.reopen();
        next.hello();
        const { received } = await next.welcome({ resumed: true });
        if (received === 0) next.sendRaw('slow:20:reply');
        await next.expectMessages('reply');
        await next.quiet(150);
      });
      await Promise.all(tries);
    },
  },
  {
    title: 'All messages of one handler come once and together, also over a cut',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:50:x');
      await connection.cut();
      const next = await connection.reopen();
      next.hello();
      const { received } = await next.welcome({ resumed: true });
      if (received === 0) next.send('many:50:x');
      await next.expectMessages(...Array.from({ length: 50 }, (_, index) => `x${index}`));
      await next.quiet(100);
    },
  },
];

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `x${from + index}`);

export const windows: readonly CaseBody[] = [
  {
    title: 'With window messages unacknowledged the server waits',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 4 });
      connection.send('many:10:x');
      await connection.expectMessages(...numbered(0, 4));
      await connection.quiet(300);
      connection.acknowledge(2);
      await connection.expectMessages(...numbered(4, 6));
      await connection.quiet(100);
      connection.acknowledge(6);
      await connection.expectMessages(...numbered(6, 10));
    },
  },
  {
    title: 'With a window of 1 each message waits for the count of the one before',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 1 });
      connection.send('many:6:x');
      for (const text of numbered(0, 6)) {
        await connection.expectMessages(text);
        connection.acknowledge();
      }
      await connection.quiet(100);
    },
  },
  {
    title: 'While the window of the client is full, its messages are handled and its pings answered',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 1 });
      connection.send('many:3:x');
      await connection.expectMessages('x0');
      connection.send(...Array.from({ length: 100 }, () => 'text'));
      await connection.expectCount(101);
      await connection.ping();
      await connection.quiet(50);
      connection.acknowledge();
      await connection.expectMessages('x1');
    },
  },
  {
    title: 'An ack takes effect on arrival, while a handler runs',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 1 });
      connection.send('many:2:x', 'slow:6000:slow');
      await connection.expectMessages('x0');
      connection.acknowledge();
      await connection.expectMessages('x1');
      kit.expect((await connection.ping()) === 1, 'the slow handler to be running still');
    },
  },
  {
    title: 'A ping is answered at once while a handler runs and messages wait for it',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:6000:slow', 'a', 'b');
      kit.expect((await connection.ping('now', 5000)) === 0, 'the count 0 while the handler runs');
    },
  },
  {
    title: 'Equal counts are no violation',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:2:x');
      await connection.expectMessages('x0', 'x1');
      for (let round = 0; round < 3; round += 1) {
        connection.acknowledge(1);
        connection.frame('pong', { id: 'none', received: 1 });
        await connection.ping();
      }
      connection.acknowledge(2);
      connection.acknowledge(2);
      await connection.ping();
    },
  },
  {
    title: 'A skip of the client is counted, and the next message has the number after it',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('a');
      connection.frame('skip', { count: 3 });
      connection.send('b');
      await connection.expectCount(5);
      await connection.expectHandedOver([1, 'a'], [5, 'b']);
    },
  },
  {
    title: 'A skip of the client takes effect in order, after the handlers before it',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:3000:slow');
      connection.frame('skip', { count: 2 });
      connection.send('b');
      await wait(150);
      kit.expect((await connection.ping()) === 0, 'the count 0 while the handler runs');
      await connection.expectMessages('slow');
      await connection.expectCount(4);
      await connection.expectHandedOver([1, 'slow:3000:slow'], [4, 'b']);
    },
  },
  {
    title: 'A skip of the client is acknowledged without a message after it',
    async run(kit) {
      const connection = await kit.session();
      connection.frame('skip', { count: 40 });
      await connection.expectCount(40);
    },
  },
  {
    title: 'Skips that take the count to 2^53 or more are a violation',
    async run(kit) {
      const connection = await kit.session();
      for (let round = 0; round < 2; round += 1) connection.sendRaw(`{"rws":"skip","count":${2 ** 53 - 1}}`);
      connection.counts.sent = 2 ** 53 - 1;
      await connection.expectClose(4400);
    },
  },
  {
    title: 'The server reads on while the client does not read',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      if (connection.limits.maxMessage < 65_536) kit.skip('maxMessage is smaller than 64 KiB');
      const text = 't'.repeat(60_000);
      const numbers = Array.from({ length: 200 }, (_, index) => index);
      connection.send('echo:ready');
      await connection.expectMessages('ready');
      // More than the buffers between the two can hold.
      connection.pause();
      connection.send(`many:200:${text}`, ...Array.from({ length: 50 }, () => 'text'));
      let next: Connection | undefined;
      for (let count = 0; count < 52; await wait(200)) {
        next = await connection.reopen();
        next.hello();
        count = Number((await next.welcome({ resumed: true }))['received']);
        next.pause();
        const missing = Array.from({ length: 52 - count }, () => 'text');
        if (count === 1) missing[0] = `many:200:${text}`;
        for (const message of missing) next.sendRaw(message);
      }
      next?.read();
      await next?.expectMessages(...numbers.map((number) => `${text}${number}`));
    },
  },
  {
    title: 'A client that never acknowledges gets at most its window, and a reason if it is cut off',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 10 });
      // The check of the window on arrival fails if more than 10 come.
      for (let round = 0; round < 12; round += 1) connection.send('many:100:x');
      await connection.expectMessages(...numbered(0, 10));
      await wait(500);
      connection.check();
      if (!connection.isClosed) return;
      const { reason } = await connection.expectClose(4400, 1008, 1013);
      kit.expect(reason !== '', 'a reason');
    },
  },
  {
    title: 'A client that sends far more than the window of the server harms no other',
    needs: application,
    async run(kit) {
      const greedy = await kit.session();
      const { window } = greedy.limits;
      if (window > 10_000) kit.skip('the window is larger than 10 000');
      greedy.send('slow:600:slow', ...Array.from({ length: window + 200 }, (_, index) => `n${index}`));
      const other = await kit.session();
      other.send('echo:other');
      await other.expectMessages('other');
      // Either all are handled, or the connection is closed with a reason and the session goes on.
      while (!greedy.isClosed && greedy.confirmed < window + 200 + 1) await wait(10);
      if (!greedy.isClosed) return;
      const { reason } = await greedy.expectClose(4400, 1008, 1013);
      kit.expect(reason !== '', 'a reason');
      await greedy.resume();
    },
  },
];

/** Makes the application skip numbers between two messages. The kit acknowledges nothing of this. */
async function withSkip(kit: Kit, count: number): Promise<Connection> {
  const connection = await kit.session();
  connection.send('echo:before', `expire:${count}`, 'echo:after');
  await connection.expectMessages('before');
  const first = await connection.nextIsMessage('unsupported');
  if (first) kit.skip('the application cannot have messages expire');
  await connection.expectSkip(count);
  await connection.expectMessages('after');
  return connection;
}

export const skips: readonly CaseBody[] = [
  {
    title: 'Numbers of messages that expired are skipped, in their place',
    needs: application,
    async run(kit) {
      const connection = await withSkip(kit, 3);
      // Numbers 1 to 5: a count of 5 is not above what was sent, one of 6 is.
      connection.acknowledge(5);
      await connection.ping();
      connection.acknowledge(6);
      await connection.expectClose(4400);
    },
  },
  {
    title: 'A number once skipped stays skipped on the next connection',
    needs: application,
    async run(kit) {
      let connection = await withSkip(kit, 3);
      for (let round = 0; round < 2; round += 1) {
        await connection.cut();
        connection = await connection.resume({ received: 0 });
        await connection.expectMessages('before');
        await connection.expectSkip(3);
        await connection.expectMessages('after');
      }
    },
  },
  {
    title: 'A count within the skipped numbers is possible; the rest is skipped again',
    needs: application,
    async run(kit) {
      const connection = await withSkip(kit, 3);
      await connection.cut();
      const next = await connection.resume({ received: 2 });
      await next.expectSkip(2);
      await next.expectMessages('after');
    },
  },
  {
    title: 'A skip that was acknowledged is not sent again',
    needs: application,
    async run(kit) {
      const connection = await withSkip(kit, 3);
      connection.acknowledge(4);
      await connection.ping();
      await connection.cut();
      const next = await connection.resume({ received: 4 });
      await next.expectMessages('after');
      await next.quiet(100);
    },
  },
  {
    title: 'Skipped numbers count in the window',
    needs: application,
    async run(kit) {
      const connection = await withSkip(kit, 3);
      await connection.cut();
      const next = await connection.resume({ received: 0, window: 4 });
      await next.expectMessages('before');
      await next.expectSkip(3);
      await next.quiet(200);
      next.acknowledge(1);
      await next.expectMessages('after');
    },
  },
  {
    title: 'A skip of the client is kept: the next welcome has its numbers',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('a');
      connection.frame('skip', { count: 2 });
      await connection.expectCount(3);
      await connection.cut();
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 3 });
      next.send('b');
      await next.expectHandedOver([1, 'a'], [4, 'b']);
    },
  },
];

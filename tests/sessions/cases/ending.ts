// Rules 13, 14: what ends a session and what does not, shutdown, and expiry.
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';
import { wait } from '../kit/peer.js';

const application = ['application'] as const;
const servers = ['application', 'servers'] as const;
/** Milliseconds; the kit starts servers with it for the cases of rule 14. */
const ttl = 3000;

/** Has the record of this connection ask for its session, which must have ended. */
async function expectEnded(connection: Connection): Promise<Connection> {
  const next = await connection.reopen();
  next.hello({ received: 0 });
  await next.welcome({ resumed: false, received: 0 });
  return next;
}

async function shortLived(kit: Kit): Promise<Connection> {
  const { url } = await kit.servers.shared('ttl', { ttl });
  return kit.session({}, { url });
}

export const byes: readonly CaseBody[] = [
  {
    title: 'After bye of the client the server closes with 1000 and the session has ended',
    async run(kit) {
      const connection = await kit.session();
      connection.frame('bye');
      await connection.expectClose(1000);
      await expectEnded(connection);
    },
  },
  {
    title: 'What came before bye is handled and acknowledged before the close',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:400:slow', 'a', 'b', 'echo:last');
      connection.frame('bye');
      await connection.expectClose(1000);
      kit.expect(connection.confirmed === 4, `the count 4 before the close, got ${connection.confirmed}`);
      await expectEnded(connection);
    },
  },
  {
    title: 'Nothing of the old session comes in the new one',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:3:x');
      await connection.expectMessages('x0', 'x1', 'x2');
      connection.frame('bye');
      await connection.expectClose(1000);
      const next = await expectEnded(connection);
      await next.quiet(200);
      await next.expectHandedOver();
    },
  },
  {
    title: 'The server ends a session with bye; the client acknowledges and closes with 1000',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:2:x', 'close:');
      await connection.expectMessages('x0', 'x1');
      await connection.expectBye();
      connection.acknowledge();
      connection.close(1000);
      await connection.expectClose(1000);
      await expectEnded(connection);
    },
  },
  {
    title: 'A session that the server ended is gone too when the client never answers its bye',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('close:');
      await connection.expectBye();
      await connection.cut();
      await expectEnded(connection);
    },
  },
  {
    title: 'A close without bye, with 1000 too, keeps the session',
    needs: application,
    async run(kit) {
      let connection = await kit.session();
      for (const [index, code] of [1000, 1001, 4000].entries()) {
        connection.send(`echo:${code}`);
        await connection.expectMessages(String(code));
        connection.close(code, 'kit');
        await connection.expectClose(code);
        connection = await connection.reopen();
        connection.hello();
        await connection.welcome({ resumed: true, received: index + 1 });
      }
    },
  },
  {
    title: 'A server that shuts down finishes running handlers and closes with 1012',
    needs: servers,
    async run(kit) {
      const server = await kit.servers.start();
      const connection = await kit.session({}, { url: server.url });
      const idle = await kit.session({}, { url: server.url });
      connection.send('echo:go', 'slow:1500:reply');
      await connection.expectMessages('go');
      await wait(50);
      const end = server.stop();
      await idle.expectClose(1012);
      await connection.expectClose(1012);
      await end;
    },
  },
  {
    title: 'What a handler did during the shutdown is stored: another server has its count and its reply',
    needs: ['application', 'servers', 'shared'],
    async run(kit) {
      const server = await kit.servers.start();
      const other = await kit.servers.shared('a');
      const connection = await kit.session({}, { url: server.url });
      connection.send('echo:go', 'slow:2000:reply', 'not begun');
      await connection.expectMessages('go');
      await wait(50);
      await Promise.all([server.stop(), connection.expectClose(1012)]);
      const next = await connection.reopen({ url: other.url });
      next.hello({ received: 0 });
      const { received } = await next.welcome({ resumed: true });
      kit.expect(received === 2 || received === 3, 'the count of the handler that was running');
      await next.expectMessages('go', 'reply');
      await next.quiet(200);
    },
  },
];

export const expiries: readonly CaseBody[] = [
  {
    title: 'The welcome has the ttl that the server was given',
    needs: servers,
    async run(kit) {
      const connection = await shortLived(kit);
      kit.expect(connection.limits.ttl === ttl, `"ttl": ${ttl} in "welcome"`);
    },
  },
  {
    title: 'A session without a connection lives for ttl',
    needs: servers,
    async run(kit) {
      const connection = await shortLived(kit);
      connection.send('many:2:x');
      await connection.expectMessages('x0', 'x1');
      // Later than half of ttl after the begin, so that the end of the connection has to count.
      await wait(ttl * 0.8);
      await connection.cut();
      await wait(ttl * 0.5);
      const next = await connection.resume({ received: 0 });
      await next.expectMessages('x0', 'x1');
    },
  },
  {
    title: 'After ttl without a connection the session has expired as a whole',
    needs: servers,
    async run(kit) {
      const connection = await shortLived(kit);
      connection.send('many:2:x', 'push:0:y');
      await connection.expectMessages('x0', 'x1', 'y');
      await connection.cut();
      await wait(ttl + 700);
      const next = await expectEnded(connection);
      await next.quiet(100);
      await next.expectHandedOver();
    },
  },
  {
    title: 'A connection that is idle keeps the session alive beyond ttl',
    needs: servers,
    async run(kit) {
      const connection = await shortLived(kit);
      connection.send('echo:x');
      await connection.expectMessages('x');
      // Everything is acknowledged now: from here on only pings of the server are exchanged.
      connection.acknowledge();
      await wait(ttl * 2.5);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 1 });
    },
  },
  {
    title: 'A session that was resumed lives for ttl again',
    needs: servers,
    async run(kit) {
      let connection = await shortLived(kit);
      // A session whose first welcome was never answered may be dropped early.
      connection.send('text');
      await connection.expectCount(1);
      for (let round = 0; round < 3; round += 1) {
        await connection.cut();
        await wait(ttl * 0.6);
        connection = await connection.resume();
      }
    },
  },
];

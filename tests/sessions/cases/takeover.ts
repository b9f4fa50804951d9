// Rules 6, 7, 8: who gets a session, who does not, and what impossible counts lead to.
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';

const application = ['application'] as const;

/** Opens another connection of the record with these members, which has to be refused with 4409. */
async function refused(kit: Kit, connection: Connection, members: Readonly<Record<string, unknown>>) {
  const late = await connection.reopen();
  const { attempt } = connection.record;
  late.hello(members);
  connection.record.attempt = attempt;
  const { reason } = await late.expectClose(4409);
  kit.expect(late.arrived === 0, 'no frame before the close with 4409');
  kit.expect(!reason.includes(String(connection.record.session)), 'a reason without the session id');
}

/** Opens a session, has it count and send, and resumes it with counts that cannot be. */
async function lose(kit: Kit, received: number): Promise<void> {
  const connection = await kit.session();
  const { session } = connection.record;
  connection.send('many:3:x');
  await connection.expectMessages('x0', 'x1', 'x2');
  connection.acknowledge(2);
  await connection.ping();
  await connection.cut();
  const next = await connection.reopen();
  next.hello({ received });
  const welcome = await next.welcome({ resumed: false, received: 0 });
  kit.expect(welcome['session'] !== session, 'another session id');
  next.send('echo:new');
  await next.expectMessages('new');
  await next.expectHandedOver([1, 'echo:new']);
  // The old session has ended.
  const old = await kit.open();
  old.hello({ session, attempt: 99 });
  await old.welcome({ resumed: false, received: 0 });
}

export const takeover: readonly CaseBody[] = [
  {
    title: 'A hello with a higher attempt takes the session over; the old socket is closed with 4409',
    async run(kit) {
      const connection = await kit.session();
      const next = await connection.resume();
      const { reason } = await connection.expectClose(4409);
      kit.expect(!reason.includes(String(next.record.session)), 'a reason without the session id');
      next.send('text');
      await next.expectCount(1);
    },
  },
  {
    title: 'A hello with the same attempt is closed with 4409 and the present connection goes on',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      await refused(kit, connection, { attempt: connection.record.attempt });
      connection.send('echo:still here');
      await connection.expectMessages('still here');
    },
  },
  {
    title: 'A hello with a lower attempt is closed with 4409 and the present connection goes on',
    needs: application,
    async run(kit) {
      const first = await kit.session();
      const connection = await first.resume();
      await refused(kit, connection, { attempt: 1 });
      connection.send('echo:still here');
      await connection.expectMessages('still here');
    },
  },
  {
    title: 'A late hello changes nothing: its counts and its window take no effect',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 3 });
      connection.send('many:5:x');
      await connection.expectMessages('x0', 'x1', 'x2');
      await refused(kit, connection, { attempt: connection.record.attempt, received: 3, window: 1000 });
      await connection.quiet(200);
      await connection.cut();
      const next = await connection.resume({ received: 0 });
      await next.expectMessages('x0', 'x1', 'x2', 'x3', 'x4');
    },
  },
  {
    title: 'A late hello with impossible counts does not end the session',
    async run(kit) {
      const connection = await kit.session();
      await refused(kit, connection, { attempt: connection.record.attempt, received: 77 });
      connection.send('text');
      await connection.expectCount(1);
      await connection.resume();
    },
  },
  {
    title: 'A late hello is refused too while the session has no connection',
    async run(kit) {
      const connection = await kit.session();
      await connection.cut();
      await refused(kit, connection, { attempt: connection.record.attempt });
      await connection.resume();
    },
  },
  {
    title: 'Attempts may leave numbers out',
    async run(kit) {
      const connection = await kit.session();
      connection.record.attempt = 999;
      const next = await connection.resume();
      await refused(kit, next, { attempt: 999 });
      await next.resume();
    },
  },
  {
    title: 'The attempt of the first hello counts',
    async run(kit) {
      const connection = await kit.session({ attempt: 7 });
      connection.record.attempt = 7;
      await refused(kit, connection, { attempt: 6 });
      await refused(kit, connection, { attempt: 7 });
      await connection.resume();
    },
  },
  {
    title: 'Attempts up to 2^53 - 1 are compared exactly',
    async run(kit) {
      const connection = await kit.session({ attempt: 2 ** 53 - 3 });
      await refused(kit, connection, { attempt: 2 ** 53 - 4 });
      await refused(kit, connection, { attempt: 2 ** 53 - 3 });
      const next = await connection.resume({ attempt: 2 ** 53 - 2 });
      await refused(kit, next, { attempt: 2 ** 53 - 3 });
      await next.resume({ attempt: 2 ** 53 - 1 });
    },
  },
  {
    title:
      'Of ten connections that take a session over at the same time the highest attempt has it in the end',
    needs: application,
    async run(kit) {
      const first = await kit.session();
      const connections = await Promise.all(Array.from({ length: 10 }, () => first.reopen()));
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
];

export const principals: readonly CaseBody[] = [
  {
    title: 'The hello of another principal gets resumed: false and another session',
    needs: application,
    async run(kit) {
      const owner = await kit.session({}, { user: 'kit-a' });
      const thief = await kit.open({ user: 'kit-b' });
      thief.hello({ session: owner.record.session, attempt: 99 });
      const welcome = await thief.welcome({ resumed: false, received: 0 });
      kit.expect(welcome['session'] !== owner.record.session, 'another session id');
    },
  },
  {
    title: 'The hello of another principal takes nothing from the owner',
    needs: application,
    async run(kit) {
      const owner = await kit.session({}, { user: 'kit-a' });
      owner.send('many:2:x');
      await owner.expectMessages('x0', 'x1');
      for (const received of [0, 2, 99]) {
        const thief = await kit.open({ user: 'kit-b' });
        thief.hello({ session: owner.record.session, attempt: 50, received });
        await thief.welcome({ resumed: false, received: 0 });
        await thief.quiet(50);
      }
      owner.send('echo:still here');
      await owner.expectMessages('still here');
      await owner.cut();
      const next = await owner.resume({ received: 0 });
      await next.expectMessages('x0', 'x1', 'still here');
    },
  },
  {
    title: 'An unknown session gets resumed: false and an id that the server chose',
    run: async (kit) => {
      const ids = ['', 'kit', '*', '{kit}', 'kit:1', '../kit', 'kit\n\u0000', 'ü', 'k'.repeat(8000)];
      const tries = ids.map(async (session) => {
        const connection = await kit.open();
        connection.hello({ session, attempt: 5, received: 3 });
        const welcome = await connection.welcome({ resumed: false, received: 0 });
        kit.expect(welcome['session'] !== session, 'another session id');
        connection.send('text');
        await connection.expectCount(1);
      });
      await Promise.all(tries);
    },
  },
  {
    title: 'Session ids differ from one another, also in each half of their characters',
    async run(kit) {
      const sessions = await Promise.all(Array.from({ length: 20 }, () => kit.session()));
      const ids = sessions.map(({ record }) => String(record.session));
      const halves = [(id: string) => id.slice(0, id.length / 2), (id: string) => id.slice(id.length / 2)];
      for (const half of halves) {
        kit.expect(new Set(ids.map(half)).size === ids.length, 'session ids that are random throughout');
      }
    },
  },
];

export const apart: readonly CaseBody[] = [
  {
    title: 'Forty sessions of one principal get their own replies and no others',
    needs: application,
    run: async (kit) => {
      const tries = Array.from({ length: 40 }, async (_, index) => {
        const connection = await kit.session();
        const texts = Array.from({ length: 5 }, (_unused, number) => `${index}-${number}`);
        connection.send(...texts.map((text) => `echo:${text}`));
        await connection.expectMessages(...texts);
        await connection.expectHandedOver(
          ...texts.map((text, at): [number, string] => [at + 1, `echo:${text}`]),
        );
      });
      await Promise.all(tries);
    },
  },
];

export const impossible: readonly CaseBody[] = [
  {
    title: 'A count in hello beyond what was sent gets resumed: false and ends the session',
    needs: application,
    run: (kit) => lose(kit, 4),
  },
  {
    title: 'A count in hello below what was acknowledged gets resumed: false and ends the session',
    needs: application,
    run: (kit) => lose(kit, 1),
  },
  {
    title: 'A count of 2^53 - 1 in hello gets resumed: false',
    async run(kit) {
      const connection = await kit.session();
      const next = await connection.reopen();
      next.hello({ received: 2 ** 53 - 1 });
      await next.welcome({ resumed: false, received: 0 });
    },
  },
  {
    title: 'The connection of a session that ends so is closed',
    async run(kit) {
      const connection = await kit.session();
      const next = await connection.reopen();
      next.hello({ received: 5 });
      await next.welcome({ resumed: false, received: 0 });
      await connection.expectClose();
    },
  },
];

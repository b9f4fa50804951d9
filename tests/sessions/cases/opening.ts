// Rules 1, 12: what comes before `welcome`. Rules 2, 3: what is sent again after it, and in which order.
import { type CaseBody } from '../kit/cases.js';
import { wait } from '../kit/peer.js';

const application = ['application'] as const;

export const beforeWelcome: readonly CaseBody[] = [
  {
    title: 'The server sends nothing before hello',
    async run(kit) {
      const connection = await kit.open();
      await connection.quiet(300);
      kit.expect(connection.arrived === 0, 'no frame before "hello"');
      connection.hello();
      await connection.welcome({ resumed: false });
    },
  },
  {
    title: 'A text message before hello is a violation',
    async run(kit) {
      const connection = await kit.open();
      connection.sendRaw('text');
      const { reason } = await connection.expectClose(4400);
      kit.expect(reason !== '', 'a reason that names the violation');
      kit.expect(connection.arrived === 0, 'no frame before "hello"');
    },
  },
  {
    title: 'A binary message before hello is a violation',
    async run(kit) {
      const connection = await kit.open();
      connection.sendRaw(Buffer.from('{"rws":"hello"}'));
      await connection.expectClose(4400);
    },
  },
  {
    title: 'Another control frame before hello is a violation',
    run: async (kit) => {
      const frames: [string, Record<string, unknown>][] = [
        ['ack', { received: 0 }],
        ['ping', { id: 1, received: 0 }],
        ['skip', { count: 1 }],
        ['bye', {}],
      ];
      const tries = frames.map(async ([name, members]) => {
        const connection = await kit.open();
        connection.frame(name, members);
        await connection.expectClose(4400);
        kit.expect(connection.arrived === 0, 'no frame before "hello"');
      });
      await Promise.all(tries);
    },
  },
];

export const firstFrame: readonly CaseBody[] = [
  {
    title: 'The first frame of the server is welcome, also when messages wait for the client',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:5:x', 'push:0:y');
      await connection.expectMessages('x0', 'x1', 'x2', 'x3', 'x4', 'y');
      await connection.cut();
      // `welcome` of the kit fails if another frame comes first.
      const next = await connection.resume({ received: 0 });
      await next.expectMessages('x0', 'x1', 'x2', 'x3', 'x4', 'y');
    },
  },
  {
    title: 'A connection that ends before hello leaves no trace',
    async run(kit) {
      const connection = await kit.open();
      await connection.cut();
      await kit.session();
    },
  },
];

export const kept: readonly CaseBody[] = [
  {
    title: 'What is not acknowledged is sent again on each connection, with the same numbers',
    needs: application,
    async run(kit) {
      let connection = await kit.session();
      connection.send('many:3:x');
      await connection.expectMessages('x0', 'x1', 'x2');
      for (let round = 0; round < 3; round += 1) {
        await connection.cut();
        connection = await connection.resume({ received: 0 });
        await connection.expectMessages('x0', 'x1', 'x2');
      }
      await connection.quiet(100);
    },
  },
  {
    title: 'What is acknowledged is not sent again',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:3:x');
      await connection.expectMessages('x0', 'x1', 'x2');
      connection.acknowledge(2);
      await connection.ping();
      await connection.cut();
      const next = await connection.resume({ received: 2 });
      await next.expectMessages('x2');
      await next.quiet(200);
    },
  },
  {
    title: 'The count of a ping and of a pong acknowledges like that of an ack',
    needs: application,
    async run(kit) {
      const connection = await kit.session({ window: 2 });
      connection.send('many:4:x');
      await connection.expectMessages('x0', 'x1');
      await connection.quiet(100);
      connection.frame('ping', { id: 1, received: 1 });
      await connection.expectMessages('x2');
      connection.frame('pong', { id: 1, received: 2 });
      await connection.expectMessages('x3');
    },
  },
  {
    title: 'The order of sending is the same on the first connection and on the next one',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('push:0:p', 'many:3:x', 'push:5:q', 'echo:e', 'push:0:r', 'many:2:y');
      const order: string[] = [];
      while (order.length < 9) order.push((await connection.message()).toString());
      await connection.cut();
      const next = await connection.resume({ received: 0 });
      await next.expectMessages(...order);
    },
  },
  {
    title: 'A message that was sent while the client was away is sent on the next connection',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('push:150:later');
      await connection.expectCount(1);
      await connection.cut();
      await wait(400);
      const next = await connection.resume();
      await next.expectMessages('later');
    },
  },
  {
    title: 'Text and binary messages keep their kind and their order when they are sent again',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const bytes = Buffer.from([0, 255, 10, 13]);
      const messages = ['ü\u0000', bytes, '', Buffer.alloc(0), 'last'];
      for (const message of messages) {
        const isText = typeof message === 'string';
        connection.send(isText ? `echo:${message}` : Buffer.concat([Buffer.from('echo:'), message]));
      }
      await connection.expectMessages(...messages);
      await connection.cut();
      const next = await connection.resume({ received: 0 });
      await next.expectMessages(...messages);
    },
  },
];

export const sentAgain: readonly CaseBody[] = [
  {
    title: 'After resumed: true the server sends what lies behind received, then what is new',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:5:x');
      await connection.expectMessages('x0', 'x1');
      await connection.cut();
      const next = await connection.resume();
      next.send('echo:new');
      await next.expectMessages('x2', 'x3', 'x4', 'new');
      await next.quiet(100);
    },
  },
  {
    title: 'What is sent during the resumption comes after what is sent again',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const old = Array.from({ length: 200 }, (_, index) => `x${index}`);
      connection.send('many:200:x', 'push:30:new', 'push:31:newer', 'push:35:newest');
      await connection.expectMessages(...old);
      await connection.cut();
      const next = await connection.resume({ received: 0 });
      await next.expectMessages(...old);
      // Each was sent some time after its handler; their order among one another is the application's.
      const rest = [await next.message(), await next.message(), await next.message()].map(String);
      kit.expect(rest.toSorted().join() === 'new,newer,newest', 'the three new messages after the old ones');
    },
  },
  {
    title: 'What is sent again stays within the window of the new hello',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:5:x');
      await connection.expectMessages('x0', 'x1', 'x2', 'x3', 'x4');
      await connection.cut();
      const next = await connection.resume({ received: 0, window: 2 });
      await next.expectMessages('x0', 'x1');
      await next.quiet(200);
      next.acknowledge(1);
      await next.expectMessages('x2');
      await next.quiet(100);
      next.acknowledge(3);
      await next.expectMessages('x3', 'x4');
    },
  },
  {
    title: 'The count of hello acknowledges: what it covers is not sent again by a later one',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:3:x');
      await connection.expectMessages('x0', 'x1', 'x2');
      await connection.cut();
      const second = await connection.resume({ received: 2 });
      await second.expectMessages('x2');
      await second.cut();
      const third = await second.resume({ received: 2 });
      await third.expectMessages('x2');
    },
  },
  {
    title:
      'The welcome has the count of the messages that were handled, and the next one has the next number',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('a', 'b', 'c');
      await connection.expectCount(3);
      await connection.cut();
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 3 });
      next.send('d');
      await next.expectHandedOver([1, 'a'], [2, 'b'], [3, 'c'], [4, 'd']);
    },
  },
  {
    title: 'A session survives twenty cuts at any moment: everything once and in order, both ways',
    needs: application,
    async run(kit) {
      let connection = await kit.session();
      const expected: string[] = [];
      let next = 0;
      for (let round = 0; round < 20; round += 1) {
        const texts = Array.from({ length: 5 }, () => `echo:${(next += 1)}`);
        const before = connection.counts.sent;
        connection.send(...texts);
        expected.push(...texts.map((text) => text.slice('echo:'.length)));
        await wait(round % 5);
        await connection.cut();
        connection = await connection.reopen();
        connection.hello();
        const { received } = await connection.welcome({ resumed: true });
        // The client sends again what the server has not counted.
        for (const text of texts.slice(Number(received) - before)) connection.sendRaw(text);
        await connection.expectMessages(...expected.splice(0));
      }
      await connection.quiet(100);
      const handed = await connection.handedOver();
      kit.expect(
        handed.length === 100 &&
          handed.every(([number, text], at) => number === at + 1 && text === `echo:${at + 1}`),
        'each message to be handed over once and in order',
      );
    },
  },
];

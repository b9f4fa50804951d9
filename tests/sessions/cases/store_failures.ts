// Rules 4, 9, 13 when the store or a server fails at the wrong moment: lost replies, a store that hangs, a frozen server.
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';
import { wait } from '../kit/peer.js';
import { RedisProxy } from '../kit/redis_proxy.js';

const needs = ['application', 'servers', 'shared'] as const;

/** Runs the body with a server of its own whose Redis is behind a proxy. */
async function behindProxy(kit: Kit, body: (proxy: RedisProxy, url: string) => Promise<void>): Promise<void> {
  const proxy = await RedisProxy.start(kit.servers.redisUrl);
  const server = await kit.servers.start({}, proxy.url);
  try {
    await body(proxy, server.url);
  } finally {
    await server.kill();
    proxy.stop();
  }
}

/** Resumes while the store's reply to the taking of the session gets lost. */
async function resumeWithoutReply(connection: Connection, proxy: RedisProxy): Promise<Connection> {
  const next = await connection.reopen();
  const lost = proxy.loseReplies(100);
  next.hello();
  await next.welcome({ resumed: true });
  await lost;
  return next;
}

export const failingStores: readonly CaseBody[] = [
  {
    title: 'A reply of the store that got lost does no harm: each message is handed over and answered once',
    needs,
    run: (kit) =>
      behindProxy(kit, async (proxy, url) => {
        let connection = await kit.session({}, { url });
        for (let round = 0; round < 5; round += 1) {
          connection.send('echo:a', 'many:3:b');
          await Promise.all([proxy.loseReplies(10 * round + 1), wait(0)]);
          if (round % 2 === 1) {
            // The connection is cut, too: messages that the client sends again must have no second effect.
            const { sent } = connection.counts;
            await connection.cut();
            connection = await resumeWithoutReply(connection, proxy);
            const missing = sent - connection.confirmed;
            for (const text of ['echo:a', 'many:3:b'].slice(2 - missing)) connection.sendRaw(text);
          }
          await connection.expectMessages('a', 'b0', 'b1', 'b2');
          await connection.expectCount(2 * (round + 1));
        }
        await connection.quiet(200);
        const numbers = (await connection.handedOver()).map(([number]) => number);
        kit.expect(
          numbers.join() === '1,2,3,4,5,6,7,8,9,10',
          'each number to be handed over once and in order',
        );
      }),
  },
  {
    title: 'A send from outside a handler is stored once when the reply of the store got lost',
    needs,
    run: (kit) =>
      behindProxy(kit, async (proxy, url) => {
        const connection = await kit.session({}, { url });
        connection.send(...Array.from({ length: 8 }, (_, index) => `push:${700 + 10 * index}:p${index}`));
        await connection.expectCount(8);
        await wait(300);
        await proxy.loseReplies(700);
        const got: string[] = [];
        while (got.length < 8) got.push((await connection.message()).toString());
        kit.expect(got.toSorted().join() === 'p0,p1,p2,p3,p4,p5,p6,p7', 'each of the eight messages once');
        await connection.quiet(500);
      }),
  },
  {
    title: 'While the store hangs nothing is acknowledged; afterwards everything is, in order',
    needs,
    run: (kit) =>
      behindProxy(kit, async (proxy, url) => {
        const connection = await kit.session({}, { url });
        connection.send('echo:before');
        await connection.expectMessages('before');
        await connection.expectCount(1);
        const held = proxy.hold(900);
        connection.send('echo:a', 'echo:b');
        await wait(600);
        kit.expect((await connection.ping()) === 1, 'no count before the store has it');
        await held;
        await connection.expectMessages('a', 'b');
        await connection.expectCount(3);
      }),
  },
];

export const frozenServers: readonly CaseBody[] = [
  {
    title: 'The store refuses what a handler did under an old fence when it comes late',
    needs,
    run: (kit) =>
      behindProxy(kit, async (proxy, url) => {
        const other = await kit.servers.shared('b');
        const connection = await kit.session({}, { url });
        connection.send('echo:go', 'slow:1500:old');
        await connection.expectMessages('go');
        await connection.expectCount(1);
        // The first server ends its handler, but what it writes reaches the store after the takeover.
        const held = proxy.hold(3000);
        const next = await connection.reopen({ url: other.url });
        next.hello();
        await next.welcome({ resumed: true, received: 1 });
        // Another text for the same number shows whose reply was stored.
        next.sendRaw('slow:6000:new');
        await held;
        await next.expectMessages('new');
        await next.expectCount(2);
        await connection.expectClose(4409);
        await next.quiet(600);
      }),
  },
  {
    title: 'A server that was frozen during a handler stores nothing once another one has the session',
    needs,
    async run(kit) {
      const other = await kit.servers.shared('b');
      const frozen = await kit.servers.start();
      const connection = await kit.session({}, { url: frozen.url });
      connection.send('push:4000:pushed', 'slow:4000:reply');
      await connection.expectCount(1);
      await wait(50);
      frozen.freeze();
      const next = await connection.reopen({ url: other.url });
      next.hello();
      await next.welcome({ resumed: true, received: 1 });
      next.sendRaw('slow:4000:reply');
      await next.expectMessages('reply');
      await next.expectCount(2);
      frozen.thaw();
      // The send from outside the handler is under no fence and comes, the reply under the old one does not.
      await next.expectMessages('pushed');
      await connection.expectClose(4409);
      await next.quiet(600);
      await frozen.kill();
    },
  },
];

export const byesElsewhere: readonly CaseBody[] = [
  {
    title: 'A session that ended at one server is gone at another',
    needs,
    async run(kit) {
      const [a, b] = await Promise.all([kit.servers.shared('a'), kit.servers.shared('b')]);
      for (const ending of ['bye', 'close:']) {
        const connection = await kit.session({}, { url: a.url });
        connection.send('many:2:x');
        await connection.expectMessages('x0', 'x1');
        const moved = await connection.resume({}, { url: b.url });
        if (ending === 'bye') moved.frame('bye');
        else {
          moved.send('close:');
          await moved.expectBye();
          moved.acknowledge();
          moved.close(1000);
        }
        await moved.expectClose(1000);
        // A session that the application has closed is removed when the client has closed the connection.
        if (ending === 'close:') await wait(500);
        const last = await moved.reopen({ url: a.url });
        last.hello();
        await last.welcome({ resumed: false, received: 0 });
      }
    },
  },
];

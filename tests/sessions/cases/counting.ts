// Rules 4, 5: when a message is counted and acknowledged, and what a new connection changes about it.
import { type CaseBody } from '../kit/cases.js';
import { wait } from '../kit/peer.js';

const application = ['application'] as const;
const ackDelay = 200;
const messagesPerAck = 32;
/** Limits of a server that the kit starts. */
const small = { window: 8, 'max-message': 500 };

export const counting: readonly CaseBody[] = [
  {
    title: 'A message is acknowledged within 200 ms after it was counted',
    async run(kit) {
      const connection = await kit.session();
      let quickest = Infinity;
      // A busy machine may delay some of the tries.
      for (let round = 1; round <= 10 && quickest > ackDelay * 2.5; round += 1) {
        const begin = performance.now();
        connection.send('text');
        await connection.expectCount(round);
        quickest = Math.min(quickest, performance.now() - begin);
      }
      kit.expect(quickest <= ackDelay * 2.5, `an ack after 200 ms, got ${Math.round(quickest)} ms`);
    },
  },
  {
    title: '32 messages are acknowledged at once, without waiting 200 ms',
    async run(kit) {
      const started = performance.now();
      const connection = await kit.session();
      const limit = performance.now() - started + ackDelay * 0.6;
      let quickest = Infinity;
      for (let round = 1; round <= 20 && quickest > limit; round += 1) {
        const begin = performance.now();
        connection.send(...Array.from({ length: messagesPerAck }, () => 'text'));
        await connection.expectCount(round * messagesPerAck);
        quickest = Math.min(quickest, performance.now() - begin);
      }
      kit.expect(quickest <= limit, `an ack within ${Math.round(limit)} ms, got ${Math.round(quickest)} ms`);
    },
  },
  {
    title: 'There are not more acks than one for 32 messages and one for 200 ms',
    async run(kit) {
      const connection = await kit.session();
      const begin = performance.now();
      const count = 640;
      for (let sent = 0; sent < count; sent += messagesPerAck) {
        connection.send(...Array.from({ length: messagesPerAck }, () => 'text'));
        await wait(1);
      }
      await connection.expectCount(count);
      const allowed = count / messagesPerAck + Math.ceil((performance.now() - begin) / ackDelay) + 1;
      kit.expect(connection.ackFrames <= allowed, `at most ${allowed} acks, got ${connection.ackFrames}`);
    },
  },
  {
    title: 'Control frames are not counted',
    async run(kit) {
      const connection = await kit.session();
      for (const text of ['a', 'b', 'c']) {
        connection.send(text);
        await connection.ping();
        connection.acknowledge(0);
        connection.sendRaw('{"rws":"x-other"}');
        connection.frame('pong', { id: 1, received: 0 });
      }
      await connection.expectCount(3);
      await wait(ackDelay * 2);
      await connection.expectCount(3);
    },
  },
  {
    title: 'Binary messages are counted',
    async run(kit) {
      const connection = await kit.session();
      connection.send(Buffer.from([1, 2, 3]), 'text', Buffer.from('{"rws":"ack","received":0}'));
      await connection.expectCount(3);
    },
  },
  {
    title: 'A message is not counted before its handler has finished',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:3000:done');
      await wait(500);
      kit.expect((await connection.ping()) === 0, 'the count 0 while the handler runs');
      await connection.expectMessages('done');
      await connection.expectCount(1);
    },
  },
  {
    title: 'A message whose handler fails is counted, and its replies are kept',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('fail:before', 'echo:after');
      await connection.expectMessages('before', 'after');
      await connection.expectCount(2);
      await connection.cut();
      const next = await connection.reopen();
      next.hello({ received: 0 });
      await next.welcome({ resumed: true, received: 2 });
      await next.expectMessages('before', 'after');
      await next.expectHandedOver([1, 'fail:before'], [2, 'echo:after']);
    },
  },
  {
    title: 'Messages of a session are handled one after the other',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:250:a', 'echo:b', 'slow:100:c', Buffer.from('echo:d'), 'echo:e');
      await connection.expectMessages('a', 'b', 'c', Buffer.from('d'), 'e');
    },
  },
  {
    title: 'A slow handler of one session does not hold up another session',
    needs: application,
    async run(kit) {
      const slow = await kit.session();
      const quick = await kit.session();
      slow.send('slow:8000:done');
      quick.send('echo:quick');
      await quick.expectMessages('quick');
      kit.expect((await slow.ping()) === 0, 'the slow handler to be running still');
    },
  },
  {
    title: 'The application gets the numbers of messages from 1, in order',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('a', Buffer.from('bb'), '', 'd');
      await connection.expectHandedOver([1, 'a'], [2, 'binary:2'], [3, ''], [4, 'd']);
    },
  },
  {
    title: 'A pong repeats the id of its ping, a number or a text',
    async run(kit) {
      const connection = await kit.session();
      for (const id of [0, 7, 2 ** 53 - 1, 'text', '', 'ü"\\']) await connection.ping(id);
    },
  },
];

export const limits: readonly CaseBody[] = [
  {
    title: 'The welcome has the window and the maxMessage that the server was given',
    needs: ['servers'],
    async run(kit) {
      const { url } = await kit.servers.shared('small', small);
      const { limits: got } = await kit.session({}, { url });
      kit.expect(got.window === small.window, `"window": ${small.window} in "welcome"`);
      kit.expect(
        got.maxMessage === small['max-message'],
        `"maxMessage": ${small['max-message']} in "welcome"`,
      );
    },
  },
  {
    title: 'With a small window half of it is acknowledged at once',
    needs: ['servers'],
    async run(kit) {
      const { url } = await kit.servers.shared('small', small);
      const connection = await kit.session({}, { url });
      let quickest = Infinity;
      for (let round = 1; round <= 20 && quickest > ackDelay * 0.6; round += 1) {
        const begin = performance.now();
        connection.send(...Array.from({ length: small.window / 2 }, () => 'text'));
        await connection.expectCount((round * small.window) / 2);
        quickest = Math.min(quickest, performance.now() - begin);
      }
      kit.expect(quickest <= ackDelay * 0.6, `an ack before 200 ms are over, got ${Math.round(quickest)} ms`);
    },
  },
  {
    title: 'A client that fills a small window again and again is never held up',
    needs: ['application', 'servers'],
    async run(kit) {
      const { url } = await kit.servers.shared('small', small);
      const connection = await kit.session({}, { url });
      for (let sent = 0; sent < 200; sent += small.window) {
        const texts = Array.from({ length: small.window }, (_, index) => `${sent + index}`);
        connection.send(...texts.map((text) => `echo:${text}`));
        await connection.expectMessages(...texts);
        await connection.expectCount(sent + small.window);
      }
    },
  },
];

export const atOnce: readonly CaseBody[] = [
  {
    title: 'The welcome is sent at once while a handler runs, with the count without its message',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('echo:first', 'slow:6000:second');
      await connection.expectMessages('first');
      await connection.expectCount(1);
      await connection.cut();
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 1 }, 5000);
      await next.expectMessages('second');
      await next.expectCount(2);
    },
  },
  {
    title: 'A number that is being handled is not handed over again; its ack follows',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:3000:once');
      await wait(200);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      next.sendRaw('slow:3000:once');
      await next.expectMessages('once');
      await next.expectCount(1);
      await next.expectHandedOver([1, 'slow:3000:once']);
      await next.quiet(200);
    },
  },
  {
    title: 'It is not handed over again either when the client comes back several times',
    needs: application,
    async run(kit) {
      let connection = await kit.session();
      connection.send('slow:4000:once');
      await wait(150);
      for (let round = 0; round < 4; round += 1) {
        connection = await connection.reopen();
        connection.hello();
        await connection.welcome({ resumed: true, received: 0 });
        connection.sendRaw('slow:4000:once');
        await wait(50);
      }
      await connection.expectMessages('once');
      await connection.expectHandedOver([1, 'slow:4000:once']);
    },
  },
  {
    title: 'A client that gets the ack before it has sent the number again skips it',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:2000:once');
      await wait(200);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      await next.expectMessages('once');
      await next.expectCount(1);
      next.sendRaw('{"rws":"skip","count":1}');
      next.send('echo:next');
      await next.expectMessages('next');
      await next.expectCount(2);
      await next.expectHandedOver([1, 'slow:2000:once'], [2, 'echo:next']);
    },
  },
  {
    title: 'Frames of the old socket that were not handed over yet are dropped at hello',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:3000:first', 'old second', 'old third');
      await wait(150);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      // Other texts than before show which ones were handed over.
      for (const text of ['slow:3000:first', 'new second', 'new third']) next.sendRaw(text);
      await next.expectMessages('first');
      await next.expectCount(3);
      await next.expectHandedOver([1, 'slow:3000:first'], [2, 'new second'], [3, 'new third']);
    },
  },
  {
    title: 'Nothing that comes on the old socket after the takeover is handed over',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
      connection.sendRaw('too late');
      await connection.expectClose(4409);
      next.send('new');
      await next.expectHandedOver([1, 'new']);
    },
  },
  {
    title: 'The ack for a message of the old socket comes on the new one',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('slow:1500:x');
      await wait(100);
      await connection.cut();
      const next = await connection.resume();
      await next.expectMessages('x');
      await next.expectCount(1);
    },
  },
];

// The section "Frames": which frames are control frames, their members, and violations.
import { type CaseBody } from '../kit/cases.js';
import { type Connection, type Kit } from '../kit/kit.js';

const application = ['application'] as const;
const helloLimit = 16_384;
const controlLimit = 1024;

/** A control frame that an unknown member fills to so many bytes. */
function padded(frame: Readonly<Record<string, unknown>>, bytes: number, filler = 'p'): string {
  const empty = Buffer.byteLength(JSON.stringify({ ...frame, pad: '' }));
  const count = Math.floor((bytes - empty) / Buffer.byteLength(filler));
  const text = JSON.stringify({ ...frame, pad: filler.repeat(count) });
  return text + ' '.repeat(bytes - Buffer.byteLength(text));
}

/** Sends a frame in a new session that breaks a rule, and expects what follows from it. */
async function violate(kit: Kit, frame: string): Promise<void> {
  const connection = await kit.session();
  connection.sendRaw(frame);
  await expectViolation(kit, connection);
  await connection.resume();
}

async function expectViolation(kit: Kit, connection: Connection): Promise<void> {
  const { reason } = await connection.expectClose(4400);
  kit.expect(reason !== '', 'a reason that names the violation');
  const { session } = connection.record;
  kit.expect(session === null || !reason.includes(session), 'a reason without the session id');
}

/** The same, for several frames, each in a session of its own. */
const violateAll = (kit: Kit, frames: readonly string[]): Promise<unknown> =>
  Promise.all(frames.map((frame) => violate(kit, frame)));

async function refuseHello(kit: Kit, members: Readonly<Record<string, unknown>>): Promise<void> {
  const connection = await kit.open();
  connection.hello(members);
  await expectViolation(kit, connection);
}

const control = (rws: string, members: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ rws, ...members });

export const frameCases: readonly CaseBody[] = [
  {
    title: 'The welcome of a new session has its members, with counts of 0',
    async run(kit) {
      const connection = await kit.open();
      connection.hello();
      const frame = await connection.welcome({ resumed: false, received: 0 });
      kit.expect(frame['v'] === 1, '"v": 1 in "welcome"');
    },
  },
  {
    title: 'A hello of 16 384 bytes is accepted',
    async run(kit) {
      const connection = await kit.open();
      const hello = { rws: 'hello', v: 1, session: null, attempt: 1, received: 0, window: 1000 };
      const { token } = kit.target;
      connection.sendRaw(padded(token === undefined ? hello : { ...hello, auth: token }, helloLimit));
      await connection.welcome({ resumed: false });
    },
  },
  {
    title: 'A hello of more than 16 384 bytes is a violation',
    async run(kit) {
      const connection = await kit.open();
      const hello = { rws: 'hello', v: 1, session: null, attempt: 1, received: 0, window: 1000 };
      connection.sendRaw(padded(hello, helloLimit + 1));
      await expectViolation(kit, connection);
    },
  },
  {
    title: 'A control frame of 1024 bytes is accepted',
    async run(kit) {
      const connection = await kit.session();
      connection.sendRaw(padded({ rws: 'ack', received: 0 }, controlLimit));
      await connection.ping();
    },
  },
  {
    title: 'A control frame of more than 1024 bytes is a violation, whatever its number of characters',
    run: async (kit) => {
      await violateAll(kit, [
        padded({ rws: 'ack', received: 0 }, controlLimit + 1),
        padded({ rws: 'ack', received: 0 }, controlLimit + 1, 'я'),
      ]);
    },
  },
  {
    title: 'Unknown members of control frames are ignored',
    async run(kit) {
      const connection = await kit.session({ colour: 'red', more: { nested: [1, null] } });
      connection.frame('ack', { received: 0, colour: 'red' });
      connection.frame('ping', { id: 1, received: 0, rest: [] });
      connection.sendRaw('{"rws":"ack","received":0,"__proto__":{"received":9},"constructor":null}');
      connection.send('text');
      await connection.expectCount(1);
    },
  },
  {
    title: 'Control frames whose names begin with x- are ignored and not counted',
    async run(kit) {
      const connection = await kit.session();
      connection.sendRaw(control('x-future', { received: 99 }));
      connection.send('first');
      connection.sendRaw(control('x-'));
      connection.send('second');
      await connection.expectCount(2);
    },
  },
  {
    title: 'An unknown control frame is a violation',
    run: async (kit) => {
      await violateAll(kit, [control('future'), control(''), control('X-future'), control('Ack')]);
    },
  },
  {
    title: 'A control frame that only a server sends is a violation',
    run: (kit) =>
      violate(
        kit,
        control('welcome', {
          ...{ v: 1, session: 'kit', resumed: false, received: 0 },
          ...{ window: 1, maxMessage: 1, ttl: 1 },
        }),
      ),
  },
  {
    title: 'A control frame that is no JSON object is a violation',
    run: async (kit) => {
      await violateAll(kit, [
        '{"rws":"ack","received":0',
        '{"rws":"',
        '{"rws":"ack","received":0}}',
        '{"rws":"ack" "received":0}',
      ]);
    },
  },
  {
    title: 'A control frame that lacks a member is a violation',
    run: async (kit) => {
      await violateAll(kit, [
        control('ack'),
        control('ping', { id: 1 }),
        control('ping', { received: 0 }),
        control('pong', { id: 1 }),
        control('skip'),
      ]);
    },
  },
  {
    title: 'A count that is no integer of at least 0 is a violation',
    run: async (kit) => {
      const wrong = ['0', -1, 0.5, null, true, 2 ** 53];
      await violateAll(
        kit,
        wrong.map((received) => control('ack', { received })),
      );
    },
  },
  {
    title: 'A skip of less than one number is a violation',
    run: async (kit) => {
      const wrong = [0, -1, 1.5, '1', null];
      await violateAll(
        kit,
        wrong.map((count) => control('skip', { count })),
      );
    },
  },
  {
    title: 'A hello that lacks a member is a violation',
    run: async (kit) => {
      const names = ['v', 'session', 'attempt', 'received', 'window'];
      await Promise.all(names.map((name) => refuseHello(kit, { [name]: undefined })));
    },
  },
  {
    title: 'A hello with a member of the wrong type is a violation',
    run: async (kit) => {
      const wrong = [
        { session: 5 },
        { attempt: '1' },
        { attempt: -1 },
        { attempt: 2 ** 53 },
        { received: '0' },
        { window: 1.5 },
      ];
      await Promise.all(wrong.map((members) => refuseHello(kit, members)));
    },
  },
  {
    title: 'A hello of an unsupported version is closed with 4406',
    async run(kit) {
      const connection = await kit.open();
      connection.hello({ v: 2 });
      await connection.expectClose(4406);
      kit.expect(connection.arrived === 0, 'no frame before the close');
    },
  },
  {
    title: 'A second hello is a violation',
    async run(kit) {
      const connection = await kit.session();
      connection.hello();
      await expectViolation(kit, connection);
      await connection.resume();
    },
  },
  {
    title: 'A count above what was sent is a violation, in each frame that has one',
    run: async (kit) => {
      await violateAll(kit, [
        control('ack', { received: 1 }),
        control('ping', { id: 1, received: 1 }),
        control('pong', { id: 1, received: 1 }),
        control('ack', { received: 2 ** 53 - 1 }),
      ]);
    },
  },
  {
    title: 'A count below an earlier one of the connection is a violation',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:2:x');
      await connection.expectMessages('x0', 'x1');
      connection.acknowledge(2);
      connection.acknowledge(1);
      await expectViolation(kit, connection);
      await connection.resume();
    },
  },
  {
    title: 'A violation in one session leaves another session of the same user alone',
    needs: application,
    async run(kit) {
      const good = await kit.session();
      const bad = await kit.session();
      bad.sendRaw(control('future'));
      await expectViolation(kit, bad);
      good.send('echo:still here');
      await good.expectMessages('still here');
    },
  },
  {
    title: 'A violation drops nothing that was handed over or sent before it',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      connection.send('many:3:x');
      await connection.expectMessages('x0');
      connection.sendRaw(control('future'));
      await expectViolation(kit, connection);
      const next = await connection.reopen();
      next.hello({ received: 1 });
      await next.welcome({ resumed: true, received: 1 });
      await next.expectMessages('x1', 'x2');
    },
  },
  {
    title: 'Text that only resembles a control frame is a message',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const texts = ['{"rws" :"bye"}', ' {"rws":"bye"}', '{"rws":1}', '{"RWS":"bye"}', '{"type":"ping"}'];
      connection.send(...texts);
      await connection.expectHandedOver(...texts.map((text, index): [number, string] => [index + 1, text]));
    },
  },
  {
    title: 'A binary frame is a message, also with the bytes of a control frame',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const bytes = Buffer.from(control('bye'));
      connection.send(bytes);
      await connection.expectHandedOver([1, `binary:${bytes.length}`]);
    },
  },
  {
    title: 'Text and binary messages arrive unchanged, empty ones too',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const texts = ['', '\u0000', 'ünï ❤ 𝄞 \ud83d\ude00', '{"type":"ping"}', 'line\r\nline', ' '];
      for (const text of texts) connection.send(`echo:${text}`);
      await connection.expectMessages(...texts);
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      connection.send(Buffer.concat([Buffer.from('echo:'), bytes]), Buffer.from('echo:'));
      await connection.expectMessages(bytes, Buffer.alloc(0));
    },
  },
  {
    title: 'Empty messages are counted',
    async run(kit) {
      const connection = await kit.session();
      connection.send('', Buffer.alloc(0), '');
      await connection.expectCount(3);
    },
  },
  {
    title: 'A message of maxMessage bytes arrives, text and binary',
    needs: application,
    async run(kit) {
      const connection = await kit.session();
      const { maxMessage } = connection.limits;
      if (maxMessage > 16 * 2 ** 20) kit.skip('maxMessage is larger than 16 MiB');
      const text = 't'.repeat(maxMessage - 'echo:'.length);
      connection.send(`echo:${text}`);
      await connection.expectMessages(text);
      connection.send(Buffer.alloc(maxMessage));
      await connection.expectCount(2);
    },
  },
  {
    title:
      'A message of more than maxMessage bytes ends the connection with a reason or 1009, not the session',
    async run(kit) {
      const connection = await kit.session();
      const { maxMessage } = connection.limits;
      if (maxMessage > 16 * 2 ** 20) kit.skip('maxMessage is larger than 16 MiB');
      connection.sendRaw('t'.repeat(maxMessage + 1));
      await connection.expectClose(1009, 4400);
      const next = await connection.reopen();
      next.hello();
      await next.welcome({ resumed: true, received: 0 });
    },
  },
];

// The client's part of the section "Frames" and of rules 4, 5, 10, 11: messages, counts, acknowledgements, the window.
import { describe, expect, it } from 'vitest';
import { slack, wait } from '../kit/peer.js';
import { createClient, openSession, server, sessionId, until, useScriptedServer } from './support.js';

useScriptedServer();

const frame = (rws: string, members: object = {}): string => JSON.stringify({ rws, ...members });

describe('frames', () => {
  it('hands messages over unchanged and control frames not at all', async () => {
    const { peer, until: events } = await openSession();
    const bytes = Buffer.from('{"rws":"bye"}');
    const messages = ['', 'ü❤\u0000', '{"type":"ping"}', '{"rws" :"bye"}', '{"rws":1}', 'x'.repeat(100_000)];
    peer.send(...messages);
    peer.sendRaw(frame('x-future', { received: 9 }));
    peer.frame('ack', { received: 0, colour: 'red' });
    await peer.ping();
    peer.send(bytes);
    const got = await events('message', 7);
    expect(got.slice(0, 6)).toEqual(messages);
    expect(Buffer.from(got[6] as ArrayBuffer)).toEqual(bytes);
    await peer.expectCount(7);
  });

  it('answers no {"type":"ping"} in a session', async () => {
    const { peer, until: events } = await openSession();
    peer.send('{"type":"ping","timestamp":1}');
    await events('message');
    await peer.quiet(200);
  });

  it.each([
    ['unknown', frame('future')],
    ['no JSON', '{"rws":"ack","received":0'],
    ['without a member', frame('ack')],
    ['with a wrong count', frame('ack', { received: -1 })],
    ['with a skip of 0', frame('skip', { count: 0 })],
    ['that only a client sends', frame('hello', { v: 1, session: null, attempt: 1, received: 0, window: 1 })],
    ['of more than 1024 bytes', frame('ack', { received: 0, pad: 'я'.repeat(600) })],
    ['with a count above what was sent', frame('ack', { received: 2 })],
    ['with a pong above what was sent', frame('pong', { id: 1, received: 2 })],
  ])('closes with 4400 after a control frame %s and keeps the session', async (_case, text) => {
    const { client, peer } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    peer.sendRaw(text);
    const { reason } = await peer.expectClose(4400);
    expect(reason).not.toBe('');
    expect(reason).not.toContain(sessionId);
    const next = await server.resume({ received: 0 });
    await next.expectMessages('a');
  });

  it('closes with 4400 after a count below an earlier one', async () => {
    const { client, peer, until: events } = await openSession();
    client.send('a');
    client.send('b');
    await peer.expectMessages('a', 'b');
    peer.acknowledge(2);
    await events('messageDelivered', 2);
    peer.acknowledge(1);
    await peer.expectClose(4400);
    await server.resume();
  });

  it('refuses text that begins like a control frame, and gives it no number', async () => {
    const { client, peer } = await openSession();
    client.send(frame('bye'));
    await expect(client.deliver('{"rws":"anything')).rejects.toThrow();
    client.send('{"rws" :"bye"}');
    client.send(new TextEncoder().encode(frame('bye')));
    await peer.expectMessages('{"rws" :"bye"}', Buffer.from(frame('bye')));
    await peer.quiet(50);
  });

  it('refuses a message of more than maxMessage bytes, and gives it no number', async () => {
    const { client, peer, until: events } = await openSession({}, { maxMessage: 10 });
    client.send('я'.repeat(6));
    await expect(client.deliver(new Uint8Array(11))).rejects.toThrow();
    client.send('я'.repeat(5));
    await peer.expectMessages('я'.repeat(5));
    const [error] = (await events('error')) as { type: string }[];
    expect(error?.type).toBe('message_too_large');
  });
});

describe('rule 4', () => {
  it('acknowledges within 200 ms after the listeners were called', async () => {
    const { peer, until: events } = await openSession();
    peer.send('a');
    await events('message');
    await peer.expectCount(1, 200 + slack);
  });

  it('acknowledges 32 messages at once, with one frame', async () => {
    const { peer } = await openSession({ session: { ackDelay: 60_000 } });
    peer.send(...Array.from({ length: 32 }, (_, index) => `m${index}`));
    await peer.expectCount(32);
    peer.send(...Array.from({ length: 31 }, (_, index) => `n${index}`));
    await wait(200);
    expect([peer.confirmed, peer.ackFrames]).toEqual([32, 1]);
  });

  it('acknowledges half of its own window at once', async () => {
    const recorded = createClient({ session: { window: 10, ackDelay: 60_000 } });
    void recorded.client.connect();
    const peer = await server.accept();
    await peer.hello({ window: 10 });
    peer.welcome();
    peer.send('a', 'b', 'c', 'd', 'e');
    await peer.expectCount(5);
  });

  it('uses ackDelay for fewer messages', async () => {
    const { peer } = await openSession({ session: { ackDelay: 300 } });
    peer.send('a', 'b');
    await wait(120);
    expect(peer.confirmed).toBe(0);
    await peer.expectCount(2, 300 + slack);
  });

  it('counts a message whose listener throws', async () => {
    const { client, peer } = await openSession();
    client.on('message', () => {
      throw new Error('a listener of the test');
    });
    peer.send('a', 'b');
    await peer.expectCount(2);
  });

  it('reports in hello what its listeners were given, and is not given it again', async () => {
    const { peer, of, until: events } = await openSession({ session: { ackDelay: 60_000 } });
    peer.send('a', 'b', 'c');
    await events('message', 3);
    await peer.cut();
    const next = await server.accept();
    await next.hello({ session: sessionId, received: 3 });
    next.welcome({ resumed: true });
    next.send('d');
    await events('message', 4);
    expect(of('message')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('resolves deliver() with the acknowledgement, in order, and not before', async () => {
    const { client, peer, of, until: events } = await openSession();
    const settled: string[] = [];
    for (const text of ['a', 'b', 'c']) void client.deliver(text).then(() => settled.push(text));
    await peer.expectMessages('a', 'b', 'c');
    await peer.ping();
    expect([settled, client.getStatus().session?.unacknowledged]).toEqual([[], 3]);
    peer.acknowledge(2);
    await events('messageDelivered', 2);
    await until('two settled promises', () => (settled.length === 2 ? true : undefined));
    expect(settled).toEqual(['a', 'b']);
    peer.frame('ping', { id: 1, received: 3 });
    await events('messageDelivered', 3);
    const ids = of('messageDelivered').map((event) => (event as { id: number }).id);
    expect(ids).toEqual([1, 2, 3]);
    const { session } = client.getStatus();
    expect(session?.unacknowledged).toBe(0);
    expect(session?.lastAcknowledgedAt).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe('rule 5', () => {
  it('takes the ack of messages that the window does not allow to send again yet, and skips them', async () => {
    const { client, peer } = await openSession();
    const delivered = Promise.all(['a', 'b', 'c'].map((text) => client.deliver(text)));
    await peer.expectMessages('a', 'b', 'c');
    await peer.cut();
    const next = await server.resume({ received: 0, window: 1 });
    await next.expectMessages('a');
    next.frame('ack', { received: 3 });
    await delivered;
    client.send('d');
    await next.expectSkip(2);
    await next.expectMessages('d');
  });

  it('takes the ack of a message that the server was still handling at welcome', async () => {
    const { client, peer } = await openSession();
    const delivered = client.deliver('slow');
    await peer.expectMessages('slow');
    await peer.cut();
    const next = await server.resume({ received: 0 });
    await next.expectMessages('slow');
    next.acknowledge(1);
    await delivered;
    await next.quiet(50);
  });
});

describe('rule 10', () => {
  it('waits with a full window, on the first connection and on the next one', async () => {
    const { client, peer } = await openSession({}, { window: 2 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) client.send(text);
    await peer.expectMessages('a', 'b');
    await peer.quiet(150);
    peer.acknowledge(1);
    await peer.expectMessages('c');
    await peer.cut();
    const next = await server.resume({ received: 1, window: 3 });
    await next.expectMessages('b', 'c', 'd');
    await next.quiet(150);
    next.acknowledge(4);
    await next.expectMessages('e');
  });

  it('reads and acknowledges while its window is full', async () => {
    const { client, peer, until: events } = await openSession({}, { window: 1 });
    client.send('a');
    client.send('b');
    await peer.expectMessages('a');
    peer.send(...Array.from({ length: 100 }, (_, index) => `m${index}`));
    await events('message', 100);
    await peer.expectCount(100);
    await peer.quiet(20);
    peer.acknowledge(1);
    await peer.expectMessages('b');
  });

  it('answers a ping at once with its id and its count', async () => {
    const { peer, until: events } = await openSession({ session: { ackDelay: 60_000 } });
    peer.send('a');
    await events('message');
    for (const id of [0, 2 ** 53 - 1, 'text', 'ü"\\']) expect(await peer.ping(id)).toBe(1);
  });

  it('takes equal counts', async () => {
    const { client, peer } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    for (let round = 0; round < 3; round += 1) peer.acknowledge(1);
    await peer.ping();
    await peer.quiet(50);
  });

  it('reports what its own queue cannot hold', async () => {
    const { client, peer, until: events } = await openSession({ maxQueueSize: 2 }, { window: 1 });
    for (const text of ['a', 'b', 'c', 'd', 'e']) client.send(text);
    await peer.expectMessages('a');
    const dropped = (await events('messageDropped', 2)) as { data: unknown; reason: string }[];
    expect(dropped.map(({ reason }) => reason)).toEqual(['overflow', 'overflow']);
    // Whatever was given up, the rest comes in order and with numbers of its own.
    const left = ['b', 'c', 'd', 'e'].filter((text) => !dropped.some(({ data }) => data === text));
    for (const text of left) {
      peer.acknowledge();
      await peer.expectMessages(text);
    }
  });
});

describe('rule 11', () => {
  it('counts the numbers that the server skips, in order', async () => {
    const { peer, of, until: events } = await openSession();
    peer.send('a');
    peer.frame('skip', { count: 3 });
    peer.send('b');
    await events('message', 2);
    await peer.expectCount(5);
    peer.frame('skip', { count: 40 });
    await peer.expectCount(45);
    await peer.cut();
    const next = await server.accept();
    await next.hello({ received: 45 });
    expect(of('message')).toEqual(['a', 'b']);
  });

  it('skips a volatile message that was lost with its connection, on each connection until acknowledged', async () => {
    const { client, peer } = await openSession();
    client.send('volatile', { volatile: true });
    client.send('b');
    await peer.expectMessages('volatile', 'b');
    let connection = peer;
    for (let round = 0; round < 2; round += 1) {
      await connection.cut();
      connection = await server.resume({ received: 0 });
      await connection.expectSkip(1);
      await connection.expectMessages('b');
    }
    connection.acknowledge(2);
    client.send('c');
    await connection.expectMessages('c');
  });
});

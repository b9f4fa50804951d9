// The client's part of rules 1, 2, 3, 8, 12: hello, what is sent again, and what becomes of a session that is lost.
import { describe, expect, it } from 'vitest';
import { wait } from '../kit/peer.js';
import { createClient, openSession, server, sessionId, useScriptedServer } from './support.js';

useScriptedServer();

describe('rule 1', () => {
  it('sends hello with its members and nothing else before welcome', async () => {
    const { client } = createClient();
    client.send('queued');
    const connected = client.connect();
    const peer = await server.accept();
    const hello = await peer.hello({ v: 1, session: null, received: 0, window: 1000 });
    expect(hello['attempt']).toBeGreaterThanOrEqual(1);
    expect(hello).not.toHaveProperty('auth');
    client.send('second');
    await peer.quiet(200);
    expect(peer.arrived).toBe(1);
    expect(client.connectionState).not.toBe('connected');
    peer.welcome();
    await connected;
    await peer.expectMessages('queued', 'second');
  });

  it('is connected only after welcome, and an attempt without it takes connectionTimeout', async () => {
    const { client, of, until: events } = createClient({ connectionTimeout: 300 });
    void client.connect().catch(() => undefined);
    const silent = await server.accept();
    await silent.hello();
    expect(of('open')).toEqual([]);
    const next = await server.accept();
    await next.hello({ session: null });
    next.welcome();
    await events('open');
    expect(of('error').filter((error) => (error as { type: string }).type === 'session_unsupported')).toEqual(
      [],
    );
  });

  it('asks for auth anew for each hello', async () => {
    let tokens = 0;
    const { peer } = await openSession({ session: { auth: () => ({ token: (tokens += 1) }) } });
    expect(tokens).toBe(1);
    await peer.cut();
    const next = await server.accept();
    expect(await next.hello()).toMatchObject({ auth: { token: 2 } });
  });

  it('waits for the promise of auth', async () => {
    const { client } = createClient({ session: { auth: () => wait(20).then(() => 'later') } });
    void client.connect();
    const peer = await server.accept();
    expect(await peer.hello()).toMatchObject({ auth: 'later' });
  });

  it('takes nothing from an older connection once it has sent hello on a newer one', async () => {
    const { client, peer, of, until: events } = await openSession();
    peer.send('one');
    await events('message');
    // The server's end does not read, so that it never learns that the client closes.
    peer.pause();
    client.reconnect();
    const next = await server.accept();
    await next.hello({ session: sessionId, received: 1 });
    peer.sendRaw('late');
    await wait(50);
    next.welcome({ resumed: true });
    next.send('two');
    await events('message', 2);
    expect(of('message')).toEqual(['one', 'two']);
  });
});

describe('rules 2 and 3', () => {
  it('sends again, in order, what the server has not received, then what is new', async () => {
    const { client, peer, until: events } = await openSession();
    for (const text of ['a', 'b', 'c']) client.send(text);
    await peer.expectMessages('a');
    await peer.cut();
    client.send('new');
    const next = await server.resume({ received: 1 });
    await next.expectMessages('b', 'c', 'new');
    await next.quiet(100);
    expect(await events('sessionResumed')).toEqual([{ resent: 2 }]);
  });

  it('keeps a message over several losses until it is acknowledged', async () => {
    const { client, peer, of } = await openSession();
    const delivered = client.deliver('kept');
    await peer.expectMessages('kept');
    let connection = peer;
    for (let round = 0; round < 3; round += 1) {
      await connection.cut();
      connection = await server.resume({ received: 0 });
      await connection.expectMessages('kept');
    }
    expect(of('messageDelivered')).toEqual([]);
    connection.acknowledge(1);
    await delivered;
    expect(of('messageDelivered')).toHaveLength(1);
    expect(of('messageUnconfirmed')).toEqual([]);
  });

  it('sends nothing again that welcome says was received, and reports it as delivered', async () => {
    const { client, peer } = await openSession();
    const delivered = Promise.all([client.deliver('a'), client.deliver('b')]);
    await peer.expectMessages('a', 'b');
    await peer.cut();
    const next = await server.resume();
    await delivered;
    await next.quiet(150);
    client.send('c');
    await next.expectMessages('c');
  });

  it('sends text, binary and Blob in order, and again as they were', async () => {
    const { client, peer } = await openSession();
    const bytes = Uint8Array.of(0, 255, 10);
    client.send('text ü\u0000');
    client.send(bytes);
    client.send(new Blob([bytes, 'blob']));
    client.send('');
    const expected = ['text ü\u0000', Buffer.from(bytes), Buffer.from([0, 255, 10, 98, 108, 111, 98]), ''];
    await peer.expectMessages(...expected);
    await peer.cut();
    const next = await server.resume({ received: 0 });
    await next.expectMessages(...expected);
  });

  it('grows attempt with each hello, also with those that nobody answered', async () => {
    const { peer } = await openSession();
    await peer.cut();
    const attempts: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const next = await server.accept();
      attempts.push(Number((await next.hello({ session: sessionId }))['attempt']));
      await next.cut();
    }
    expect(attempts.toSorted((a, b) => a - b)).toEqual(attempts);
    expect(new Set(attempts).size).toBe(3);
    expect(attempts[0]).toBeGreaterThan(1);
  });
});

describe('rule 8', () => {
  it('reports each unacknowledged message when the server knows the session no more', async () => {
    const { client, peer, of, until: events } = await openSession();
    const rejected = expect(client.deliver('a')).rejects.toThrow();
    client.send('b');
    await peer.expectMessages('a', 'b');
    await peer.cut();
    const next = await server.accept();
    await next.hello({ session: sessionId });
    next.welcome({ session: 'another-session-0123456789' });
    await rejected;
    expect(await events('sessionLost')).toEqual([{ unconfirmed: 2 }]);
    const reported = (await events('messageUnconfirmed', 2)) as { data: unknown }[];
    expect(reported.map(({ data }) => data)).toEqual(['a', 'b']);
    await next.quiet(100);
    client.send('new');
    await next.expectMessages('new');
    expect(of('sessionResumed')).toEqual([]);
  });

  it('with onSessionLost: "resend" sends them in the new session, before what is new', async () => {
    const { client, peer, of } = await openSession({ session: { onSessionLost: 'resend' } });
    const delivered = client.deliver('a');
    client.send('b');
    await peer.expectMessages('a', 'b');
    await peer.cut();
    client.send('c');
    const next = await server.accept();
    await next.hello({ session: sessionId });
    next.welcome({ session: 'another-session-0123456789' });
    await next.expectMessages('a', 'b', 'c');
    next.acknowledge(3);
    await delivered;
    expect(of('messageUnconfirmed')).toEqual([]);
  });

  it('begins the counts of a new session at 0', async () => {
    const { peer, until: events } = await openSession();
    peer.send('one', 'two');
    await events('message', 2);
    await peer.cut();
    const next = await server.accept();
    await next.hello({ session: sessionId, received: 2 });
    next.welcome({ session: 'another-session-0123456789' });
    next.send('three');
    await next.expectCount(1);
    await next.cut();
    const last = await server.accept();
    await last.hello({ session: 'another-session-0123456789', received: 1 });
  });

  it.each([
    ['beyond what it has sent', 3],
    ['below what was acknowledged', 0],
  ])('treats the session as lost when the count in welcome is %s', async (_case, received) => {
    const { client, peer, until: events } = await openSession();
    client.send('a');
    client.send('b');
    await peer.expectMessages('a', 'b');
    peer.acknowledge(1);
    await events('messageDelivered');
    await peer.cut();
    const next = await server.accept();
    await next.hello({ session: sessionId });
    next.welcome({ resumed: true, received });
    expect(await events('sessionLost')).toEqual([{ unconfirmed: 1 }]);
    const last = await server.accept();
    await last.hello({ session: null });
  });
});

describe('rule 12', () => {
  it('goes on without a session when the first frame of a server is not welcome, and says so once', async () => {
    const { client, of, until: events } = createClient();
    client.send('queued');
    void client.connect();
    const peer = await server.accept();
    await peer.hello();
    peer.sendRaw('hi');
    await peer.expectMessages('queued');
    expect(await events('message')).toEqual(['hi']);
    await peer.cut();
    const next = await server.accept();
    client.send('later');
    await next.expectMessages('later');
    expect(next.arrived).toBe(1);
    const errors = of('error') as { type: string }[];
    expect(errors.filter(({ type }) => type === 'session_unsupported')).toHaveLength(1);
    expect(client.getStatus().session).toBeNull();
  });

  it('does not conclude so from a close before welcome', async () => {
    const { client, of } = createClient();
    void client.connect().catch(() => undefined);
    for (const code of [1011, 1000, 4000]) {
      const peer = await server.accept();
      await peer.hello({ session: null });
      peer.close(code);
      if (code === 1000) void client.connect().catch(() => undefined);
    }
    await server.open();
    const errors = of('error') as { type: string }[];
    expect(errors.filter(({ type }) => type === 'session_unsupported')).toEqual([]);
  });

  it('takes another first frame for a violation once a welcome was received', async () => {
    const { client, peer, of } = await openSession();
    await peer.cut();
    const next = await server.accept();
    await next.hello({ session: sessionId });
    next.sendRaw('hi');
    await next.expectClose(4400);
    const last = await server.resume();
    client.send('still in the session');
    await last.expectMessages('still in the session');
    expect(of('message')).toEqual([]);
  });
});

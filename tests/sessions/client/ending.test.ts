// The client's part of rules 6, 7, 13 and of what stands beside the protocol: takeover, bye, secrets, handshake, status.
import { describe, expect, it, vi } from 'vitest';
import { wait } from '../kit/peer.js';
import { createClient, openSession, server, sessionId, until, useScriptedServer } from './support.js';

useScriptedServer();

describe('rule 6', () => {
  it('treats the session as lost when its hello is answered with 4409', async () => {
    const { client, peer, until: events } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    await peer.cut();
    const late = await server.accept();
    await late.hello({ session: sessionId });
    late.close(4409);
    expect(await events('sessionLost')).toEqual([{ unconfirmed: 1 }]);
    const reported = (await events('messageUnconfirmed')) as { data: unknown }[];
    expect(reported.map(({ data }) => data)).toEqual(['a']);
    const next = await server.open();
    await next.quiet(50);
  });

  it('comes back after 4409 on an open connection, with the session and a higher attempt', async () => {
    const { client, peer, of } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    peer.close(4409);
    const next = await server.accept();
    const hello = await next.hello({ session: sessionId });
    expect(hello['attempt']).toBeGreaterThan(1);
    next.welcome({ resumed: true, received: 0 });
    await next.expectMessages('a');
    expect([of('sessionTaken'), of('sessionLost')]).toEqual([[], []]);
  });

  it('stops with session_taken after two in a row', async () => {
    const { client, peer, of, until: events } = await openSession();
    peer.close(4409);
    const next = await server.resume();
    await until('the second connection', () => (client.connectionState === 'connected' ? true : undefined));
    next.close(4409);
    await events('sessionTaken');
    const errors = (await events('error')) as { type: string }[];
    expect(errors.some(({ type }) => type === 'session_taken')).toBe(true);
    await wait(200);
    expect(server.unexpected).toBe(0);
    expect(client.connectionState).toBe('failed');
    expect(of('sessionTaken')).toHaveLength(1);
  });
});

describe('rule 7', () => {
  it('shows the session id, payloads and auth in no log, status or error', async () => {
    const lines: unknown[][] = [];
    const methods = ['debug', 'info', 'log', 'warn', 'error'] as const;
    for (const method of methods) {
      vi.spyOn(console, method).mockImplementation((...line: unknown[]) => void lines.push(line));
    }
    const options = { logLevel: 'debug', session: { auth: () => 'secret-token' } };
    const { client, peer, events, until: waitFor } = await openSession(options);
    client.send('secret-payload');
    await peer.expectMessages('secret-payload');
    peer.sendRaw(JSON.stringify({ rws: 'future', session: sessionId }));
    await peer.expectClose(4400);
    const next = await server.accept();
    await next.hello({ session: sessionId });
    next.close(4409);
    await waitFor('sessionLost');
    const closes = events.filter(([name]) => name !== 'messageUnconfirmed');
    const shown = JSON.stringify([lines, closes, client.getStatus()]);
    vi.restoreAllMocks();
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [sessionId, 'secret-token', 'secret-payload']) expect(shown).not.toContain(secret);
  });
});

describe('rule 13', () => {
  it('disconnect() sends bye after the messages and waits for the close of the server', async () => {
    const { client, peer, of, until: events } = await openSession();
    const delivered = client.deliver('last');
    client.disconnect();
    await peer.expectMessages('last');
    await peer.expectBye();
    await wait(50);
    expect(peer.isClosed).toBe(false);
    peer.acknowledge(1);
    peer.close(1000);
    await delivered;
    await events('close');
    expect(client.connectionState).toBe('disconnected');
    expect(of('messageUnconfirmed')).toEqual([]);
  });

  it('reports what the server has not acknowledged when it closes after bye', async () => {
    const { client, peer, until: events } = await openSession();
    const rejected = expect(client.deliver('a')).rejects.toThrow();
    client.send('b');
    client.disconnect();
    await peer.expectMessages('a', 'b');
    await peer.expectBye();
    peer.close(1000);
    await rejected;
    const reported = (await events('messageUnconfirmed', 2)) as { data: unknown }[];
    expect(reported.map(({ data }) => data)).toEqual(['a', 'b']);
  });

  it('begins a new session with the next connect()', async () => {
    const { client, peer } = await openSession();
    client.disconnect();
    await peer.expectBye();
    peer.close(1000);
    await until('the end', () => (client.connectionState === 'disconnected' ? true : undefined));
    void client.connect();
    await server.open({ session: 'another-session-0123456789' });
  });

  it('answers bye of the server with a last ack and 1000, after what came before', async () => {
    const { client, peer, of, until: events } = await openSession({ session: { ackDelay: 60_000 } });
    client.send('never acknowledged');
    await peer.expectMessages('never acknowledged');
    peer.send('a', 'b');
    peer.frame('bye');
    await peer.expectClose(1000);
    expect(peer.confirmed).toBe(2);
    expect(of('message')).toEqual(['a', 'b']);
    expect(await events('messageUnconfirmed')).toHaveLength(1);
  });

  it('resumes after the close of a server that shuts down', async () => {
    const { client, peer } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    peer.close(1012);
    const next = await server.resume({ received: 0 });
    await next.expectMessages('a');
  });
});

describe('beside the protocol', () => {
  it('runs the handshake after resumed: false only, and counts its messages', async () => {
    let handshakes = 0;
    const handshake = async (connection: {
      send(data: unknown): void;
      receive(): Promise<unknown>;
    }): Promise<void> => {
      handshakes += 1;
      connection.send('login');
      await connection.receive();
    };
    const { client, until: events } = createClient({ handshake });
    client.send('queued');
    void client.connect();
    const peer = await server.open();
    await peer.expectMessages('login');
    peer.send('granted');
    await peer.expectMessages('queued');
    await peer.expectCount(1);
    await events('open');
    await peer.cut();
    const next = await server.resume();
    client.send('later');
    await next.expectMessages('later');
    expect(handshakes).toBe(1);
  });

  it('shows unacknowledged messages and resumptions in the status, and null without a session', async () => {
    const { client, peer, until: events } = await openSession();
    client.send('a');
    await peer.expectMessages('a');
    expect(client.getStatus().session).toMatchObject({ unacknowledged: 1, resumptions: 0 });
    await peer.cut();
    await server.resume();
    await events('messageDelivered');
    expect(client.getStatus().session).toMatchObject({ unacknowledged: 0, resumptions: 1 });
    expect(createClient({ session: false }).client.getStatus().session).toBeNull();
  });

  it('uses the heartbeat of the session and no other', async () => {
    const { peer } = await openSession({ pingInterval: 40 });
    await until('three pings', () => (peer.pings >= 3 ? true : undefined));
    await peer.quiet(50);
  });

  it('gives a connection up whose pings are not answered, and resumes on the next one', async () => {
    const { client, peer } = await openSession({ pingInterval: 40, pongTimeout: 60 });
    peer.answersPings = false;
    client.send('a');
    await peer.expectMessages('a');
    const next = await server.resume({ received: 0 });
    await next.expectMessages('a');
  });
});

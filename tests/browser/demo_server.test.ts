// Checks that the demo's server speaks the backend's protocol, and that its control panel rejects other
// sites.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDemo, type Demo } from '../../demo/server/supervisor.js';

interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Client {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  readonly send: (frame: unknown) => void;
  /** The first frame of this type; waits for it if necessary. */
  readonly frame: (type: string) => Promise<Frame>;
}

let demo: Demo;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  const buildFolder = fileURLToPath(new URL('../../build/demo', import.meta.url));
  demo = await startDemo({ port: 0, pagePort: 0, buildFolder });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

afterAll(() => demo.close());

function connect(path: string, protocols: string[] = []): Client {
  const socket = new WebSocket(`ws://127.0.0.1:${demo.port}${path}`, protocols);
  const frames: Frame[] = [];
  sockets.push(socket);
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  const find = (type: string): Frame | undefined => frames.find((frame) => frame.type === type);
  return {
    socket,
    frames,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    frame: (type) => vi.waitUntil(() => find(type), { timeout: 20_000 }),
  };
}

async function connected(path: string, protocols: string[] = []): Promise<Client> {
  const client = connect(path, protocols);
  await client.frame('connection_established');
  return client;
}

describe('the server of the demo', () => {
  it('sends a ping with its time in seconds before connection_established', async () => {
    const { frames } = await connected('/session/17?token=demo-a');
    expect(frames.map(({ type }) => type)).toEqual(['ping', 'connection_established']);
    expect(frames[0]?.['timestamp']).toBeCloseTo(Date.now() / 1000, -1);
    expect(frames[1]?.['payload']).toMatchObject({ session_id: 17 });
  });

  it.each(['/general?token=wrong', '/general', '/elsewhere?token=demo'])(
    'rejects %s with 403',
    async (path) => {
      const { socket } = connect(path);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).toBe(403);
    },
  );

  it('takes the token from the subprotocol after bearer, and answers with bearer only', async () => {
    const { socket, frames } = await connected('/session/17', ['other', 'bearer', 'demo']);
    expect(socket.protocol).toBe('bearer');
    expect(frames[1]?.['payload']).toMatchObject({ user_id: 1, session_id: 17 });
  });

  it.each([['bearer'], ['demo'], ['demo', 'bearer'], ['bearer', 'wrong'], ['bearer', 'other', 'demo']])(
    'rejects the subprotocols %s %s %s with 403',
    async (...protocols) => {
      const { socket } = connect('/general', protocols);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      expect(response.statusCode).toBe(403);
    },
  );

  it('sends pongs and typing frames to every connection of the user and to no other user', async () => {
    const first = await connected('/general?token=demo-b');
    const second = await connected('/general?token=demo-b');
    const otherUser = await connected('/general?token=demo-c');
    first.send({ type: 'ping', timestamp: 123.5 });
    first.send({ type: 'typing', is_typing: true, session_id: 4 });
    otherUser.send({ type: 'ping', timestamp: 9 });
    for (const client of [first, second]) {
      expect(await client.frame('pong')).toEqual({ type: 'pong', timestamp: 123.5 });
      expect(await client.frame('typing')).toMatchObject({ is_typing: true, session_id: 4 });
    }
    expect(await otherUser.frame('pong')).toEqual({ type: 'pong', timestamp: 9 });
    expect(otherUser.frames.map(({ type }) => type)).not.toContain('typing');
  });

  it.each([
    { code: 'invalid_json', frame: 'not json' },
    { code: 'unknown_message_type', frame: { type: 'dance' } },
    { code: 'message_too_large', frame: { type: 'typing', padding: 'я'.repeat(32_768) } },
    { code: 'message_processing_error', frame: { type: 'new_message', content: 'x', session_id: 999_999 } },
  ])('answers with the error $code and keeps the connection', async ({ code, frame }) => {
    const client = await connected('/general?token=demo-d');
    client.send(frame);
    expect(await client.frame('error')).toMatchObject({ error_code: code });
    client.send({ type: 'ping', timestamp: 1 });
    await client.frame('pong');
  });

  it('keeps the history after kill -9, with the unfinished answer marked as interrupted', async () => {
    const history = `${demo.url}api/sessions`;
    const created: unknown = await (await fetch(`${history}?token=demo-e`, { method: 'POST' })).json();
    const { id } = created as { id: number };
    const client = await connected(`/session/${id}?token=demo-e`);
    client.send({ type: 'new_message', content: 'count to 900', client_id: 'mine' });
    await client.frame('message_update');
    const { pid } = demo.control.status;
    demo.control.run('kill', { seconds: 0 });
    const [code] = (await once(client.socket, 'close')) as [number];
    expect(code).toBe(1006);
    const isRestarted = (): boolean =>
      demo.control.status.phase === 'running' && demo.control.status.pid !== pid;
    await vi.waitUntil(isRestarted, { timeout: 30_000 });
    await connected(`/session/${id}?token=demo-e`);
    const messages: unknown = await (await fetch(`${history}/${id}/messages?token=demo-e`)).json();
    expect(messages).toMatchObject([
      {
        role: 'user',
        content: 'count to 900',
        message_metadata: { client_id: 'mine', progress: 'complete' },
      },
      { role: 'assistant', message_metadata: { progress: 'interrupted' } },
    ]);
  });
});

describe('a connection with sessions in its address', () => {
  const hello = (session: string | null, attempt: number): unknown => ({
    ...{ rws: 'hello', v: 1, session, attempt },
    ...{ received: 0, window: 100 },
  });
  const welcomeOf = async ({ frames }: Client): Promise<Frame> =>
    await vi.waitUntil(() => frames.find(({ rws }) => rws === 'welcome'), { timeout: 20_000 });

  it('gets nothing before its hello, then welcome, and resumes its session after kill -9', async () => {
    const path = '/session/17?sessions&token=demo-f';
    const first = connect(path);
    await once(first.socket, 'open');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(first.frames).toEqual([]);
    first.send(hello(null, 1));
    const { session, resumed } = await welcomeOf(first);
    expect([typeof session, resumed]).toEqual(['string', false]);
    expect(await first.frame('connection_established')).toMatchObject({ payload: { session_id: 17 } });
    first.send({ type: 'typing', is_typing: true });
    await first.frame('typing');
    const { pid } = demo.control.status;
    demo.control.run('kill', { seconds: 0 });
    await once(first.socket, 'close');
    const isRestarted = (): boolean =>
      demo.control.status.phase === 'running' && demo.control.status.pid !== pid;
    await vi.waitUntil(isRestarted, { timeout: 30_000 });
    const second = connect(path);
    await once(second.socket, 'open');
    second.send(hello(String(session), 2));
    expect(await welcomeOf(second)).toMatchObject({ session, resumed: true, received: 1 });
  });

  it('resumes no session of another user or chat', async () => {
    const first = connect('/session/17?sessions&token=demo-g');
    await once(first.socket, 'open');
    first.send(hello(null, 1));
    const { session } = await welcomeOf(first);
    for (const path of ['/session/17?sessions&token=demo-h', '/session/18?sessions&token=demo-g']) {
      const other = connect(path);
      await once(other.socket, 'open');
      other.send(hello(String(session), 2));
      expect((await welcomeOf(other))['resumed']).toBe(false);
    }
  });

  it('is a plain one if its first frame is no hello', async () => {
    const { socket, frames, send, frame } = connect('/general?sessions&token=demo-i');
    await once(socket, 'open');
    send({ type: 'ping', timestamp: 5 });
    expect(await frame('pong')).toEqual({ type: 'pong', timestamp: 5 });
    expect(frames.slice(0, 2).map(({ type }) => type)).toEqual(['ping', 'connection_established']);
  });
});

describe('the control panel of the demo', () => {
  const kill = (headers: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(`${demo.url}control/kill`, { method: 'POST', headers, body: '{"seconds":1}' });

  it('rejects a form of another site', async () => {
    const { pid } = demo.control.status;
    expect((await kill({ 'content-type': 'text/plain' })).status).toBe(400);
    expect(demo.control.status).toMatchObject({ phase: 'running', pid });
  });

  it.each([
    ['kill', { seconds: -1 }],
    ['close', { code: 1006 }],
    ['close', { code: 1000, reason: 'я'.repeat(62) }],
    ['faults', { latency: -1 }],
    ['faults', { gravity: true }],
    ['explode', {}],
  ])('rejects %s with %j and a reason', (act, body) => {
    expect(demo.control.run(act, body)).toHaveProperty('error');
  });
});

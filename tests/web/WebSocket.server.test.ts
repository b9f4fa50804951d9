// The class `WebSocket` with sockets of the package ws and a real server on loopback: what the tests of
// reconnecting-websocket 4 describe. Nothing waits for a time: each step follows from an event.
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as PackageWebSocket, WebSocketServer, type WebSocket as Peer } from 'ws';
import WebSocket, { type WebSocketOptions, type WebSocketProtocols } from '../../web/websocket/index.js';
import { type UrlSource } from '../../web/index.js';

let server: WebSocketServer;
let url: string;
const sockets: WebSocket[] = [];
const others: Server[] = [];

beforeEach(async () => {
  vi.stubGlobal('WebSocket', PackageWebSocket);
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.client.destroy();
  for (const peer of server.clients) peer.terminate();
  server.close();
  for (const other of others.splice(0)) other.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const quick = { minReconnectionDelay: 5, maxReconnectionDelay: 10 };

function create(
  options: WebSocketOptions = {},
  protocols?: WebSocketProtocols,
  address: UrlSource = url,
): WebSocket {
  const socket = new WebSocket(address, protocols, { ...quick, ...options });
  sockets.push(socket);
  return socket;
}

function next<Type extends 'open' | 'message' | 'error' | 'close'>(
  socket: WebSocket,
  type: Type,
): Promise<Event> {
  return new Promise((resolve) => {
    socket.addEventListener(type, resolve, { once: true });
  });
}

const toText = (data: unknown) => String(data);

/** The server sends back what it gets, as text or as binary. */
function echo(): void {
  server.on('connection', (peer) =>
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary })),
  );
}

/** The address of a port on which nothing listens. */
async function refusingUrl(): Promise<string> {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  return `ws://127.0.0.1:${port}/`;
}

describe('a connection', () => {
  it('has the URL, and the protocol that the server chose', async () => {
    for (const [protocols, protocol] of [
      ['foobar', 'foobar'],
      [['first', 'second'], 'first'],
      [() => 'computed', 'computed'],
      [undefined, ''],
      [null, ''],
    ] as const) {
      const socket = create({}, protocols);
      await next(socket, 'open');
      expect([socket.url, socket.protocol, socket.extensions, socket.bufferedAmount]).toEqual([
        url,
        protocol,
        '',
        0,
      ]);
      socket.close();
      await next(socket, 'close');
      expect([socket.url, socket.readyState]).toEqual([url, socket.CLOSED]);
    }
  });

  it('carries messages both ways, and is closed with code and reason', async () => {
    echo();
    const socket = create();
    expect(socket.readyState).toBe(socket.CONNECTING);
    await next(socket, 'open');
    expect(socket.readyState).toBe(socket.OPEN);
    socket.send('hello');
    expect(await next(socket, 'message')).toMatchObject({
      data: 'hello',
      origin: url.slice(0, -1),
      target: socket,
    });
    socket.binaryType = 'arraybuffer';
    socket.send(new Uint8Array([1, 2, 3]));
    const { data } = (await next(socket, 'message')) as MessageEvent<ArrayBuffer>;
    expect(new Uint8Array(data)).toEqual(new Uint8Array([1, 2, 3]));
    socket.close(4000, 'some reason');
    expect(socket.readyState).toBe(socket.CLOSING);
    expect(await next(socket, 'close')).toMatchObject({ code: 4000, reason: 'some reason', wasClean: true });
    expect(socket.readyState).toBe(socket.CLOSED);
  });

  it('gives the server what was sent before it was open, in order and before what `open` sends', async () => {
    const received: string[] = [];
    server.on('connection', (peer) => peer.on('message', (data) => received.push(toText(data))));
    const socket = create();
    const messages = ['message1', 'message2', 'message3'];
    for (const message of messages) socket.send(message);
    expect(socket.bufferedAmount).toBe(24);
    socket.onopen = () => {
      socket.send('ok');
      socket.close();
    };
    await next(socket, 'close');
    expect(received).toEqual([...messages, 'ok']);
  });

  it('has one close event, however often close() is called', async () => {
    const socket = create();
    const closes = vi.fn();
    socket.onclose = closes;
    await next(socket, 'open');
    const closed = next(socket, 'close');
    for (let call = 0; call < 3; ++call) socket.close();
    await closed;
    await new Promise(setImmediate);
    expect(closes).toHaveBeenCalledTimes(1);
  });

  it('that is closed before it is open never opens, and has one close event', async () => {
    const socket = create();
    const [opens, closes] = [vi.fn(), vi.fn()];
    socket.onopen = opens;
    socket.onclose = closes;
    socket.close();
    await next(socket, 'close');
    await new Promise(setImmediate);
    expect([opens, closes].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  });
});

describe('a lost connection', () => {
  it('is opened again when the server closes it', async () => {
    let connections = 0;
    server.on('connection', (peer: Peer) => {
      if (++connections < 3) peer.close();
    });
    const socket = create();
    for (let round = 0; round < 2; ++round) {
      await next(socket, 'open');
      expect(await next(socket, 'close')).toMatchObject({ code: 1005 });
    }
    await next(socket, 'open');
    expect(connections).toBe(3);
  });

  it('is opened again when its server has been killed and started again', async () => {
    const socket = create();
    await next(socket, 'open');
    const { port } = server.address() as AddressInfo;
    for (const peer of server.clients) peer.terminate();
    server.close();
    await next(socket, 'close');
    socket.send('meanwhile');
    await next(socket, 'error');
    server = new WebSocketServer({ port, host: '127.0.0.1' });
    const received = new Promise((resolve) => {
      server.on('connection', (peer) => peer.on('message', (data) => resolve(toText(data))));
    });
    await next(socket, 'open');
    expect(await received).toBe('meanwhile');
  });

  it('stays closed when the listener of close says so', async () => {
    const codes = [4000, 4001];
    server.on('connection', (peer) => {
      const code = codes.shift() ?? 4002;
      peer.close(code, String(code));
    });
    const socket = create();
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      socket.onclose = ({ code, reason }) => {
        seen.push(code);
        expect(reason).toBe(String(code));
        if (code !== 4001) return;
        socket.close();
        resolve();
      };
    });
    expect([socket.readyState, seen]).toEqual([socket.CLOSED, [4000, 4001]]);
  });
});

describe('reconnect()', () => {
  it('opens a new connection, with its reason in the close event of the last', async () => {
    echo();
    const socket = create({}, 'foobar');
    const reasons: string[] = [];
    let rounds = 0;
    socket.onopen = () => {
      ++rounds;
      expect([socket.protocol, socket.readyState]).toEqual(['foobar', socket.OPEN]);
      socket.send('hello');
    };
    socket.onmessage = ({ data }) => {
      expect(data).toBe('hello');
      if (rounds < 3) socket.reconnect(1000, 'reconnect');
      else socket.close(1000, 'close');
      expect([socket.retryCount, socket.readyState]).toEqual([0, socket.CLOSING]);
    };
    await new Promise<void>((resolve) => {
      socket.onclose = ({ reason }) => {
        expect(socket.url).toBe(url);
        reasons.push(reason);
        if (rounds === 3) resolve();
      };
    });
    expect([reasons, socket.readyState]).toEqual([['reconnect', 'reconnect', 'close'], socket.CLOSED]);
  });

  it('may be called before the first connection, several times', async () => {
    const socket = create();
    socket.reconnect();
    socket.reconnect();
    await next(socket, 'open');
  });

  it('opens a socket that starts closed, or was closed', async () => {
    const socket = create({ startClosed: true });
    expect(socket.readyState).toBe(socket.CLOSED);
    socket.reconnect();
    await next(socket, 'open');
    socket.close();
    await next(socket, 'close');
    socket.reconnect();
    await next(socket, 'open');
  });
});

describe('attempts that fail', () => {
  it('are not followed by a retry with maxRetries: 0', async () => {
    const socket = create({ maxRetries: 0 }, [], await refusingUrl());
    const error = next(socket, 'error');
    const close = next(socket, 'close');
    expect(await error).toMatchObject({ message: expect.stringContaining('ECONNREFUSED') as string });
    expect(await close).toMatchObject({ code: 1006, wasClean: false });
    expect([socket.retryCount, socket.readyState]).toEqual([0, socket.CLOSED]);
  });

  it.each([1, 5])('are %i retries at most, if maxRetries says so', async (maxRetries) => {
    const socket = create({ maxRetries }, [], await refusingUrl());
    const counts: number[] = [];
    await new Promise<void>((resolve) => {
      socket.onclose = () => {
        counts.push(socket.retryCount);
        if (socket.readyState === socket.CLOSED) resolve();
      };
    });
    expect(counts).toHaveLength(maxRetries + 1);
    expect(Math.max(...counts)).toBe(maxRetries);
  });

  it('keep the queue and the handlers', async () => {
    const socket = create({ maxRetries: 2 }, [], await refusingUrl());
    const handler = () => undefined;
    socket.onopen = handler;
    socket.onmessage = handler;
    for (let count = 0; count < 10; ++count) socket.send('message');
    for (let attempt = 0; attempt < 3; ++attempt) {
      await next(socket, 'error');
      expect([socket.bufferedAmount, socket.onopen, socket.onmessage]).toEqual([70, handler, handler]);
    }
  });

  it('by a server that does not answer end with TIMEOUT', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    others.push(silent);
    await once(silent, 'listening');
    const address = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const socket = create({ connectionTimeout: 50, maxRetries: 1 }, [], address);
    for (let attempt = 0; attempt < 2; ++attempt) {
      expect(await next(socket, 'error')).toMatchObject({ message: 'TIMEOUT' });
    }
    expect(socket.retryCount).toBe(1);
  });
});

it('asks a function for the URL of each attempt, and waits for its promise', async () => {
  const refusing = await refusingUrl();
  const urls = [refusing, url];
  const socket = create({}, null, () => Promise.resolve(urls.shift() ?? refusing));
  expect(socket.url).toBe('');
  await next(socket, 'open');
  expect([socket.url, urls]).toEqual([url, []]);
});

it('opens its sockets with the class of the option WebSocket', async () => {
  vi.stubGlobal('WebSocket', undefined);
  const socket = create({ WebSocket: PackageWebSocket });
  await next(socket, 'open');
  expect(socket.client.ws).toBeInstanceOf(PackageWebSocket);
});

it('has the types of binary messages that the package ws has', async () => {
  const socket = create();
  expect(socket.binaryType).toBe('blob');
  await next(socket, 'open');
  expect(socket.binaryType).toBe('blob');
  socket.binaryType = 'nodebuffer' as BinaryType;
  expect(socket.binaryType).toBe('nodebuffer');
});

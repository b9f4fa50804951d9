// How `message` events of the class `WebSocket` reach its listeners: a single plain listener gets an event with the members of
// the platform's own one, all others a new event of the platform with the same data, origin and target.
import { describe, expect, it, test, vi } from 'vitest';
import WebSocket from '../../web/websocket/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

/** A connected WebSocket without listeners. */
async function connect(): Promise<WebSocket> {
  const socket = new WebSocket(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  return socket;
}

/** Fires an event at the newest scripted socket, as a platform does. */
function fire(data: unknown): MessageEvent {
  const event = new MessageEvent('message', { data, origin: 'wss://server.test' });
  const below = new EventTarget();
  below.addEventListener('message', (dispatched) => ScriptedWebSocket.last.onmessage?.(dispatched));
  below.dispatchEvent(event);
  return event;
}

const single: [string, (socket: WebSocket, listener: (event: MessageEvent) => void) => void][] = [
  [
    'a listener',
    (socket, listener) => {
      socket.addEventListener('message', listener);
    },
  ],
  [
    'a handler',
    (socket, listener) => {
      socket.onmessage = listener;
    },
  ],
  [
    'a listener that was added twice',
    (socket, listener) => {
      socket.addEventListener('message', listener);
      socket.addEventListener('message', listener);
    },
  ],
  [
    'a listener and one that was removed',
    (socket, listener) => {
      const removed = vi.fn();
      socket.addEventListener('message', removed);
      socket.addEventListener('message', listener);
      socket.removeEventListener('message', removed);
    },
  ],
];

describe.each(single)('%s', (_name, listen) => {
  it('gets an event with the members of that of the platform, at the WebSocket', async () => {
    const socket = await connect();
    const listener = vi.fn((event: MessageEvent) => {
      expect(event.target).toBe(socket);
      expect(event.currentTarget).toBe(socket);
      expect(event.composedPath()).toEqual([socket]);
    });
    listen(socket, listener);
    const events = [fire('one'), fire('two')];
    const given = listener.mock.calls.map(([event]) => event);
    expect(given.map(({ data }) => data as unknown)).toEqual(['one', 'two']);
    expect(given.map(({ timeStamp }) => timeStamp)).toEqual(events.map(({ timeStamp }) => timeStamp));
    expect(listener.mock.contexts).toEqual([socket, socket]);
    expect(given[0]).toBeInstanceOf(MessageEvent);
    expect(events[0]).toMatchObject({ data: 'one', origin: 'wss://server.test', type: 'message' });
  });
});

const others: [string, (socket: WebSocket, listener: (event: MessageEvent) => void) => void][] = [
  [
    'with options',
    (socket, listener) => {
      socket.addEventListener('message', listener, { passive: true });
    },
  ],
  [
    'for the capturing phase',
    (socket, listener) => {
      socket.addEventListener('message', listener, true);
    },
  ],
  [
    'that is an object',
    (socket, listener) => {
      socket.addEventListener('message', { handleEvent: listener });
    },
  ],
  [
    'beside another one',
    (socket, listener) => {
      socket.addEventListener('message', listener);
      socket.addEventListener('message', () => undefined);
    },
  ],
  [
    'beside a handler',
    (socket, listener) => {
      socket.onmessage = () => undefined;
      socket.addEventListener('message', listener);
    },
  ],
  [
    'of another type that stands for "message"',
    (socket, listener) => {
      socket.addEventListener({ toString: () => 'message' } as never, listener as never);
      socket.addEventListener('message', () => undefined);
    },
  ],
];

describe.each(others)('a listener %s', (_name, listen) => {
  it('gets a new event', async () => {
    const socket = await connect();
    const listener = vi.fn();
    listen(socket, listener);
    const event = fire('one');
    expect(listener).toHaveBeenCalledExactlyOnceWith(expect.any(MessageEvent));
    expect(listener.mock.calls[0]?.[0]).not.toBe(event);
    expect(listener.mock.calls[0]?.[0]).toMatchObject({
      data: 'one',
      origin: 'wss://server.test',
      target: socket,
    });
  });
});

test('with Zone.js a listener gets a new event, because Zone.js then calls it in its zone', async () => {
  vi.stubGlobal('Zone', {});
  const socket = await connect();
  const listener = vi.fn();
  socket.addEventListener('message', listener);
  const event = fire('one');
  expect(listener.mock.calls[0]?.[0]).not.toBe(event);
});

test('a listener with once, a signal or a removal in another form is called as often as the platform would call it', async () => {
  const socket = await connect();
  const [once, ended, removed, kept] = [vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  const aborter = new AbortController();
  socket.addEventListener('message', once, { once: true });
  socket.addEventListener('message', ended, { signal: aborter.signal });
  socket.addEventListener('message', removed);
  socket.removeEventListener('message', removed, { capture: false });
  socket.addEventListener('message', kept);
  socket.removeEventListener('message', kept, { capture: true });
  fire('one');
  aborter.abort();
  fire('two');
  const counts = [once, ended, removed, kept].map((listener) => listener.mock.calls.length);
  expect(counts).toEqual([1, 1, 0, 2]);
});

test('an error of the listener is reported, and the next message is delivered', async () => {
  const report = vi.fn();
  vi.stubGlobal('reportError', report);
  const socket = await connect();
  const error = new Error('of the listener');
  socket.addEventListener('message', () => {
    throw error;
  });
  fire('one');
  fire('two');
  expect(report.mock.calls).toEqual([[error], [error]]);
  expect(socket.readyState).toBe(socket.OPEN);
});

test('messages that arrive inside of a listener come after it, each with its own data', async () => {
  const socket = await connect();
  const order: unknown[] = [];
  socket.addEventListener('message', ({ data }) => {
    order.push(`begin ${String(data)}`);
    if (data === 'one') {
      fire('two');
      fire('two');
      fire('three');
    }
    order.push(`end ${String(data)}`);
  });
  fire('one');
  expect(order).toEqual(['one', 'two', 'two', 'three'].flatMap((data) => [`begin ${data}`, `end ${data}`]));
});

test('an event that a page dispatches reaches the listener', async () => {
  const socket = await connect();
  const listener = vi.fn();
  socket.addEventListener('message', listener);
  const event = new MessageEvent('message', { data: 'own' });
  socket.dispatchEvent(event);
  expect(listener).toHaveBeenCalledExactlyOnceWith(event);
});

test('a listener that removes itself is not called again, and one that it adds gets the next message', async () => {
  const socket = await connect();
  const second = vi.fn();
  const first = vi.fn(() => {
    socket.removeEventListener('message', first);
    socket.addEventListener('message', second);
  });
  socket.addEventListener('message', first);
  fire('one');
  fire('two');
  expect(first).toHaveBeenCalledTimes(1);
  expect(second).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ data: 'two' }));
});

test('an event that a double makes without a prototype is replaced by one of the platform', async () => {
  const socket = await connect();
  const listener = vi.fn();
  socket.addEventListener('message', listener);
  ScriptedWebSocket.last.onmessage?.(Object.assign(Object.create(null), { data: 'one' }) as never);
  expect(listener.mock.calls).toEqual([[expect.any(MessageEvent)]]);
});

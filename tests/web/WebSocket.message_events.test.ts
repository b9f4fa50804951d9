// The `message` event that a single listener of the class `WebSocket` gets: its members, read at once and later, and the
// events of test doubles.
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import WebSocket from '../../web/websocket/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

/** A connected WebSocket. What it does as an EventTarget is real, also for the socket below. */
async function connect(): Promise<{ socket: WebSocket; below: EventTarget }> {
  const socket = new WebSocket(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  return { socket, below: createTarget() };
}

/** Stands for the socket below, which calls its handler. */
function createTarget(): EventTarget {
  const below = new EventTarget();
  const { last } = ScriptedWebSocket;
  below.addEventListener('message', (event) => last.onmessage?.(event));
  return below;
}

/** The platform dispatches an event at the socket below. */
function fire(below: EventTarget, data: unknown = 'one'): MessageEvent {
  const event = new MessageEvent('message', { data });
  below.dispatchEvent(event);
  return event;
}

/** Where an event is. Two targets are equal for `toEqual()`, so that each has a name. */
function positionOf(event: Event, named: Record<string, EventTarget>): unknown[] {
  const nameOf = (target: EventTarget | null): unknown =>
    target === null ? null : (Object.keys(named).find((name) => named[name] === target) ?? 'unknown');
  const { target, currentTarget } = event;
  const other = Reflect.get(event, 'srcElement') as EventTarget;
  return [...[target, other, currentTarget].map(nameOf), event.composedPath().map(nameOf)];
}

const atSocket = ['socket', 'socket', 'socket', ['socket']];

/** What a listener that keeps its events gets. */
function keepEvents(socket: WebSocket): MessageEvent[] {
  const kept: MessageEvent[] = [];
  socket.onmessage = (event) => kept.push(event);
  return kept;
}

test('an event is at the WebSocket while its listener runs, and at no object later', async () => {
  const { socket, below } = await connect();
  const positions: unknown[] = [];
  const kept: MessageEvent[] = [];
  socket.onmessage = (event) => {
    kept.push(event);
    positions.push(positionOf(event, { socket }));
  };
  const given = fire(below);
  expect(positions).toEqual([atSocket]);
  expect(kept).toEqual([given]);
  expect(kept[0]).toBe(given);
  expect(kept.map((event) => positionOf(event, { socket }))).toEqual([['socket', 'socket', null, []]]);
});

test('an event has the members of the event of the platform, which its class reads', async () => {
  const { socket, below } = await connect();
  const kept = keepEvents(socket);
  const init = { data: { a: 1 }, origin: 'o', lastEventId: '7' };
  below.dispatchEvent(new MessageEvent('message', init));
  const [event] = kept;
  expect([event?.type, event?.data]).toEqual(['message', init.data]);
  for (const name of ['data', 'origin', 'lastEventId'] as const)
    expect(Reflect.get(MessageEvent.prototype, name, event)).toBe(init[name]);
});

test('an event is one of the class MessageEvent', async () => {
  const { socket, below } = await connect();
  const kept = keepEvents(socket);
  const given = fire(below);
  const [event] = kept;
  expect(event).toBeInstanceOf(MessageEvent);
  expect(event).toBeInstanceOf(Event);
  expect(event?.constructor).toBe(MessageEvent);
  expect(Object.prototype.toString.call(event)).toBe(Object.prototype.toString.call(given));
  expect(inspect(event)).toContain('message');
});

test('what a listener does to an event is done to that of the platform', async () => {
  const { socket, below } = await connect();
  const later = vi.fn();
  socket.onmessage = (event) => {
    event.stopImmediatePropagation();
    expect(Reflect.set(event, 'cancelBubble', true)).toBe(true);
  };
  below.addEventListener('message', later);
  const given = fire(below);
  expect(later).not.toHaveBeenCalled();
  expect(Reflect.get(given, 'cancelBubble')).toBe(true);
});

test('a copy of an event can be dispatched at another object', async () => {
  const { socket, below } = await connect();
  const kept = keepEvents(socket);
  fire(below);
  const other = new EventTarget();
  const targets: unknown[] = [];
  other.addEventListener('message', (event) => targets.push((event as MessageEvent).data, event.target));
  for (const { type, data } of kept) other.dispatchEvent(new MessageEvent(type, { data: data as unknown }));
  expect(targets).toEqual(['one', other]);
  expect(targets[1]).toBe(other);
});

test('an event can be dispatched again, but not by its listener', async () => {
  const { socket, below } = await connect();
  const other = new EventTarget();
  const listener = vi.fn();
  other.addEventListener('message', listener);
  const errors: unknown[] = [];
  socket.onmessage = (event) => {
    try {
      other.dispatchEvent(event);
    } catch (error) {
      errors.push(error);
    }
  };
  const given = fire(below);
  expect(errors).toHaveLength(1);
  expect(listener).not.toHaveBeenCalled();
  other.dispatchEvent(given);
  expect(listener).toHaveBeenCalledExactlyOnceWith(given);
});

test('a listener may freeze its event', async () => {
  const { socket } = await connect();
  const kept: MessageEvent[] = [];
  socket.onmessage = (event) => kept.push(Object.freeze(event));
  // Node cannot dispatch an event that its listener freezes; browsers can.
  for (const data of ['one', 'two'])
    ScriptedWebSocket.last.onmessage?.(new MessageEvent('message', { data }));
  expect(kept.map(({ data }) => data as unknown)).toEqual(['one', 'two']);
});

test('an event that comes while a listener runs is at the WebSocket, too', async () => {
  const { socket, below } = await connect();
  const positions: unknown[] = [];
  socket.onmessage = (event) => {
    if (event.data === 'one') fire(below, 'two');
    positions.push([event.data, ...positionOf(event, { socket })]);
  };
  fire(below);
  expect(positions).toEqual([
    ['one', ...atSocket],
    ['two', ...atSocket],
  ]);
});

test('after a reconnection the events are those of the new socket', async () => {
  const { socket, below } = await connect();
  const positions: unknown[] = [];
  socket.onmessage = (event) => positions.push([event.data as unknown, ...positionOf(event, { socket })]);
  fire(below);
  socket.reconnect();
  ScriptedWebSocket.last.open();
  fire(createTarget(), 'two');
  expect(positions).toEqual([
    ['one', ...atSocket],
    ['two', ...atSocket],
  ]);
});

test('one event for two WebSockets is at each of them', async () => {
  const first = await connect();
  const second = await connect();
  const targets: unknown[] = [];
  const listener = (event: MessageEvent): void => {
    targets.push(event.target);
  };
  first.socket.onmessage = listener;
  second.socket.onmessage = listener;
  const last = ScriptedWebSocket.last;
  first.below.addEventListener('message', (event) => last.onmessage?.(event));
  fire(first.below);
  expect(targets).toHaveLength(2);
  expect(targets[0]).toBe(first.socket);
  expect(targets[1]).toBe(second.socket);
});

test('the members of the event are enumerable, as in every event', async () => {
  const { socket, below } = await connect();
  const names = new Set<string>();
  socket.onmessage = (event) => {
    for (const name in event) names.add(name);
  };
  fire(below);
  const usual = new Set<string>();
  for (const name in new MessageEvent('message')) usual.add(name);
  expect(names).toEqual(usual);
});

test('an event that a test double does not dispatch is at the WebSocket', async () => {
  const { socket } = await connect();
  const positions: unknown[] = [];
  socket.onmessage = (event) => positions.push([event.data as unknown, ...positionOf(event, { socket })]);
  ScriptedWebSocket.last.onmessage?.(new MessageEvent('message', { data: 'one' }));
  expect(positions).toEqual([['one', ...atSocket]]);
});

test('an event to which a test double has given a target has the WebSocket as its target', async () => {
  const { socket } = await connect();
  const listener = vi.fn();
  socket.onmessage = listener;
  const event = new MessageEvent('message', { data: 'one' });
  const { last } = ScriptedWebSocket;
  const own = { value: last, enumerable: true, writable: true };
  Object.defineProperties(event, { target: own, currentTarget: own });
  last.onmessage?.(event);
  expect(listener).toHaveBeenCalledTimes(1);
  const [[got] = []] = listener.mock.calls as [MessageEvent][];
  expect(got?.data).toBe('one');
  expect(got?.target).toBe(socket);
  expect(event.target).toBe(last);
});

test('an event that cannot be changed is delivered', async () => {
  const { socket } = await connect();
  const listener = vi.fn();
  socket.onmessage = listener;
  const below = new EventTarget();
  const { last } = ScriptedWebSocket;
  below.addEventListener('message', (event) => last.onmessage?.(Object.preventExtensions(event)));
  fire(below);
  expect(listener).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ data: 'one' }));
});

test("an event has its members, too, where they are own properties of the platform's event, as in happy-dom", async () => {
  class OwnMembersEvent extends Event {
    readonly data: unknown;
    readonly origin: string;
    readonly ports: readonly unknown[] = [];

    constructor(type: string, { data, origin = '' }: MessageEventInit = {}) {
      super(type);
      this.data = data;
      this.origin = origin;
    }
  }
  vi.resetModules();
  vi.stubGlobal('MessageEvent', OwnMembersEvent);
  if (!('WebAssembly' in globalThis)) await import('./support/without_wasm.js');
  const { default: FreshWebSocket } = await import('../../web/websocket/index.js');
  const socket = new FreshWebSocket(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  const kept = keepEvents(socket);
  fire(createTarget());
  expect(kept).toMatchObject([{ data: 'one', origin: expect.any(String) as string, ports: [] }]);
  expect(kept[0]?.target).toBe(socket);
});

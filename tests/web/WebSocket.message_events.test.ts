// The `message` event that a single listener of the class `WebSocket` gets: its members, read at once and later, and the
// events of test doubles.
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import WebSocket from '../../web/websocket/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

/** A connected WebSocket and a target below it. Both are real EventTargets; only the connection is scripted. */
async function connect(): Promise<{ socket: WebSocket; below: EventTarget }> {
  const socket = new WebSocket(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  return { socket, below: createTarget() };
}

/** An EventTarget in place of the platform's socket: it passes its events to the handler of the scripted socket. */
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

/** The targets of an event by their names, because any two targets are equal for `toEqual()`. */
function positionOf(event: Event, named: Record<string, EventTarget>): unknown[] {
  const nameOf = (target: EventTarget | null): unknown =>
    target === null ? null : (Object.keys(named).find((name) => named[name] === target) ?? 'unknown');
  const { target, currentTarget } = event;
  const srcElement = Reflect.get(event, 'srcElement') as EventTarget;
  return [...[target, srcElement, currentTarget].map(nameOf), event.composedPath().map(nameOf)];
}

const atSocket = ['socket', 'socket', 'socket', ['socket']];

/** A connected WebSocket of the class as it is loaded now: the platform may have been changed before. */
async function connectFresh(): Promise<WebSocket> {
  vi.resetModules();
  if (!('WebAssembly' in globalThis)) await import('./support/without_wasm.js');
  const { default: FreshWebSocket } = await import('../../web/websocket/index.js');
  const socket = new FreshWebSocket(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  return socket;
}

/** What a listener that keeps its events gets. */
function keepEvents(socket: WebSocket): MessageEvent[] {
  const kept: MessageEvent[] = [];
  socket.onmessage = (event) => kept.push(event);
  return kept;
}

test('an event has the WebSocket as its target while its listener runs, and later', async () => {
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
  expect(kept.map((event) => positionOf(event, { socket }))).toEqual([atSocket]);
});

test('the getters of the class of an event read its members', async () => {
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
  // Not dispatched: Node's dispatchEvent throws if a listener freezes the event.
  for (const data of ['one', 'two'])
    ScriptedWebSocket.last.onmessage?.(new MessageEvent('message', { data }));
  expect(kept.map(({ data }) => data as unknown)).toEqual(['one', 'two']);
});

test('an event that comes while a listener runs has the WebSocket as its target, too', async () => {
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

test('one event for two WebSockets has each of them as its target', async () => {
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

test('an event that a test double does not dispatch has the WebSocket as its target', async () => {
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

test('events whose members are own properties, as in happy-dom, keep them', async () => {
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
  vi.stubGlobal('MessageEvent', OwnMembersEvent);
  const socket = await connectFresh();
  const kept = keepEvents(socket);
  fire(createTarget());
  expect(kept).toMatchObject([{ data: 'one', origin: expect.any(String) as string, ports: [] }]);
  expect(kept[0]?.target).toBe(socket);
});

test('a function that is added with the option false counts as one without options', async () => {
  const { socket, below } = await connect();
  const kept: Event[] = [];
  const listener = (event: Event): void => void kept.push(event);
  socket.addEventListener('message', listener, false);
  const given = fire(below);
  socket.removeEventListener('message', listener, false);
  fire(below);
  expect(kept).toHaveLength(1);
  expect(kept[0]).toBe(given);
});

test('the message is not kept after its delivery', async () => {
  const { socket, below } = await connect();
  socket.onmessage = () => undefined;
  const create = (): WeakRef<object> => {
    const data = { large: true };
    fire(below, data);
    return new WeakRef(data);
  };
  const message = create();
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  vi.useRealTimers();
  await vi.waitFor(
    () => {
      collectGarbage();
      // A failed assertion about the object itself would keep it.
      expect(message.deref() === undefined).toBe(true);
    },
    { timeout: 5000, interval: 1 },
  );
  expect(socket.readyState).toBe(1);
});

test('a derived class may override addEventListener: a handler is removed all the same', async () => {
  class Logging extends WebSocket {
    override addEventListener(
      ...[type, listener, options]: Parameters<EventTarget['addEventListener']>
    ): void {
      const own = (event: Event): void => void (listener as (event: Event) => unknown)(event);
      super.addEventListener(type, listener && own, options);
    }
  }
  const socket = new Logging(serverUrl, null, { jitter: 0 });
  await settle();
  ScriptedWebSocket.last.open();
  const below = createTarget();
  const [one, two] = [vi.fn(), vi.fn()];
  socket.onmessage = one;
  socket.onmessage = null;
  socket.onmessage = two;
  fire(below);
  expect([one, two].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});

test('messages arrive where the platform has no MessageEvent, as in React Native', async () => {
  vi.stubGlobal('MessageEvent', undefined);
  const socket = await connectFresh();
  const kept = keepEvents(socket);
  ScriptedWebSocket.last.onmessage?.({ type: 'message', data: 'one' });
  const origin = new URL(serverUrl).origin;
  expect(kept).toMatchObject([{ type: 'message', data: 'one', origin, lastEventId: '', ports: [] }]);
  expect(kept[0]).toBeInstanceOf(Event);
  expect(kept[0]?.target).toBe(socket);
  expect(Object.prototype.toString.call(kept[0])).toBe('[object MessageEvent]');
});

test('an Observable of the platform gets the messages beside a single listener', async () => {
  const { prototype } = EventTarget as { prototype: EventTarget & { when?: unknown } };
  expect(prototype.when).toBeUndefined();
  prototype.when = function (this: EventTarget, type: string) {
    return { subscribe: (listener: (event: Event) => void) => addListener.call(this, type, listener) };
  };
  const addListener = prototype.addEventListener;
  try {
    const socket = await connectFresh();
    const calls: unknown[] = [];
    socket.onmessage = () => calls.push('handler');
    const { when } = socket as unknown as {
      when: (type: string) => { subscribe: (next: () => void) => void };
    };
    when.call(socket, 'message').subscribe(() => calls.push('observer'));
    fire(createTarget());
    expect(calls).toEqual(['handler', 'observer']);
  } finally {
    delete prototype.when;
  }
});

// Compares web/core/core.d.ts with the built module, both ways.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CoreClient, type CoreListener } from '#core';
import { core, makeClient, openClient, receive, send } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

const readSource = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const contract = ts.createSourceFile(
  'core.d.ts',
  readSource('web/core/core.d.ts'),
  ts.ScriptTarget.Latest,
  true,
);

/** Members of an interface of the contract: name and number of parameters, -1 for one that is no method. */
function members(interfaceName: string): Record<string, number> {
  const found = contract.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === interfaceName,
  );
  if (found === undefined || !ts.isInterfaceDeclaration(found))
    throw new Error(`No interface ${interfaceName}.`);
  return Object.fromEntries(
    found.members.map((member) => [
      member.name?.getText() ?? '',
      ts.isMethodSignature(member) ? member.parameters.length : -1,
    ]),
  );
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the module keeps its contract', () => {
  it('has the methods of CoreClient, and no others', () => {
    const { prototype } = core.ResilientWebSocket as unknown as { prototype: CoreClient };
    const names = Object.keys(members('CoreClient'));
    expect(Object.getOwnPropertyNames(prototype).sort()).toEqual(['constructor', ...names].sort());
  });

  it('gives the methods of CoreClient their numbers of parameters', () => {
    const { prototype } = core.ResilientWebSocket as unknown as { prototype: CoreClient };
    for (const [name, count] of Object.entries(members('CoreClient'))) {
      if (name === 'delete') continue; // embind's own
      // Newer versions of embind count the arguments of a call only with assertions; all keep this number.
      const method = Reflect.get(prototype, name) as { argCount: number };
      expect([name, method.argCount]).toEqual([name, count]);
    }
  });

  it('has the functions of CoreModule', () => {
    const classes = ['ResilientWebSocket', 'WebSocket'];
    const own = Object.keys(members('CoreModule')).filter((name) => !classes.includes(name));
    for (const name of own) expect([name, typeof Reflect.get(core, name)]).toEqual([name, 'function']);
    const plain = Object.keys(core).filter((name) => name.startsWith('_rws'));
    expect(plain.sort()).toEqual(own.filter((name) => name.startsWith('_rws')).sort());
  });

  it('demands the methods of CoreListener, and no others', () => {
    const names = Object.keys(members('CoreListener'));
    const listener = Object.fromEntries(names.map((name) => [name, () => undefined]));
    const construct = (given: object): CoreClient => new core.ResilientWebSocket(given as CoreListener, 1);
    for (const name of names) {
      expect(() => construct({ ...listener, [name]: undefined })).toThrow(
        new TypeError(`The listener has no method ${name}`),
      );
    }
    construct(listener).delete();
  });

  it('gives a snapshot with the members of CoreSnapshot, and no others', () => {
    const { connection } = makeClient();
    expect(Object.keys(connection.snapshot()).sort()).toEqual(Object.keys(members('CoreSnapshot')).sort());
    connection.delete();
  });

  it('gives every member of a snapshot its type', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    ScriptedSocket.install();
    const client = makeClient();
    const { connection } = client;
    const before = connection.snapshot();
    expect(before).toMatchObject({
      isAttempting: false,
      newestQueued: 0,
      nextAttemptAt: null,
      lastPong: null,
      lastConnectedAt: null,
      errorRate: 0,
    });
    connection.connect();
    ScriptedSocket.last.onopen?.();
    connection.textReceived(1, '{"type":"pong"}');
    vi.advanceTimersByTime(250);
    expect(connection.snapshot()).toEqual({
      ...before,
      isAttempting: true,
      isHealthy: true,
      totalConnections: 1,
      lastConnectedAt: 1_700_000_000_000,
      lastPong: 1_700_000_000_000,
      connectionDuration: 250,
    });
    send(client, 1);
    ScriptedSocket.last.onclose?.();
    expect(connection.snapshot()).toMatchObject({
      isAttempting: false,
      nextAttemptAt: 1_700_000_001_250,
      lastDisconnectedAt: 1_700_000_000_250,
      recommendations: ['contactSupport'],
      reconnectAttempts: 1,
      consecutiveErrors: 1,
      totalMessages: 1,
      totalErrors: 1,
      errorRate: 1,
      connectionDuration: 250,
    });
    connection.delete();
  });

  it('answers send() with whether a socket has the message', () => {
    ScriptedSocket.install();
    const client = makeClient();
    expect(send(client, 1)).toBe(false);
    expect(client.connection.send(2, 1, true, true, -1, false)).toBe(false);
    expect(client.argumentsOf('discarded')).toEqual([[2]]);
    client.connection.setOption('maxMessageSize', 10);
    expect(send(client, 3, 11)).toBe(false);
    expect(client.argumentsOf('messageTooLarge')).toEqual([[11, 10]]);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(send(client, 4)).toBe(true);
    client.connection.delete();
  });

  it('names the limit and the marker of control frames', () => {
    expect(core.maxControlFrame()).toBe(512);
    expect('{"type":"ping"}').toContain(core.controlFrameMarker());
    expect('{"type":"pong"}').toContain(core.controlFrameMarker());
  });

  it('asks for the size of a text that was not measured where it matters', () => {
    ScriptedSocket.install();
    const client = openClient({ sizeOf: () => 30 });
    const { connection } = client;
    expect(connection.send(1, 10, false, false, -1, false)).toBe(true);
    expect(core._rwsTrySendNow(connection.id(), 2, 10, false)).toBe(1);
    expect(core._rwsTrySendNow(connection.id(), 3, 10, true)).toBe(1);
    expect(client.argumentsOf('sizeOf')).toEqual([]);
    ScriptedSocket.last.bufferedAmount = 41;
    ScriptedSocket.last.onclose?.();
    expect(new Set(client.argumentsOf('sizeOf').map(([message]) => message))).toEqual(new Set([1, 2]));
    expect(connection.snapshot()).toMatchObject({ queuedMessages: 3, newestQueued: 3 });
    connection.delete();
  });
});

describe('what the module is given is checked', () => {
  const construct = core.ResilientWebSocket as unknown as new (...values: unknown[]) => unknown;

  it('a client needs a listener and a seed', () => {
    expect(() => new construct()).toThrow();
  });

  it('a client cannot be made without new', () => {
    const call = core.ResilientWebSocket as unknown as (...values: unknown[]) => unknown;
    expect(() => call({}, 1)).toThrow(TypeError);
  });

  it('a method needs a client', () => {
    const { connect } = (core.ResilientWebSocket as unknown as { prototype: CoreClient }).prototype;
    expect(() => {
      connect.call({});
    }).toThrow('The object is no ResilientWebSocket');
  });

  it.each(Object.keys(members('CoreListener')))('a listener without %s is refused by name', (name) => {
    const methods = Object.keys(members('CoreListener')).filter((other) => other !== name);
    const listener = Object.fromEntries(methods.map((method) => [method, () => undefined]));
    expect(() => new construct(listener as unknown as CoreListener, 1)).toThrow(name);
  });

  it('the plain functions ignore what names no client, no message and no attempt', () => {
    ScriptedSocket.install();
    const client = openClient();
    const id = client.connection.id();
    for (const bad of [NaN, -1, 0.5, id + 0.5, Infinity, 2 ** 53, id + 1]) {
      expect(core._rwsTrySendNow(bad, 1, 1, true)).toBe(0);
      core._rwsFrameReceived(bad, 1);
    }
    for (const bad of [NaN, -1, 0, 0.5, Infinity]) {
      expect(core._rwsTrySendNow(id, bad, 1, true)).toBe(0);
      core._rwsFrameReceived(id, bad);
    }
    expect(client.connection.snapshot()).toMatchObject({ totalMessages: 0 });
    client.connection.delete();
  });

  it('a refusal of what is no message takes no message back', () => {
    ScriptedSocket.install();
    const client = openClient();
    const { connection } = client;
    for (const id of [1, 2]) expect(send(client, id)).toBe(true);
    for (const bad of [NaN, -1, 0, 0.5, Infinity]) connection.messageRefused(1, bad, false);
    expect(connection.snapshot()).toMatchObject({ queuedMessages: 0, totalMessages: 2, totalErrors: 0 });
    connection.messageRefused(1, 2, false);
    expect(connection.snapshot()).toMatchObject({ queuedMessages: 1, newestQueued: 2, totalMessages: 1 });
    connection.delete();
  });

  it('the id of a deleted client names nothing, though its place is used again', () => {
    ScriptedSocket.install();
    const old = openClient();
    const id = old.connection.id();
    old.connection.delete();
    const next = openClient();
    expect(next.connection.id()).not.toBe(id);
    expect(core._rwsTrySendNow(id, 1, 1, true)).toBe(0);
    core._rwsFrameReceived(id, 1);
    expect(core._rwsTrySendNow(next.connection.id(), 1, 1, true)).toBe(0); // the first message arms the confirmation
    expect(send(next, 1)).toBe(true);
    receive(next, 1);
    next.connection.delete();
  });
});

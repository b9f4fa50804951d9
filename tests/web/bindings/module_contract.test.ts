// Owns the agreement of web/core/core.d.ts with the built module, both ways.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BoundConnection } from '#core';
import { CoreConnection } from '../../../web/core/connection.js';
import { core, makeClient, send } from './support/client.js';
import { ScriptedSocket } from './support/scripted_socket.js';

const sourceOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const contract = ts.createSourceFile(
  'core.d.ts',
  sourceOf('web/core/core.d.ts'),
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

const bindings = sourceOf('wasm_bindings/bindings.cpp');

/** Parameters of a function of bindings.cpp. */
function parametersOf(functionName: string): string[] {
  const definition = new RegExp(`\\b${functionName}\\(([^)]*)\\) (?:const )?\\{`).exec(bindings);
  if (definition === null) throw new Error(`There is no function ${functionName} in bindings.cpp.`);
  return (definition[1] ?? '').split(',').filter((parameter) => parameter.trim() !== '');
}

/** Names bound by `.function` (of the class) or `emscripten::function`, with their numbers of parameters. */
function bound(prefix: RegExp): Record<string, number> {
  const found = bindings.matchAll(new RegExp(`${prefix.source}function\\("(\\w+)", &(\\w+)`, 'g'));
  return Object.fromEntries(
    [...found].map(([, name = '', functionName = '']) => [
      name,
      parametersOf(functionName).filter((parameter) => !parameter.includes('Driver&')).length,
    ]),
  );
}

/** The texts and numbers that delegate.cpp passes to each method of the facade; undefined for numbers without a list. */
function told(): Record<string, { hasText: boolean; numbers: number | undefined }> {
  const source = sourceOf('wasm_bindings/delegate.cpp');
  const calls = source.matchAll(/\bcall\(\s*"(\w+)"([^;]*)\);/g);
  return Object.fromEntries(
    [...calls].map(([, name = '', rest = '']) => {
      const list = /\{(.*)\}/s.exec(rest)?.[1];
      const numbers =
        list === undefined ? 0 : list.replaceAll(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '').split(',').length;
      const hasText = /^,\s*[^{\s]/.test(rest);
      return [name, { hasText, numbers }];
    }),
  );
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the module keeps its contract', () => {
  it('has the methods of BoundConnection, and no others', () => {
    const { delete: inherited, ...own } = members('BoundConnection');
    const { prototype } = core.ResilientWebSocket as unknown as { prototype: BoundConnection };
    expect(Object.getOwnPropertyNames(prototype).sort()).toEqual(['constructor', ...Object.keys(own)].sort());
    expect(inherited).toBe(0);
    expect(prototype.delete).toBeInstanceOf(Function);
  });

  it('gives the methods of BoundConnection their numbers of parameters', () => {
    const { delete: ofEmbind, ...wanted } = members('BoundConnection');
    expect(ofEmbind).toBe(0);
    expect(bound(/\n {6}\./)).toEqual(wanted);
  });

  it('exports the plain functions of CoreModule, with their numbers of parameters', () => {
    const wanted = Object.entries(members('CoreModule')).filter(([name]) => name.startsWith('_rws'));
    const exported = Object.keys(core).filter((name) => name.startsWith('_rws'));
    expect(exported.sort()).toEqual(wanted.map(([name]) => name).sort());
    for (const [name, count] of wanted) {
      expect([name, parametersOf(name.slice(1)).length]).toEqual([name, count]);
    }
  });

  it('constructs a connection from a seed, and from nothing less', () => {
    const construct = core.ResilientWebSocket as unknown as new (...values: unknown[]) => unknown;
    expect(() => new construct()).toThrow('expected (1) parameters');
  });

  it('tells what the port and the delegate can hear, and nothing else', () => {
    const port = members('CorePort');
    const heard = { ...members('CoreDelegate'), ...port };
    const calls = told();
    // Told from other places: the native socket, and a list of any length.
    const elsewhere = ['socketCreated', 'delegate', 'address'];
    expect(Object.keys(calls).sort()).toEqual(
      Object.keys(heard)
        .filter((name) => !elsewhere.includes(name))
        .sort(),
    );
    for (const [name, { hasText, numbers }] of Object.entries(calls)) {
      if (name === 'optionRead') continue;
      expect([name, (numbers ?? 0) + Number(hasText)]).toEqual([name, heard[name]]);
    }
  });

  it('reaches the port by the names that its class has', () => {
    const { delegate, address, ...methods } = members('CorePort');
    expect([delegate, address]).toEqual([-1, -1]);
    const own = Object.getOwnPropertyNames(CoreConnection.prototype);
    expect(own).toEqual(expect.arrayContaining(Object.keys(methods)));
    // What is meant for the delegate must not end at a method of the connection.
    const meant = Object.keys(members('CoreDelegate')).filter((name) => own.includes(name));
    expect(meant.filter((name) => !(name in methods))).toEqual([]);
  });

  it('calls the delegate from delegate.cpp only', () => {
    expect(sourceOf('wasm_bindings/driver.cpp')).not.toContain('rwsTell');
  });

  it('gives a snapshot with the members of CoreSnapshot, and no others', () => {
    const { connection } = makeClient();
    const snapshot = connection.snapshot();
    expect(Object.keys(snapshot).sort()).toEqual(Object.keys(members('CoreSnapshot')).sort());
    connection.delete();
  });

  it('gives every member of a snapshot its type', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    ScriptedSocket.install();
    const client = makeClient();
    const { connection } = client;
    const before = connection.snapshot();
    expect(before).toMatchObject({
      nextAttemptAt: null,
      lastPong: null,
      lastConnectedAt: null,
      errorRate: 0,
    });
    connection.connect();
    ScriptedSocket.last.onopen?.();
    connection.receivedText(1, '{"type":"pong"}');
    vi.advanceTimersByTime(250);
    expect(connection.snapshot()).toEqual({
      ...before,
      isHealthy: true,
      totalConnections: 1,
      lastConnectedAt: 1_700_000_000_000,
      lastPong: 1_700_000_000_000,
      connectionDuration: 250,
    });
    send(client, 1);
    ScriptedSocket.last.onclose?.();
    expect(connection.snapshot()).toMatchObject({
      nextAttemptAt: 1_700_000_001_250,
      lastDisconnectedAt: 1_700_000_000_250,
      recommendations: ['contactSupport'],
      reconnectAttempts: 1,
      consecutiveErrors: 1,
      totalMessages: 1,
      totalErrors: 1,
      errorRate: 1,
      connectionDuration: 0,
    });
    connection.delete();
  });

  it('answers send() with the numbers of SendOutcomes', () => {
    ScriptedSocket.install();
    const client = makeClient();
    expect(send(client, 1)).toBe(1);
    expect(client.connection.send(2, 1, false, true, -1)).toBe(3);
    client.connection.setOption('maxMessageSize', 10);
    expect(send(client, 3, 11)).toBe(2);
    expect(client.told('tooLarge')).toEqual([[11, 10]]);
    client.connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(send(client, 4)).toBe(0);
    client.connection.delete();
  });

  it('names the limit and the marker of control frames', () => {
    expect(core.controlFrameLimit()).toBe(512);
    const { connection } = makeClient();
    const { controlFrameMarker } = connection.describe();
    expect('{"type":"ping"}').toContain(controlFrameMarker);
    expect('{"type":"pong"}').toContain(controlFrameMarker);
    connection.delete();
  });

  it('asks for the size of a text that was not measured when it matters', () => {
    ScriptedSocket.install();
    const client = makeClient({ sizeOf: () => 30 });
    const { connection } = client;
    expect(connection.handOverAtOnce(1, 10, false)).toBe(false);
    expect(connection.send(1, 10, false, false, -1, false)).toBe(4);
    connection.connect();
    ScriptedSocket.last.onopen?.();
    expect(connection.send(1, 10, false, false, -1, false)).toBe(0);
    expect(connection.handOverAtOnce(2, 10, false)).toBe(true);
    expect(connection.handOverAtOnce(3, 10, true)).toBe(true);
    expect(client.told('sizeOf')).toEqual([]);
    ScriptedSocket.last.bufferedAmount = 41;
    ScriptedSocket.last.onclose?.();
    expect(client.told('sizeOf')).toEqual([[1], [2]]);
    expect(connection.snapshot()).toMatchObject({ queuedMessages: 3 });
    connection.delete();
  });
});

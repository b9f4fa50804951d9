// Owns the agreement of web/core/core.d.ts with the built module, both ways.
import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CoreConnection } from '#core';
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

/** Arguments of a call in C++, of which the text after the opening parenthesis is given. */
function countArguments(text: string): number {
  let depth = 0;
  let count = 1;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')' && depth-- === 0) return count;
    if (character === ',' && depth === 0) count += 1;
  }
  throw new Error('The call does not end.');
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the module keeps its contract', () => {
  it('has the methods of CoreConnection, and no others', () => {
    const { delete: inherited, ...own } = members('CoreConnection');
    const { prototype } = core.ResilientWebSocket as unknown as { prototype: CoreConnection };
    expect(Object.getOwnPropertyNames(prototype).sort()).toEqual(['constructor', ...Object.keys(own)].sort());
    expect(inherited).toBe(0);
    expect(prototype.delete).toBeInstanceOf(Function);
  });

  it('gives the methods of CoreConnection their numbers of parameters', () => {
    const { delete: ofEmbind, ...wanted } = members('CoreConnection');
    expect(ofEmbind).toBe(0);
    expect(bound(/\n {6}\./)).toEqual(wanted);
  });

  it('exports the members of CoreModule, and gives them their numbers of parameters', () => {
    const { ResilientWebSocket: ofTheClass, ...wanted } = members('CoreModule');
    expect(ofTheClass).toBe(-1);
    expect(bound(/emscripten::/)).toEqual(wanted);
    expect(core).toMatchObject(
      Object.fromEntries(Object.keys(wanted).map((name) => [name, expect.any(Function) as unknown])),
    );
  });

  it('constructs a connection from a delegate and a seed, and from nothing less', () => {
    const construct = core.ResilientWebSocket as unknown as new (...values: unknown[]) => unknown;
    expect(() => new construct({})).toThrow('expected (2) parameters');
  });

  it('calls the methods of CoreDelegate with their numbers of parameters, and no others', () => {
    const source = sourceOf('wasm_bindings/delegate.cpp');
    const calls = [...source.matchAll(/facade_\.call<\w+>\("(\w+)"/g)].map((match) => [
      match[1] ?? '',
      countArguments(source.slice(match.index + match[0].length - (match[1] ?? '').length - 2)) - 1,
    ]);
    expect(Object.fromEntries(calls)).toEqual(members('CoreDelegate'));
    expect(calls).toHaveLength(Object.keys(members('CoreDelegate')).length);
  });

  it('calls the delegate from delegate.cpp only', () => {
    expect(sourceOf('wasm_bindings/driver.cpp')).not.toMatch(/call<(void|bool|double)>/);
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
    expect('{"type":"ping"}').toContain(core.controlFrameMarker());
    expect('{"type":"pong"}').toContain(core.controlFrameMarker());
  });
});

// The class `WebSocket` of the entry `./websocket` as an interface: shape, constructor, properties, as WHATWG WebSockets and
// Web IDL have them.
import { describe, expect, it, test, vi } from 'vitest';
import WebSocket, { WebSocket as Named } from '../../web/websocket/index.js';
import { ResilientWebSocket, UnsupportedEnvironmentError } from '../../web/index.js';
import { serverUrl, settle, useScriptedWorld } from './support/harness.js';
import { ScriptedWebSocket } from './support/scripted_web_socket.js';
import { createOpen, createSocket, record, useSockets } from './support/sockets.js';

useScriptedWorld();
useSockets();

const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };

describe('the interface object', () => {
  it('is the default export too, and has the name and the lengths of the platform', () => {
    expect(Named).toBe(WebSocket);
    expect([WebSocket.name, WebSocket.length]).toEqual(['WebSocket', 1]);
    expect([WebSocket.prototype.send.length, WebSocket.prototype.close.length]).toEqual([1, 0]);
  });

  it('has the constants, which cannot be changed, on itself and on its instances', async () => {
    const { socket } = await createSocket();
    expect(socket).toMatchObject(constants);
    for (const owner of [WebSocket, WebSocket.prototype]) {
      for (const [name, value] of Object.entries(constants)) {
        expect(Object.getOwnPropertyDescriptor(owner, name)).toEqual({
          value,
          enumerable: true,
          writable: false,
          configurable: false,
        });
      }
    }
  });

  it('has exactly the members of the standard as enumerable ones', () => {
    const members = [
      ...['url', 'readyState', 'bufferedAmount', 'onopen', 'onerror', 'onclose', 'extensions', 'protocol'],
      ...['close', 'onmessage', 'binaryType', 'send', ...Object.keys(constants)],
    ];
    expect(Object.keys(WebSocket.prototype).sort()).toEqual(members.sort());
    expect(Object.keys(WebSocket).sort()).toEqual(Object.keys(constants).sort());
    const loop: string[] = [];
    for (const name in WebSocket.prototype) loop.push(name);
    expect(loop).toEqual(expect.arrayContaining(members));
  });

  it('makes objects that are EventTargets, with the tag WebSocket, and no properties of their own', async () => {
    const { socket } = await createSocket();
    expect(socket).toBeInstanceOf(EventTarget);
    expect(Object.prototype.toString.call(socket)).toBe('[object WebSocket]');
    expect(Object.keys(socket)).toEqual([]);
  });

  it('inherits from EventTarget without a class between them', () => {
    expect(Object.getPrototypeOf(WebSocket)).toBe(EventTarget);
    expect(Object.getPrototypeOf(WebSocket.prototype)).toBe(EventTarget.prototype);
  });

  it('is a class that can be extended, and cannot be called', async () => {
    class Own extends WebSocket {}
    const { socket } = record(new Own(serverUrl));
    await settle();
    expect(socket).toBeInstanceOf(Own);
    const call = () => {
      Reflect.apply(WebSocket as unknown as () => void, undefined, [serverUrl]);
    };
    expect(call).toThrow(TypeError);
  });

  it('throws a TypeError where an argument is missing', async () => {
    const { socket } = await createSocket();
    expect(() => Reflect.construct(WebSocket, []) as unknown).toThrow(TypeError);
    expect(() => Reflect.apply(socket.send.bind(socket), undefined, [] as never)).toThrow(TypeError);
    expect(socket.bufferedAmount).toBe(0);
  });

  it('has getters that refuse other objects', () => {
    expect(() => Reflect.get(WebSocket.prototype, 'readyState') as unknown).toThrow(TypeError);
  });
});

describe('the constructor', () => {
  it.each(['http //', 'ftp://server.test', 'wss://server.test/#part', '', 'relative'])(
    'throws a SyntaxError for the URL %j',
    (url) => {
      const create = () => new WebSocket(url);
      expect(create).toThrow(DOMException);
      expect(create).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    },
  );

  it.each([[''], ['a b'], [['a', 'a']], [['a', 'ü']]])(
    'throws a SyntaxError for the protocols %j',
    (protocols) => {
      const create = () => new WebSocket(serverUrl, protocols);
      expect(create).toThrow(DOMException);
      expect(create).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    },
  );

  it('throws a RangeError for an option that breaks its rule, and leaves nothing behind', async () => {
    expect(() => new WebSocket(serverUrl, [], { minUptime: -1 })).toThrow(RangeError);
    await settle();
    expect(ScriptedWebSocket.made).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([undefined, {}, 123])('throws where WebSocket is %j, unless it starts closed', (global) => {
    vi.stubGlobal('WebSocket', global);
    expect(() => new WebSocket(serverUrl)).toThrow(UnsupportedEnvironmentError);
    record(new WebSocket(serverUrl, null, { startClosed: true }));
  });

  it('throws where it would have to open sockets with itself', async () => {
    class Own extends WebSocket {}
    for (const own of [WebSocket, Own]) {
      vi.stubGlobal('WebSocket', own);
      expect(() => new WebSocket(serverUrl)).toThrow(UnsupportedEnvironmentError);
      const { takeTypes } = await createSocket({ WebSocket: ScriptedWebSocket });
      ScriptedWebSocket.last.open();
      expect(takeTypes()).toEqual(['open']);
    }
  });

  it.each([123, {}, 'ws'])('throws for the class %j', (own) => {
    vi.stubGlobal('WebSocket', undefined);
    expect(() => new WebSocket(serverUrl, null, { WebSocket: own as never })).toThrow();
  });

  it('takes http URLs, URL objects, and what becomes a URL as text', async () => {
    for (const url of [
      'http://server.test/a',
      new URL('http://server.test/a'),
      { toString: () => 'ws://server.test/a' },
    ]) {
      await createSocket({}, null, url as string);
      expect(ScriptedWebSocket.last.url).toBe('ws://server.test/a');
    }
  });

  it.each([
    ['a text', 'chat', ['chat']],
    ['a list', ['chat', 'v2'], ['chat', 'v2']],
    ['a set', new Set(['chat', 'v2']), ['chat', 'v2']],
    ['a function', () => 'chat', ['chat']],
    ['an async function', () => Promise.resolve(['chat']), ['chat']],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['an empty list', [], undefined],
    ['a function that gives null', () => null, undefined],
    ['an async function that gives null', () => Promise.resolve(null), undefined],
  ])('offers the protocols of %s', async (_name, protocols, offered) => {
    await createSocket({}, protocols);
    expect(ScriptedWebSocket.last.protocols).toEqual(offered);
  });

  it('starts the first attempt when its caller has finished', async () => {
    const { socket } = record(new WebSocket(serverUrl));
    expect(ScriptedWebSocket.made).toHaveLength(0);
    expect([socket.readyState, socket.url]).toEqual([WebSocket.CONNECTING, '']);
    await Promise.resolve();
    expect(ScriptedWebSocket.made).toHaveLength(1);
  });
});

describe('the properties', () => {
  it('have the values of the standard before the first socket', () => {
    const { socket } = record(new WebSocket(serverUrl, 'chat'));
    const { url, protocol, extensions, bufferedAmount, binaryType, readyState } = socket;
    expect({ url, protocol, extensions, bufferedAmount, binaryType, readyState }).toEqual({
      url: '',
      protocol: '',
      extensions: '',
      bufferedAmount: 0,
      binaryType: 'blob',
      readyState: 0,
    });
    expect([socket.onopen, socket.onmessage, socket.onerror, socket.onclose]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('are those of the newest socket, which keeps them when it is closed', async () => {
    const { socket } = await createSocket();
    Object.assign(ScriptedWebSocket.last, { protocol: 'chat', extensions: 'permessage-deflate' });
    ScriptedWebSocket.last.open();
    const values = () => [socket.url, socket.protocol, socket.extensions];
    expect(values()).toEqual([serverUrl, 'chat', 'permessage-deflate']);
    socket.close();
    expect(values()).toEqual([serverUrl, 'chat', 'permessage-deflate']);
    ScriptedWebSocket.last.end(1000);
    expect(values()).toEqual([serverUrl, 'chat', 'permessage-deflate']);
    socket.reconnect();
    expect(values()).toEqual([serverUrl, '', '']);
  });

  it('are read-only', async () => {
    const { socket } = await createSocket();
    for (const name of [
      'url',
      'readyState',
      'bufferedAmount',
      'protocol',
      'extensions',
      'client',
      'retryCount',
    ]) {
      expect(Reflect.set(socket, name, 1)).toBe(false);
    }
  });

  it('give the client below, and what it counts', async () => {
    const { socket } = await createSocket();
    expect(socket.client).toBeInstanceOf(ResilientWebSocket);
    expect([socket.retryCount, socket.shouldReconnect]).toEqual([0, true]);
    ScriptedWebSocket.last.break();
    expect([socket.retryCount, socket.shouldReconnect]).toEqual([1, true]);
    socket.close();
    expect(socket.shouldReconnect).toBe(false);
  });
});

describe('binaryType', () => {
  it('is that of every connection, whether it is set before, during or after one', async () => {
    const { socket } = await createSocket();
    socket.binaryType = 'arraybuffer';
    expect([socket.binaryType, ScriptedWebSocket.last.binaryType]).toEqual(['arraybuffer', 'arraybuffer']);
    ScriptedWebSocket.last.open();
    ScriptedWebSocket.last.end(1001);
    expect(socket.binaryType).toBe('arraybuffer');
    vi.advanceTimersByTime(1000);
    expect(ScriptedWebSocket.last.binaryType).toBe('arraybuffer');
    ScriptedWebSocket.last.open();
    socket.binaryType = 'blob';
    expect(ScriptedWebSocket.last.binaryType).toBe('blob');
  });

  it('may be one that only this platform has', async () => {
    const { socket } = await createSocket();
    socket.binaryType = 'nodebuffer' as BinaryType;
    ScriptedWebSocket.last.open();
    expect([socket.binaryType, ScriptedWebSocket.last.binaryType]).toEqual(['nodebuffer', 'nodebuffer']);
    ScriptedWebSocket.last.end(1001);
    vi.advanceTimersByTime(1000);
    ScriptedWebSocket.last.open();
    expect(socket.binaryType).toBe('nodebuffer');
  });

  it('ignores what no platform has', async () => {
    const { socket } = await createOpen();
    Object.defineProperty(ScriptedWebSocket.last, 'binaryType', {
      get: () => 'blob',
      set: () => {
        throw new TypeError('no');
      },
    });
    socket.binaryType = 'text' as BinaryType;
    expect(socket.binaryType).toBe('blob');
  });
});

test('setUrl() sets the URL of the next attempt, and throws for a bad one', async () => {
  const { socket } = await createOpen();
  socket.setUrl('wss://other.test/');
  expect(socket.url).toBe(serverUrl);
  ScriptedWebSocket.last.end(1001);
  vi.advanceTimersByTime(1000);
  expect([socket.url, ScriptedWebSocket.last.url]).toEqual(['wss://other.test/', 'wss://other.test/']);
  socket.setUrl(() => 'wss://third.test/');
  socket.reconnect();
  expect(socket.url).toBe('wss://third.test/');
  expect(() => socket.setUrl('ftp://server.test')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
});

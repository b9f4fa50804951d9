// The types of the public API. The compiler reads the tests with the sources, and reports what is wrong here.
import { expect, expectTypeOf, test } from 'vitest';
import ResilientWebSocket, {
  type CloseDetails,
  type ConnectionErrorEvent,
  type ConnectionState,
  type ConnectionStatus,
  type EventMap,
  type MessageDroppedEvent,
  type MessageUnconfirmedEvent,
  type ReconnectScheduledEvent,
  type ResilientWebSocketOptions,
  type ResolvedOptions,
} from '@advakod/resilient-websocket';
import { useScriptedWorld } from './support/harness.js';

useScriptedWorld();

test('listeners get the arguments of their event', () => {
  const websocket = new ResilientWebSocket('wss://example.com/', { logLevel: 'silent' });
  websocket
    .on('open', (...args) => expectTypeOf(args).toEqualTypeOf<[]>())
    .on('close', (details) => expectTypeOf(details).toEqualTypeOf<CloseDetails>())
    .on('message', (data) => expectTypeOf(data).toBeAny())
    .on('error', (error) => expectTypeOf(error).toEqualTypeOf<ConnectionErrorEvent>())
    .once('stateChange', (state) => expectTypeOf(state).toEqualTypeOf<ConnectionState>())
    .on('messageDropped', (drop) => expectTypeOf(drop).toEqualTypeOf<MessageDroppedEvent>())
    .on('messageUnconfirmed', (event) => expectTypeOf(event).toEqualTypeOf<MessageUnconfirmedEvent>())
    .on('reconnectScheduled', (retry) => expectTypeOf(retry).toEqualTypeOf<ReconnectScheduledEvent>());
  websocket.destroy();
});

test('messages have the types that the client was given', () => {
  interface In {
    type: 'news';
    text: string;
  }
  interface Out {
    type: 'say';
    text: string;
  }
  const websocket = new ResilientWebSocket<In, Out>('wss://example.com/', {
    logLevel: 'silent',
    parse: (message) => JSON.parse(message as string) as In,
    serialize: (data) => JSON.stringify(data satisfies Out),
  });
  websocket.on('message', (message) => expectTypeOf(message).toEqualTypeOf<In>());
  expectTypeOf(websocket.send).parameter(0).toEqualTypeOf<Out>();
  expectTypeOf(websocket).toExtend<AsyncIterable<In>>();
  expectTypeOf<{ type: 'shout' }>().not.toExtend<Parameters<typeof websocket.send>[0]>();
  // Functions that take any client take a typed one.
  expectTypeOf(websocket).toExtend<ResilientWebSocket>();
  websocket.destroy();
});

test('the name of an event is one of the client, or declared', () => {
  const websocket = new ResilientWebSocket<unknown, unknown, { typing: [user: string, isTyping: boolean] }>(
    'wss://example.com/',
    { logLevel: 'silent' },
  );
  websocket.on('typing', (...args) => expectTypeOf(args).toEqualTypeOf<[user: string, isTyping: boolean]>());
  websocket.on('stateChange', (state) => expectTypeOf(state).toEqualTypeOf<ConnectionState>());
  expect(websocket.emit('typing', 'Ann', true)).toBe(true);
  type Name = Parameters<typeof websocket.on>[0];
  expectTypeOf<'typing' | 'message'>().toExtend<Name>();
  expectTypeOf<'mesage'>().not.toExtend<Name>();
  expectTypeOf<'typing'>().not.toExtend<Parameters<ResilientWebSocket['on']>[0]>();
  websocket.destroy();
});

test('wrong listeners and options do not compile', () => {
  type On = ResilientWebSocket['on'];
  expectTypeOf<On>().toBeCallableWith('close', () => undefined);
  expectTypeOf<(details: number) => void>().not.toExtend<(...args: EventMap['close']) => void>();
  expectTypeOf<{ pingInterval: string }>().not.toExtend<ResilientWebSocketOptions>();
  expectTypeOf<{ locale: 'de' }>().not.toExtend<ResilientWebSocketOptions>();
  expectTypeOf<{ pingInterval: undefined }>().toExtend<ResilientWebSocketOptions>();
  expect(ResilientWebSocket).toBeTypeOf('function');
});

test('members have their types', () => {
  expectTypeOf<ResilientWebSocket['options']>().toEqualTypeOf<ResolvedOptions>();
  expectTypeOf<ResilientWebSocket['getStatus']>().returns.toEqualTypeOf<ConnectionStatus>();
  expectTypeOf<ResilientWebSocket['connect']>().returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf<ResilientWebSocket['send']>().returns.toBeBoolean();
  expectTypeOf<ResilientWebSocket['send']>().parameter(0).toBeUnknown();
  expectTypeOf<ResilientWebSocket['ws']>().toEqualTypeOf<WebSocket | null>();
  expectTypeOf<ResilientWebSocket['disconnect']>().toBeCallableWith(4000, 'bye');
  expectTypeOf<ResilientWebSocket>().toExtend<AsyncIterable<unknown>>();
  expectTypeOf<ResilientWebSocket>().toExtend<Disposable>();
  expect(Object.getOwnPropertyNames(ResilientWebSocket.prototype)).toContain('whenConnected');
});

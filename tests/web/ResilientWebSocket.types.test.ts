// The types of the public API. The compiler reads the tests with the sources, and reports what is wrong here.
import { expect, expectTypeOf, test } from 'vitest';
import ResilientWebSocket, {
  type CloseDetails,
  type ConnectionErrorEvent,
  type ConnectionState,
  type ConnectionStatus,
  type EventMap,
  type MessageDroppedEvent,
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
    .on('message', (data) => expectTypeOf(data).toBeUnknown())
    .on('error', (error) => expectTypeOf(error).toEqualTypeOf<ConnectionErrorEvent>())
    .once('stateChange', (state) => expectTypeOf(state).toEqualTypeOf<ConnectionState>())
    .on('messageDropped', (drop) => expectTypeOf(drop).toEqualTypeOf<MessageDroppedEvent>())
    .on('reconnectScheduled', (retry) => expectTypeOf(retry).toEqualTypeOf<ReconnectScheduledEvent>());
  websocket.on('custom', (first, second) => expectTypeOf([first, second]).toEqualTypeOf<unknown[]>());
  websocket.on('typed', (name: string, count: number) => `${name}${count}`);
  websocket.emit('custom', 1, 2);
  websocket.emit('typed', 'x', 1);
  expect(websocket.emit('unheard')).toBe(false);
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
  expectTypeOf<ResilientWebSocket>().toExtend<Disposable>();
  expect(Object.getOwnPropertyNames(ResilientWebSocket.prototype)).toContain('whenConnected');
});

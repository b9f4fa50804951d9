// Code that must compile: the typed hooks.
import ResilientWebSocket from '@advakod/resilient-websocket';
import {
  useLastMessage,
  useResilientWebSocket,
  useSubscription,
  type UseResilientWebSocketOptions,
} from '@advakod/resilient-websocket/react';
import { expectTypeOf } from 'expect-type';

interface News {
  type: 'news';
  text: string;
}
type In = News | { type: 'left'; user: string };
interface Out {
  op: 'subscribe' | 'unsubscribe';
}

export function Typed() {
  const { websocket, send } = useResilientWebSocket<In, Out>('wss://example.com/feed', {
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<In>(),
    filter: (message) => message.type === 'news',
    onOpen: () => send({ op: 'subscribe' }),
    serialize: (data) => JSON.stringify(data.op),
  });
  expectTypeOf(websocket).toEqualTypeOf<ResilientWebSocket<In, Out> | null>();
  expectTypeOf(send).parameter(0).toEqualTypeOf<Out>();
  websocket?.on('message', (message) => expectTypeOf(message).toEqualTypeOf<In>());
  useSubscription(websocket, {
    key: 'news',
    subscribe: { op: 'subscribe' },
    unsubscribe: { op: 'unsubscribe' },
    filter: (message) => message.type === 'news',
    onMessage: (message) => expectTypeOf(message).toEqualTypeOf<In>(),
  });
  const last = useLastMessage(websocket, { filter: ({ type }) => type === 'news' });
  expectTypeOf(last).toEqualTypeOf<In | undefined>();
  const news = useLastMessage(websocket, { filter: (message): message is News => message.type === 'news' });
  expectTypeOf(news).toEqualTypeOf<News | undefined>();
}

export function Untyped(options: UseResilientWebSocketOptions) {
  const { websocket, send } = useResilientWebSocket('wss://example.com/feed', {
    ...options,
    onMessage: (message) => expectTypeOf(message).toBeAny(),
    onOpen: () => send({ anything: true }),
  });
  expectTypeOf(send).parameter(0).toBeUnknown();
  useSubscription(websocket, { key: 'news', subscribe: 'news' });
  useSubscription(null, { key: 'news', subscribe: 'news', unsubscribe: undefined });
  expectTypeOf(useLastMessage(websocket)).toBeAny();
  const client: ResilientWebSocket | null = websocket;
  return client;
}

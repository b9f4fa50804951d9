// Code that must compile: every entry as TypeScript users write it.
import ResilientWebSocket, {
  type CloseDetails,
  type ConnectionErrorEvent,
  type ConnectionState,
  type MessageDroppedEvent,
  type MessageUnconfirmedEvent,
  type ReconnectScheduledEvent,
} from '@advakod/resilient-websocket';
import WebSocketStatus, {
  type WebSocketStatusProps,
} from '@advakod/resilient-websocket/components/WebSocketStatus';
import { demonstrateResilientWebSocket } from '@advakod/resilient-websocket/demo/websocket-demo';
import useChat, { useChatWebSocket } from '@advakod/resilient-websocket/hooks/useChatWebSocket';
import TranslatedWebSocket, {
  preload,
  type ConnectionState as SameState,
} from '@advakod/resilient-websocket/no-wasm';
import {
  ResilientWebSocketProvider,
  useChatWebSocket as useSameChat,
  useResilientWebSocket,
  type ChatMessage,
} from '@advakod/resilient-websocket/react';
import { MemoryStore, SessionServer, type Session } from '@advakod/resilient-websocket/server';
import { RedisStore, type RedisConnection } from '@advakod/resilient-websocket/server/redis';
import Service from '@advakod/resilient-websocket/services/ResilientWebSocket';
import '@advakod/resilient-websocket/styles.css';
import WebSocketClass, { WebSocket as SameClass } from '@advakod/resilient-websocket/websocket';
import { expectTypeOf } from 'expect-type';
import { createElement } from 'react';

const websocket = new ResilientWebSocket('wss://example.com/ws', {
  maxReconnectAttempts: 10,
  fatalCloseCodes: [1003, 1008],
  shouldReconnect: ({ code }) => (code === 4001 ? false : undefined),
});
websocket
  .on('open', (...args) => expectTypeOf(args).toEqualTypeOf<[]>())
  .on('close', (details) => expectTypeOf(details).toEqualTypeOf<CloseDetails>())
  .on('message', (data) => expectTypeOf(data).toBeAny())
  .on('error', (error) => expectTypeOf(error).toEqualTypeOf<ConnectionErrorEvent>())
  .on('stateChange', (state) => expectTypeOf(state).toEqualTypeOf<ConnectionState>())
  .on('reconnectScheduled', (retry) => expectTypeOf(retry).toEqualTypeOf<ReconnectScheduledEvent>())
  .on('messageDropped', (drop) => expectTypeOf(drop).toEqualTypeOf<MessageDroppedEvent>())
  .on('messageUnconfirmed', (event) => expectTypeOf(event).toEqualTypeOf<MessageUnconfirmedEvent>())
  .on('maxReconnectAttemptsReached', ({ attempts }) => expectTypeOf(attempts).toBeNumber());
websocket.options.pingInterval = 5000;
expectTypeOf(websocket.connect()).toEqualTypeOf<Promise<void>>();
expectTypeOf(websocket.send({ type: 'chat' }, { volatile: true })).toBeBoolean();
expectTypeOf(websocket.getStatus().stats.totalMessages).toBeNumber();
expectTypeOf(Service).toEqualTypeOf(ResilientWebSocket);
expectTypeOf(TranslatedWebSocket).toEqualTypeOf(ResilientWebSocket);
expectTypeOf(preload()).toEqualTypeOf<Promise<void>>();
expectTypeOf<SameState>().toEqualTypeOf<ConnectionState>();
expectTypeOf(demonstrateResilientWebSocket({ url: 'ws://localhost/' })).resolves.toHaveProperty('completed');

const plain: globalThis.WebSocket = new WebSocketClass('wss://example.com/ws', ['chat'], { maxRetries: 3 });
const Platform: typeof globalThis.WebSocket = SameClass;
expectTypeOf(new SameClass('wss://example.com/ws').client).toEqualTypeOf<ResilientWebSocket>();
plain.onclose = ({ code }) => expectTypeOf(code).toBeNumber();
new Platform('wss://example.com/ws').addEventListener('message', ({ data }) => expectTypeOf(data).toBeAny());

const handleNewMessage = (message: ChatMessage): string => message.content;
export function Chat() {
  const {
    isConnected,
    connectionState,
    websocket: socket,
    ...chat
  } = useChatWebSocket('7', handleNewMessage);
  expectTypeOf(isConnected).toBeBoolean();
  expectTypeOf(connectionState).toEqualTypeOf<ConnectionState>();
  expectTypeOf(socket).toEqualTypeOf<ResilientWebSocket | null>();
  expectTypeOf(chat.sendChatMessage('Привет!')).toBeBoolean();
  expectTypeOf(chat.sendTyping).parameter(0).toBeBoolean();
  expectTypeOf(chat.stopGeneration()).toBeBoolean();
  expectTypeOf(chat.forceReconnect).toBeCallableWith();
  useChatWebSocket(
    null,
    ({ role }) => expectTypeOf(role).toEqualTypeOf<'user' | 'assistant'>(),
    (userId, isTyping) => expectTypeOf([userId, isTyping]).toEqualTypeOf<(number | string | boolean)[]>(),
    ({ title }) => expectTypeOf(title).toBeString(),
  );
  useChatWebSocket(7, handleNewMessage, {
    url: 'wss://example.com',
    token: 'secret',
    onTyping: (_userId, isTyping) => expectTypeOf(isTyping).toBeBoolean(),
    onMessageUpdate: ({ content }) => expectTypeOf(content).toBeString(),
    options: { logLevel: 'silent' },
    enabled: true,
  });
  expectTypeOf(useChat).toEqualTypeOf(useChatWebSocket);
  expectTypeOf(useSameChat).toEqualTypeOf(useChatWebSocket);
  const feed = useResilientWebSocket('wss://example.com/feed', { jitter: 0, key: 'feed' });
  expectTypeOf(feed.connectionState).toEqualTypeOf<ConnectionState>();
  const props: WebSocketStatusProps = {
    websocket: socket,
    onReconnect: chat.forceReconnect,
    showDetails: true,
  };
  return createElement(ResilientWebSocketProvider, null, createElement(WebSocketStatus, props));
}

interface HttpRequest {
  readonly url?: string;
}

export function serve(client: RedisConnection, isShared: boolean): SessionServer<HttpRequest> {
  const server = new SessionServer({
    store: isShared ? new RedisStore({ client, prefix: 'chat:' }) : new MemoryStore(),
    ttl: 60_000,
    principalOf: ({ url }: HttpRequest, auth) => (typeof auth === 'string' ? auth : (url ?? null)),
  });
  server.on('session', (session) => {
    expectTypeOf(session).toEqualTypeOf<Session>();
    session.on('message', async (data, { seq, id }) => {
      expectTypeOf(data).toEqualTypeOf<string | Uint8Array>();
      await session.send(`${id} ${seq.toFixed()}`, { ttl: 1000 });
    });
    session.once('end', (reason) => expectTypeOf(reason).toExtend<string>());
  });
  server.on(
    'messageUnconfirmed',
    ({ reason, seq }) => expectTypeOf(seq).toBeNumber() && reason === 'queueFull',
  );
  return server;
}

// Checks that the React examples of README.md and docs/react.md work: each is extracted, built and rendered.
// Checks also that the tables of docs/react.md have every prop and option, and docs/chat-protocol.md the messages.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { type FunctionComponent } from 'react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type ResilientWebSocketProviderProps,
  type UseChatWebSocketOptions,
  type UseChatWebSocketResult,
  type UseLastMessageOptions,
  type UseResilientWebSocketOptions,
  type UseSubscriptionOptions,
  type WebSocketStatusProps,
} from '../../../web/react/index.js';
import { type ResilientWebSocketOptions } from '../../../web/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { controlOn, messagesOn, welcome } from '../support/sessions.js';
import { renderChat } from './support/chat.js';
import {
  consoleSpies,
  deliver,
  open,
  openSockets,
  sent,
  setUpReactTests,
} from './support/react_environment.js';

const folder = 'build/readme_examples';
const reference = readFileSync('docs/react.md', 'utf8');
const source = readFileSync('README.md', 'utf8') + reference;
const examples = [...source.matchAll(/```tsx\n(.*?)```/gs)].map(([, code = '']) => code);

/** The example whose code contains this word, as a component. */
async function example(word: string): Promise<FunctionComponent<Record<string, unknown>>> {
  const index = examples.findIndex((code) => code.includes(word));
  const module: unknown = await import(/* @vite-ignore */ pathToFileURL(join(folder, `${index}.mjs`)).href);
  return (module as { default: FunctionComponent<Record<string, unknown>> }).default;
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const [index, input] of examples.entries()) {
    const flags = ['--bundle', '--format=esm', '--target=es2022', '--jsx=automatic', '--loader=tsx'];
    const others = ['--external:react', '--external:react/*', '--loader:.css=empty', '--log-level=warning'];
    const outfile = `--outfile=${join(folder, `${index}.mjs`)}`;
    // In a separate process, because esbuild does not run under jsdom.
    execFileSync('node_modules/.bin/esbuild', [...flags, ...others, outfile], { input });
  }
});

setUpReactTests();

it('the documents have six React examples, each tested below', () => {
  expect(examples).toHaveLength(6);
});

it('the chat example sends messages and shows received ones', async () => {
  const Chat = await example('stopGeneration');
  localStorage.setItem('token', 'abc');
  render(<Chat sessionId={7} />);
  expect(ScriptedWebSocket.last.url).toBe('ws://localhost:3000/ws/session/7?token=abc');
  open();
  fireEvent.change(screen.getByLabelText('Message'), { target: { value: 'Hello' } });
  fireEvent.click(screen.getByText('Send'));
  expect(sent()).toEqual([
    { type: 'typing', is_typing: true, session_id: 7 },
    { type: 'new_message', content: 'Hello', session_id: 7 },
  ]);
  expect(screen.getByLabelText<HTMLInputElement>('Message').value).toBe('');
  expect(screen.getByText('Stop')).toBeTruthy();
  deliver({ type: 'new_message', data: { id: 1, content: 'Hi!', role: 'assistant' }, session_id: 7 });
  expect(screen.getByText('Hi!')).toBeTruthy();
  expect(screen.queryByText('Stop')).toBeNull();
  expect(screen.getByText('Онлайн')).toBeTruthy();
});

it('the feed example logs messages and shows the state', async () => {
  const Feed = await example('function Feed()');
  const { container } = render(<Feed />);
  expect(ScriptedWebSocket.last.url).toBe('wss://example.com/feed');
  expect(container.textContent).toBe('connecting');
  open();
  deliver({ news: 1 });
  expect(container.textContent).toBe('connected');
  expect(consoleSpies.log).toHaveBeenCalledWith({ news: 1 });
});

it('the chat example with options gets its token from a function and shows the answer', async () => {
  const Answer = await example('getToken');
  const fetchToken = vi.fn(() => Promise.resolve('fresh'));
  const { container } = render(<Answer sessionId={7} fetchToken={fetchToken} />);
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(fetchToken).toHaveBeenCalledOnce();
  expect(ScriptedWebSocket.last.url).toBe('wss://chat.example.com/ws/session/7');
  expect(ScriptedWebSocket.last.protocols).toEqual(['bearer', 'fresh']);
  open();
  deliver({ type: 'message_update', data: { id: 2, content: 'So', role: 'assistant' }, session_id: 7 });
  expect(container.textContent).toBe('connected, 0 queued, 0 typing: So');
  deliver({ type: 'error', message: 'no', error_code: 'processing_error' });
  expect(consoleSpies.warn).toHaveBeenCalledWith('server_error', 'no');
});

it('the provider example shares one connection between two components', async () => {
  const App = await example('ResilientWebSocketProvider');
  render(<App />);
  expect(openSockets()).toHaveLength(1);
  expect(screen.getAllByText('waiting', { exact: false })).toHaveLength(2);
  open();
  expect(sent()).toEqual([{ type: 'hello' }, { type: 'hello' }]);
  deliver({ price: 42 });
  expect(screen.getAllByText('42', { exact: false })).toHaveLength(2);
  expect(screen.getAllByText('Online')).toHaveLength(2);
});

it('the example of many components subscribes once for each topic, and shows the last message of each', async () => {
  const Quotes = await example('function Quotes(');
  const { container } = render(<Quotes symbols={['A', 'B', 'A']} />);
  open();
  const subscribed = ['A', 'B'].map((symbol) => ({ op: 'subscribe', symbol }));
  expect(sent()).toEqual(subscribed);
  deliver({ symbol: 'A', price: 42 });
  expect(container.textContent).toBe('A 42BA 42');
});

it('the example of a session counts what waits, and gives the token of the newest render', async () => {
  const Order = await example('function Order(');
  const reload = vi.fn();
  const { container, rerender } = render(<Order token="old" reload={reload} />);
  rerender(<Order token="new" reload={reload} />);
  open();
  act(() => {
    welcome();
  });
  expect(controlOn(ScriptedWebSocket.last)).toMatchObject([{ rws: 'hello', auth: 'new' }]);
  fireEvent.click(screen.getByRole('button'));
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(container.textContent).toBe('Order (1 wait for confirmation)');
  expect(messagesOn(ScriptedWebSocket.last)).toEqual(['{"type":"order"}']);
  act(() => {
    ScriptedWebSocket.last.break();
  });
  await act(() => vi.advanceTimersByTimeAsync(1000));
  open();
  act(() => {
    welcome(ScriptedWebSocket.last, { session: 'another-id-0123456789' });
  });
  expect(reload).toHaveBeenCalledOnce();
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(consoleSpies.warn.mock.lastCall?.[0]).toMatchObject({ reason: 'unconfirmed' });
});

describe('docs/chat-protocol.md', () => {
  const protocol = readFileSync('docs/chat-protocol.md', 'utf8');
  /** The JSON of the messages in the table of a section, each with the rest of its row. */
  const messages = (title: string) => {
    const [, table = ''] = new RegExp(`\n## ${title}\n(.*?)\n## `, 's').exec(protocol) ?? [];
    const rows = [...table.matchAll(/^\| `(\{.*?\})`(.*)$/gm)];
    return rows.map(([, json = '', rest = '']) => ({
      frame: JSON.parse(
        json.replace('"data":{…}', '"data":{"id":1}').replace(',…', '').replaceAll(':…', ':1'),
      ) as Record<string, unknown>,
      rest,
    }));
  };

  it('has the messages that the hook sends', () => {
    const { result } = renderChat();
    open();
    act(() => {
      result.current.sendChatMessage('…');
      result.current.sendTyping(true);
      result.current.stopGeneration();
      result.current.joinSession(9);
      result.current.sendTyping(false);
      vi.advanceTimersByTime(300);
    });
    const documented = messages('From the client').map(({ frame }) => frame);
    const own = documented.filter(({ type }) => type !== 'ping' && type !== 'pong');
    expect(own).toHaveLength(5);
    expect(sent()).toHaveLength(5);
    expect(sent()).toEqual(expect.arrayContaining(own));
  });

  it('has the messages that the callbacks get', () => {
    const { callbacks } = renderChat();
    open();
    const rows = messages('From the server').filter(({ rest }) => rest.includes('`on'));
    expect(rows).toHaveLength(6);
    for (const { frame, rest } of rows) {
      const [, name = ''] = /`(on\w+)\(/.exec(rest) ?? [];
      deliver(frame);
      expect(callbacks[name as keyof typeof callbacks], name).toHaveBeenCalledOnce();
    }
  });
});

it('docs/react.md documents every prop, option and result', () => {
  const chatOptions: Record<keyof UseChatWebSocketOptions, true> = {
    url: true,
    token: true,
    getToken: true,
    identity: true,
    tokenTransport: true,
    options: true,
    enabled: true,
    throwOnError: true,
    onTyping: true,
    onSessionUpdate: true,
    onMessageUpdate: true,
    onGenerationStopped: true,
    onError: true,
    onMessageDropped: true,
    onMessageUnconfirmed: true,
  };
  const chatResults: Record<keyof UseChatWebSocketResult, true> = {
    websocket: true,
    isConnected: true,
    connectionState: true,
    queuedMessages: true,
    reconnectAttempts: true,
    nextAttemptAt: true,
    lastError: true,
    status: true,
    isGenerating: true,
    typingUsers: true,
    sendChatMessage: true,
    sendTyping: true,
    stopGeneration: true,
    joinSession: true,
    connect: true,
    disconnect: true,
    forceReconnect: true,
  };
  const options: Record<keyof Omit<UseResilientWebSocketOptions, keyof ResilientWebSocketOptions>, true> = {
    key: true,
    identity: true,
    shared: true,
    enabled: true,
    throwOnError: true,
    onMessage: true,
    filter: true,
    onOpen: true,
    onClose: true,
    onError: true,
    onStateChange: true,
    onMessageDropped: true,
    onMessageUnconfirmed: true,
    onSessionLost: true,
  };
  const subscription: Record<keyof UseSubscriptionOptions | keyof UseLastMessageOptions, true> = {
    key: true,
    subscribe: true,
    unsubscribe: true,
    onMessage: true,
    filter: true,
  };
  const provider: Record<keyof Omit<ResilientWebSocketProviderProps, 'children'>, true> = {
    options: true,
    gcTime: true,
    grace: true,
    identity: true,
    throwOnError: true,
  };
  const props: Record<keyof WebSocketStatusProps, true> = {
    websocket: true,
    showDetails: true,
    onReconnect: true,
    className: true,
    floating: true,
    locale: true,
    texts: true,
    quietFor: true,
    hideAfter: true,
    unstyled: true,
    throwOnError: true,
  };
  const named = [...reference.replaceAll(/```.*?```/gs, '').matchAll(/`(\w+)(?:\([^`]*\))?`/g)].map(
    ([, name]) => name,
  );
  expect(named).toEqual(
    expect.arrayContaining(
      Object.keys({ ...chatOptions, ...chatResults, ...options, ...subscription, ...provider, ...props }),
    ),
  );
});

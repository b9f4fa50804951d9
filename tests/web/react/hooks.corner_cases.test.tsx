// Hooks that stay without a connection, components that share one, and the functions that they give.
import { StrictMode, type ReactElement } from 'react';
import { act, render } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import {
  useChatWebSocket,
  useResilientWebSocket,
  type UseResilientWebSocketOptions,
} from '../../../web/react/index.js';
import { ScriptedWebSocket } from '../support/scripted_web_socket.js';
import { renderChat } from './support/chat.js';
import {
  hookStrictly,
  open,
  openSockets,
  pass,
  sentOn,
  setUpReactTests,
} from './support/react_environment.js';

const url = 'wss://server.test/a';

function renderSocket(options: UseResilientWebSocketOptions = {}, at: string | null = url) {
  return hookStrictly(
    ({ at: address, ...given }: UseResilientWebSocketOptions & { at?: string | null }) =>
      useResilientWebSocket(address === undefined ? at : address, {
        jitter: 0,
        logLevel: 'silent',
        ...given,
      }),
    options as UseResilientWebSocketOptions & { at?: string | null },
  );
}

setUpReactTests();

describe('a hook that stays without a connection closes it at once', () => {
  it('enabled: false together with another session', () => {
    const chat = renderChat();
    open();
    chat.rerender({ sessionId: 8, options: { enabled: false } });
    expect(openSockets()).toEqual([]);
  });

  it('enabled: false together with another url', () => {
    const hook = renderSocket();
    open();
    hook.rerender({ at: 'wss://server.test/b', enabled: false });
    expect(openSockets()).toEqual([]);
  });

  it('url null', () => {
    const hook = renderSocket();
    open();
    hook.rerender({ at: null });
    expect(openSockets()).toEqual([]);
    expect(hook.result.current.connectionState).toBe('disconnected');
  });

  it('enabled: false, also after connect()', () => {
    const hook = renderSocket();
    open();
    hook.rerender({ enabled: false });
    expect(openSockets()).toEqual([]);
    act(() => {
      hook.result.current.connect();
    });
    open();
    hook.rerender({ enabled: false, maxQueueSize: 5 });
    expect(openSockets()).toHaveLength(1);
    expect(hook.result.current.isConnected).toBe(true);
  });

  it('log-out, and what was queued is reported', () => {
    const chat = renderChat();
    open();
    act(() => {
      ScriptedWebSocket.last.break();
      chat.result.current.sendChatMessage('q');
    });
    chat.rerender({ sessionId: 7, options: { token: '' } });
    expect(openSockets()).toEqual([]);
    expect(chat.callbacks.onMessageDropped.mock.calls.length).toBe(1);
  });

  it('session A, undefined, A at once', async () => {
    const chat = renderChat();
    const first = open();
    act(() => void chat.result.current.sendChatMessage('one'));
    await pass(0);
    chat.rerender({ sessionId: undefined });
    chat.rerender({ sessionId: 7 });
    expect(openSockets()).toHaveLength(1);
    act(() => {
      first.end(1000);
    });
    const second = open();
    expect(second).not.toBe(first);
    await pass(5000);
    expect(chat.result.current.isConnected).toBe(true);
    expect(openSockets()).toHaveLength(1);
    act(() => void chat.result.current.sendChatMessage('two'));
    expect(sentOn(second)).toHaveLength(1);
  });

  it('session A, undefined, B, undefined, A', async () => {
    const chat = renderChat();
    open();
    for (const sessionId of [undefined, 8, undefined, 7, 8, undefined, 7]) chat.rerender({ sessionId });
    expect(openSockets()).toHaveLength(1);
    act(() => openSockets()[0]?.open());
    await pass(1000);
    expect(chat.result.current.isConnected).toBe(true);
    expect(openSockets()).toHaveLength(1);
  });

  it('a handler of the end that connects another hook to it', async () => {
    const other = renderSocket({ enabled: false });
    const hook = renderSocket();
    open();
    hook.result.current.websocket?.on('stateChange', (state) => {
      if (state === 'disconnected') other.result.current.connect();
    });
    act(() => {
      hook.rerender({ enabled: false });
    });
    await pass(10);
    open();
    expect(other.result.current.isConnected).toBe(true);
    await pass(500);
    expect(other.result.current.isConnected).toBe(true);
  });

  it('but not for another component on it', async () => {
    const one = renderSocket();
    const two = renderSocket();
    open();
    one.rerender({ enabled: false });
    await pass(500);
    expect(two.result.current.isConnected).toBe(true);
    expect(one.result.current.isConnected).toBe(false);
    two.unmount();
    await pass(500);
    expect(openSockets()).toEqual([]);
  });

  it('two components, both are switched off in one commit', async () => {
    function Two({ enabled }: { enabled: boolean }): ReactElement {
      useResilientWebSocket(url, { enabled, logLevel: 'silent' });
      useResilientWebSocket(url, { enabled, logLevel: 'silent' });
      return <p />;
    }
    const view = render(<Two enabled />, { wrapper: StrictMode });
    open();
    await pass(0);
    view.rerender(<Two enabled={false} />);
    expect(openSockets()).toEqual([]);
  });

  it('one is switched off, the other is unmounted in one commit', async () => {
    function One({ enabled }: { enabled: boolean }): null {
      useResilientWebSocket(url, { enabled, logLevel: 'silent' });
      return null;
    }
    function Two({ enabled }: { enabled: boolean }): ReactElement {
      return (
        <>
          <One enabled={enabled} />
          {enabled && <One enabled />}
        </>
      );
    }
    const view = render(<Two enabled />, { wrapper: StrictMode });
    open();
    view.rerender(<Two enabled={false} />);
    await pass(200);
    expect(openSockets()).toEqual([]);
  });
});

describe('a component with functions that leaves a shared connection', () => {
  it('keeps its handshake for the next connection', async () => {
    const handshake = vi.fn(
      async ({ send, receive }: { send: (d: unknown) => void; receive: () => Promise<unknown> }) => {
        send('auth');
        await receive();
      },
    );
    const other = renderSocket();
    const one = renderSocket({ handshake });
    await pass(10);
    one.unmount();
    open();
    await pass(10);
    // Either it runs, or the option is no longer set. A connection without its first exchange must not be open.
    const { websocket } = other.result.current;
    expect([websocket?.options.handshake !== undefined, other.result.current.isConnected]).not.toEqual([
      true,
      true,
    ]);
  });

  it('keeps its heartbeat', async () => {
    const other = renderSocket();
    const one = renderSocket({
      pingInterval: 1000,
      heartbeat: { message: () => 'ping', isReply: (data) => data === 'pong' },
    });
    const socket = open();
    one.unmount();
    await pass(1100);
    expect(socket.sent).toHaveLength(1);
    expect(other.result.current.isConnected).toBe(true);
  });

  it('keeps its parse', () => {
    const messages: unknown[] = [];
    renderSocket({ onMessage: (message) => void messages.push(message) });
    const one = renderSocket({ parse: (text) => `parsed ${text as string}` });
    const socket = open();
    one.unmount();
    act(() => {
      socket.deliver('x');
    });
    expect(messages).not.toEqual([undefined]);
  });

  it('keeps its isReply', async () => {
    const messages: unknown[] = [];
    renderSocket({ onMessage: (message) => void messages.push(message) });
    const one = renderSocket({ heartbeat: { message: 'ping', isReply: (data) => data === 'pong' } });
    const socket = open();
    one.unmount();
    await pass(200);
    act(() => {
      socket.deliver('pong');
    });
    expect(messages).toEqual([]);
  });
});

describe('a heartbeat in a hook', () => {
  it('whose functions change calls the newest, and is not assigned anew', async () => {
    const calls: string[] = [];
    const make = (name: string) => ({
      pingInterval: 1000,
      heartbeat: {
        message: () => (calls.push(name), 'ping'),
        isReply: (data: unknown) => data === 'pong',
      },
    });
    const hook = renderSocket(make('one'));
    open();
    const before = hook.result.current.websocket?.options.heartbeat;
    hook.rerender(make('two'));
    expect(hook.result.current.websocket?.options.heartbeat).toBe(before);
    await pass(1100);
    expect(calls).toEqual(['two']);
    hook.rerender({ pingInterval: 1000, heartbeat: { message: 'text' } });
    await pass(1100);
    expect(ScriptedWebSocket.last.sent.at(-1)).toBe('text');
    hook.rerender({ pingInterval: 1000 });
    await pass(1100);
    expect(ScriptedWebSocket.last.controlFrames).toHaveLength(1);
  });

  it('an invalid one is a configuration_error, and a later one is tried', () => {
    const hook = renderSocket({ heartbeat: { silence: 0 } });
    expect(hook.result.current.lastError?.type).toBe('configuration_error');
    hook.rerender({ heartbeat: { silence: 5 } });
    expect(hook.result.current.connectionState).toBe('connecting');
  });

  it('an invalid one in a rerender leaves the connection', () => {
    const hook = renderSocket({ heartbeat: { silence: 5000 } });
    open();
    hook.rerender({ heartbeat: { silence: -1 } });
    expect(hook.result.current.lastError?.type).toBe('configuration_error');
    expect(hook.result.current.isConnected).toBe(true);
    hook.rerender({ heartbeat: { silence: 6000 } });
    expect(hook.result.current.lastError).toBeNull();
    expect(hook.result.current.websocket?.options.heartbeat).toEqual({ silence: 6000 });
  });
});

describe('a handshake in a hook', () => {
  it('is that of the last commit, and leaves its messages to onMessage', async () => {
    const messages: unknown[] = [];
    const calls: string[] = [];
    const make = (name: string): UseResilientWebSocketOptions => ({
      onMessage: (message) => void messages.push([name, message]),
      handshake: async ({ receive }) => {
        calls.push(name);
        await receive();
      },
    });
    const hook = renderSocket(make('one'));
    hook.rerender(make('two'));
    const socket = open();
    await pass(0);
    act(() => {
      socket.deliver('1');
      socket.deliver('2');
    });
    await pass(0);
    expect(calls).toEqual(['two']);
    expect(messages).toEqual([['two', 2]]);
    expect(hook.result.current.isConnected).toBe(true);
  });

  it('is aborted by enabled: false', async () => {
    let signal: AbortSignal | undefined;
    const hook = renderSocket({
      handshake: (connection) => {
        signal = connection.signal;
        return new Promise<void>(() => undefined);
      },
    });
    const socket = open();
    await pass(0);
    hook.rerender({ enabled: false });
    expect(signal?.aborted).toBe(true);
    expect(socket.readyState).toBe(ScriptedWebSocket.CLOSING);
    await pass(20_000);
  });

  it('of the chat: what is sent waits', async () => {
    let done = (): void => undefined;
    const chat = renderChat({
      options: { handshake: () => new Promise<void>((resolve) => (done = resolve)) },
    });
    const socket = open();
    await pass(0);
    act(() => void chat.result.current.sendChatMessage('x'));
    expect(sentOn(socket)).toEqual([]);
    done();
    await pass(0);
    expect(sentOn(socket)).toHaveLength(1);
  });
});

describe('a connection that moves from one component to another in one commit', () => {
  function Tab({ isShown, name }: { isShown: boolean; name: string }): null {
    const { send } = useResilientWebSocket(url, {
      enabled: isShown,
      logLevel: 'silent',
      onMessageDropped: ({ data, reason }) => void dropped.push([name, data, reason]),
    });
    sends[name] = send;
    return null;
  }
  const dropped: unknown[] = [];
  const sends: Record<string, (data: unknown) => boolean> = {};

  it.each([
    ['forwards', 0, 1],
    ['backwards', 1, 0],
  ])('%s: stays, and what is queued is not dropped', (_, from, to) => {
    dropped.length = 0;
    const Tabs = ({ shown }: { shown: number }): ReactElement => (
      <>
        <Tab name="0" isShown={shown === 0} />
        <Tab name="1" isShown={shown === 1} />
      </>
    );
    const view = render(<Tabs shown={from} />, { wrapper: StrictMode });
    act(() => void sends[String(from)]?.('queued'));
    view.rerender(<Tabs shown={to} />);
    expect(dropped).toEqual([]);
    expect(ScriptedWebSocket.made.filter(({ readyState }) => readyState < 2)).toHaveLength(1);
    expect(ScriptedWebSocket.made[0]?.closes).toEqual([]);
  });
});

describe('an option that one component takes back', () => {
  it('stays while another component gives it: handshake', async () => {
    const handshake = vi.fn(() => new Promise<void>(() => undefined));
    const one = renderSocket({ handshake });
    const two = renderSocket({ handshake });
    one.rerender({});
    open();
    await pass(0);
    expect(handshake).toHaveBeenCalledTimes(1);
    expect(two.result.current.isConnected).toBe(false);
  });
});
void useChatWebSocket;
